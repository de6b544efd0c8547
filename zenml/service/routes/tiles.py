"""The signed checkpoint of the served ledger, and the tiles of its tree, as C2SP tlog-tiles has them.

Whoever keeps copies of them needs to trust the service no more than any other witness of what was recorded.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from zenml.evidence.tile_tree import TILE_HASHES
from zenml.service.problems import RefusedError
from zenml.service.routes.ledgers import REFUSALS, Readable

_NUMBER = re.compile(r"(?P<number>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?")
_BYTES = "application/octet-stream"
_TILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}, "description": "The tile"}
}
_NOTE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "zenml-ledger/018f5c0e-…\n2\nX+zrZv/IbzjZ…\n\n— zenml-ledger/018f5c0e-… oLLD…\n",
            }
        },
        "description": "The note",
    }
}

router = APIRouter(prefix="/v1", tags=["tiles"], responses=REFUSALS)

Number = Annotated[
    str,
    Path(
        description="The number of the tile, three digits a part: `000`, `x001/067`; `.p/W` for its first W hashes"
    ),
]


@router.get(
    "/ledgers/{ledger_id}/checkpoint",
    operation_id="checkpoint",
    summary="The signed end of the ledger",
    response_class=Response,
    responses=_NOTE,
)
def checkpoint(record: Readable) -> Response:
    """Gives the newest checkpoint, signed with the key of the service's machine (C2SP signed-note)."""
    record.follow()
    return Response(record.checkpoint(), media_type="text/plain; charset=utf-8")


@router.get(
    "/ledgers/{ledger_id}/tile/entries/{number:path}",
    operation_id="entries",
    summary="What 256 leaves are the hashes of",
    response_class=Response,
    responses=_TILE,
)
def entries(record: Readable, number: Number) -> Response:
    """Gives the entries of events: their canonical text with commitments in place of free text, and no secret.

    Each is behind its length in two bytes, the larger one first.
    """
    tile, width = _understood(number)
    return _answer(record.entries(tile, width), width)


@router.get(
    "/ledgers/{ledger_id}/tile/{level}/{number:path}",
    operation_id="tile",
    summary="Hashes of the ledger's tree",
    response_class=Response,
    responses=_TILE,
)
def tile(
    record: Readable,
    level: Annotated[int, Path(ge=0, le=63, description="0 for hashes of events, 1 for roots of 256 of them …")],
    number: Number,
) -> Response:
    """Gives 256 hashes of 32 bytes, one after the other. A tile that is full never changes."""
    tile_number, width = _understood(number)
    return _answer(record.tile(level, tile_number, width), width)


def _understood(number: str) -> tuple[int, int]:
    """Returns the number of a tile and how many of its hashes are wanted. Raises `RefusedError`."""
    match = _NUMBER.fullmatch(number)
    width = int(match["width"] or TILE_HASHES) if match else 0
    if match is None or not 0 < width <= TILE_HASHES or (match["width"] and width == TILE_HASHES):
        raise RefusedError(404, "tile_not_found", "A tile is called like 000, x001/067 or 000.p/3.")
    return int(re.sub("[x/]", "", match["number"])), width


def _answer(content: bytes | None, width: int) -> Response:
    if content is None:
        raise RefusedError(404, "tile_not_found", "The ledger does not have that many events yet.")
    # what is full never changes; it is for the one who asked, whose token a shared cache does not know
    lasting = "private, max-age=31536000, immutable" if width == TILE_HASHES else "no-store"
    return Response(content, media_type=_BYTES, headers={"Cache-Control": lasting})
