"""Who set what: every value that a stack or a component had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from zenml.domain.things import STACK
from zenml.domain.typed_names import type_named
from zenml.page.looks import Looking
from zenml.page.sizes import PartOfPath
from zenml.page.values import short_names

if TYPE_CHECKING:
    from zenml.history.blame import BlameLine

VALUES = 50
"""Of each field, at the most."""

router = APIRouter(prefix="/blame")


@router.get("/{kind}/{name}", response_class=HTMLResponse)
def blame(look: Looking, kind: PartOfPath, name: PartOfPath) -> HTMLResponse:
    """Shows the values of each field, the newest first, and who set them; also of what is gone."""
    chosen = STACK.kind if kind == STACK.kind else type_named(kind)
    if chosen is None:
        raise HTTPException(404)
    lines = look.repository.blame(chosen, name, every=True, limit=VALUES + 1, own=True)
    by_field: dict[str, list[BlameLine]] = {}
    for line in lines:
        by_field.setdefault(line.field, []).append(line)
    return look.page(
        "blame.html.j2",
        kind=chosen,
        thing=name,
        fields={field: values[:VALUES] for field, values in by_field.items()},
        most=VALUES,
        is_more=any(len(values) > VALUES for values in by_field.values()),
        names=short_names(look, lines),
    )
