"""What is new, as it comes: a page says so, and nothing that somebody reads moves."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from zenml import paths
from zenml.domain.errors import LedgerError
from zenml.page.looks import Look, Looking
from zenml.page.sizes import LONGEST
from zenml.projections.database import StorageError
from zenml.runs.looking.unfinished import RUNNING

SECONDS = 1.0
"""Between two looks."""

_MOST = 50  # new changes that are counted
_ALIVE = 15  # looks after which it is asked all the same, and a comment says that the page is still there

_Name = Annotated[str, Query(max_length=LONGEST)]

router = APIRouter()


class _Stamp(NamedTuple):
    """What tells a file that was written from what it was before."""

    inode: int
    size: int
    modified: int


@router.get("/live")
async def live(look: Looking, request: Request, after: _Name = "", run: _Name = "") -> StreamingResponse:
    """Says, as ``text/event-stream``, how many changes there are after one, or that a run has ended."""
    asked = partial(_end, look, run) if run else partial(_changes, look, after)
    count, file = await run_in_threadpool(asked)
    headers = {"X-Accel-Buffering": "no"}  # nginx would hold it back
    news = _news(look, request, count, file)
    return StreamingResponse(news, headers=headers, media_type="text/event-stream")


async def _news(look: Look, request: Request, count: Callable[[], int], file: str) -> AsyncIterator[str]:
    """Yields how many there are of something, each time there are more.

    Args:
        look: Of who asks.
        request: What they ask.
        count: Returns how many there are.
        file: What is written before there are more.
    """
    known = 0
    ending: asyncio.Event = request.app.state.ending
    # set whenever a change was recorded and in the end, where somebody else looks for all pages
    news: asyncio.Event | None = getattr(request.state, "news", None)
    yield ": here\n\n"
    while not ending.is_set() and not await request.is_disconnected():
        if news is not None:
            news.clear()
        stamps = _stamps(file)
        try:
            there = await run_in_threadpool(count)
        except (LedgerError, StorageError):
            there = known  # whoever reloads the page is told
        if there != known and not await run_in_threadpool(look.is_still_known):
            return
        if there != known:
            known = there
            yield f"data: {there}\n\n"
        if not await (_written(file, stamps, ending) if news is None else _set(news, _ALIVE * SECONDS)):
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


def _changes(look: Look, after: str) -> tuple[Callable[[], int], str]:
    """Returns what counts the changes after one, and the file that is written when there are more."""
    number = look.change(after).number
    return lambda: _count(look, number), paths.ledger_file(look.repository.config_directory)


def _count(look: Look, after: int) -> int:
    return len(look.repository.history(oldest=_MOST, after=after))


def _end(look: Look, run: str) -> tuple[Callable[[], int], str]:
    """Returns what counts the ends of a run, one at the most, and the file of that year's runs."""
    info = look.repository.get_run(run).info
    file = paths.runs_file(look.repository.config_directory, info.profile_ledger_id, int(info.started[:4]))
    return lambda: _ends(look, info.letters), file


def _ends(look: Look, run: str) -> int:
    return int(look.repository.get_run(run).info.outcome != RUNNING)
