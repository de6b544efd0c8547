"""What is new, as it comes: a page says so, and nothing that somebody reads moves."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from zenml import paths
from zenml.domain.errors import LedgerError
from zenml.page.looks import Look, Looking
from zenml.projections.database import StorageError

SECONDS = 1.0
"""Between two looks."""

_MOST = 50  # new changes that are counted
_ALIVE = 15  # looks after which it is asked all the same, and a comment says that the page is still there

router = APIRouter()


class _Stamp(NamedTuple):
    """What tells a file that was written from what it was before."""

    inode: int
    size: int
    modified: int


@router.get("/live")
async def live(look: Looking, request: Request, after: Annotated[str, Query(max_length=64)]) -> StreamingResponse:
    """Says, as ``text/event-stream``, how many changes there are after one, each time there are more."""
    newest = await run_in_threadpool(look.change, after)
    headers = {"X-Accel-Buffering": "no"}  # nginx would hold it back
    news = _news(look, request, newest.number)
    return StreamingResponse(news, headers=headers, media_type="text/event-stream")


async def _news(look: Look, request: Request, after: int) -> AsyncIterator[str]:
    known = 0
    ending: asyncio.Event = request.app.state.ending
    # set whenever something was recorded and in the end, where somebody else looks for all pages
    news: asyncio.Event | None = getattr(request.state, "news", None)
    ledger = paths.ledger_file(look.repository.config_directory)
    yield ": here\n\n"
    while not ending.is_set() and not await request.is_disconnected():
        if news is not None:
            news.clear()
        stamps = _stamps(ledger)
        try:
            count = await run_in_threadpool(_count, look, after)
        except (LedgerError, StorageError):
            count = known  # whoever reloads the page is told
        if count != known and not await run_in_threadpool(look.is_still_known):
            return
        if count != known:
            known = count
            yield f"data: {count}\n\n"
        if not await (_written(ledger, stamps, ending) if news is None else _set(news, _ALIVE * SECONDS)):
            yield ": still here\n\n"


async def _written(ledger: str, stamps: list[_Stamp | None], ending: asyncio.Event) -> bool:
    """Waits until a ledger's file is written, or all ends, but not for long. Tells whether that was so."""
    for _ in range(_ALIVE):
        if await _set(ending, SECONDS) or _stamps(ledger) != stamps:
            return True
    return False  # of a shared profile others may have written elsewhere


async def _set(event: asyncio.Event, seconds: float) -> bool:
    """Waits until an event is set, but not for long. Tells whether it is."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def _stamps(ledger: str) -> list[_Stamp | None]:
    """Returns what is different once a ledger's file was written, without opening it."""
    return [_stamp(ledger), _stamp(f"{ledger}-wal")]


def _stamp(path: str) -> _Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    # who reads leaves an empty file beside the ledger's, and takes it away
    return _Stamp(status.st_ino, status.st_size, status.st_mtime_ns) if status.st_size else None


def _count(look: Look, after: int) -> int:
    return len(look.repository.history(oldest=_MOST, after=after))
