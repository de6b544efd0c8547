"""Who is told of new events as they are recorded: one thread looks for all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from zenml.domain.errors import LedgerError
from zenml.history.watching import signals
from zenml.projections.database import StorageError
from zenml.service.problems import AGAIN, RefusedError
from zenml.service.record import ServedRecord
from zenml.sharing.confirmations import fresh_seconds

MOST = 100
"""Followers at once."""

MOST_OF_ONE = 20
"""Followers at once with one token: nobody alone can keep all others out."""

QUIET = 15.0
"""Seconds after which something is sent even if nothing happened: whoever is in between keeps the line open."""

_INTERVAL = 0.2  # seconds between two looks, each of which reads but a counter
_LEAST = 1.0  # seconds between two questions to a shared database, however fresh things are to be
_EVENTS, _BYTES = 500, 1024 * 1024  # that are read at once

_logger = logging.getLogger(__name__)


class Followers:
    """Those who follow the ledger. Belongs to the event loop; only `_look` runs elsewhere.

    Args:
        record: Reads the ledger.

    Attributes:
        ending: Set once nothing more is told.
    """

    def __init__(self, record: ServedRecord) -> None:
        self.record = record
        self.ending = asyncio.Event()
        self._waiting: dict[asyncio.Event, str] = {}
        self._ended = Event()

    def check_room(self, token_id: str) -> None:
        """Raises `RefusedError` if too many follow already, all in all or with this token."""
        if len(self._waiting) >= MOST:
            raise RefusedError(503, "too_many_followers", "Too many follow the ledger already.", AGAIN, most=MOST)
        if list(self._waiting.values()).count(token_id) >= MOST_OF_ONE:
            message = "Too many follow the ledger with this token already."
            raise RefusedError(503, "too_many_followers", message, AGAIN, most=MOST_OF_ONE)

    @contextmanager
    def joined(self, token_id: str) -> Iterator[asyncio.Event]:
        """Gives what is set whenever something was recorded.

        Args:
            token_id: The token of whoever follows.

        Raises:
            RefusedError: There is no room; see `check_room`.
        """
        self.check_room(token_id)
        news = asyncio.Event()
        self._waiting[news] = token_id
        if len(self._waiting) == 1:
            self._ended = Event()
            Thread(target=self._look, args=(asyncio.get_running_loop(), self._ended), daemon=True).start()
        try:
            yield news
        finally:
            del self._waiting[news]
            if not self._waiting:
                self._ended.set()

    def end(self) -> None:
        """Ends all that is followed."""
        self.ending.set()
        self._tell()

    def _tell(self) -> None:
        for news in self._waiting:
            news.set()

    def _look(self, loop: asyncio.AbstractEventLoop, ended: Event) -> None:
        """Looks whether something was recorded, until nobody follows any more."""
        asked = time.monotonic()

        def tell() -> None:
            with suppress(RuntimeError):  # the service has ended, and its loop with it
                loop.call_soon_threadsafe(self._tell)

        def wait(seconds: float) -> bool:
            nonlocal asked
            if time.monotonic() - asked >= max(_LEAST, fresh_seconds()):
                self.record.follow()
                asked = time.monotonic()
            return ended.wait(seconds)

        while not ended.is_set():
            try:
                for _ in signals(self.record.path, _INTERVAL, wait):
                    tell()
            except (LedgerError, StorageError, OSError) as error:  # the followers meet it too, and are ended by it
                _logger.warning("The ledger cannot be followed: %s", error)
                tell()
                ended.wait(_LEAST)


class Following(Response):
    """The ledger's events as server-sent events: those that are there, and then each as it is recorded.

    Args:
        followers: Whom to join.
        token_id: The token of the follower.
        after: The position after which to begin.
        still_allowed: Tells whether the follower may still be told; asked before anything is sent.
    """

    media_type = "text/event-stream"

    def __init__(self, followers: Followers, token_id: str, after: int, still_allowed: Callable[[], bool]) -> None:
        super().__init__()
        self._followers = followers
        self._token_id = token_id
        self._after = after
        self._still_allowed = still_allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends until the client is gone, the service ends or the token is revoked."""
        with self._followers.joined(self._token_id) as news:
            headers = {"X-Accel-Buffering": "no"}  # nginx would hold it back
            await StreamingResponse(self._events(news), headers=headers, media_type=self.media_type)(
                scope, receive, send
            )

    async def _events(self, news: asyncio.Event) -> AsyncIterator[bytes]:
        yield b": follows\n\n"
        position = self._after
        while not self._followers.ending.is_set():
            news.clear()
            try:
                if not await run_in_threadpool(self._still_allowed):
                    return
                page = await run_in_threadpool(self._followers.record.page, position, _EVENTS, _BYTES)
            except (LedgerError, RefusedError, StorageError):
                return  # who asks again is told why
            for at, text in page.events:
                yield b"id: %d\ndata: %s\n\n" % (at, text)
            position = page.last
            if position == page.end.size and not await _happened(news):
                yield b": nothing new\n\n"


async def _happened(news: asyncio.Event) -> bool:
    """Waits for news, but not for long. Tells whether there are any."""
    try:
        await asyncio.wait_for(news.wait(), QUIET)
    except TimeoutError:
        return False
    return True
