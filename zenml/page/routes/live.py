"""What is new, as it comes: a page says so, and nothing that somebody reads moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from zenml.domain.errors import LedgerError
from zenml.page.looks import Look, Looking
from zenml.projections.database import StorageError

SECONDS = 1.0
"""Between two looks."""

_MOST = 50  # new changes that are counted
_ALIVE = 15  # looks after which a comment says that the page is still there

router = APIRouter()


@router.get("/live")
async def live(look: Looking, request: Request, after: Annotated[str, Query(max_length=64)]) -> StreamingResponse:
    """Says, as ``text/event-stream``, how many changes there are after one, each time there are more."""
    newest = await run_in_threadpool(look.change, after)
    headers = {"X-Accel-Buffering": "no"}  # nginx would hold it back
    news = _news(look, request, newest.number)
    return StreamingResponse(news, headers=headers, media_type="text/event-stream")


async def _news(look: Look, request: Request, after: int) -> AsyncIterator[str]:
    known = looks = 0
    ending: asyncio.Event = request.app.state.ending
    # set whenever something was recorded and in the end, where somebody else looks for all pages
    news: asyncio.Event | None = getattr(request.state, "news", None)
    yield ": here\n\n"
    while not ending.is_set() and not await request.is_disconnected():
        if news is not None:
            news.clear()
        try:
            count = await run_in_threadpool(_count, look, after)
        except (LedgerError, StorageError):
            count = known  # whoever reloads the page is told
        looks += 1
        if count != known and not await run_in_threadpool(look.is_still_known):
            return
        if count != known:
            known = count
            yield f"data: {count}\n\n"
        elif news is None and looks % _ALIVE == 0:
            yield ": still here\n\n"
        try:
            await asyncio.wait_for((news or ending).wait(), SECONDS if news is None else _ALIVE * SECONDS)
        except TimeoutError:
            if news is not None:
                yield ": still here\n\n"


def _count(look: Look, after: int) -> int:
    return len(look.repository.history(oldest=_MOST, after=after))
