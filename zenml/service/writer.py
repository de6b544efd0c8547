"""The one thread that makes changes: requests wait for their turn, and the event loop never waits for a file."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import NamedTuple

from zenml import paths
from zenml.custody import remembered_heads
from zenml.domain.errors import LedgerError
from zenml.projections.database import StorageError, open_still
from zenml.service.problems import AGAIN, RefusedError
from zenml.service.served import Served
from zenml.service.writing.answers import Decided
from zenml.service.writing.asked import Asked
from zenml.service.writing.deciding import Deciding
from zenml.unit_of_work.profile_yaml import write_profiles

MOST = 256
"""Requests that wait at once."""

_QUIET = 0.05  # seconds without a request after which is done what a change leaves to be done
_SHARE = 10  # where requests never end, that takes at most one part in so many of the time

_logger = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    """A request that waits, and where its answer goes."""

    asked: Asked
    answer: Future[Decided]


class Writer:
    """Makes the changes that are asked for, one after the other, in the order in which they came.

    Args:
        served: What is served.
        most: How many may wait.
    """

    def __init__(self, served: Served, most: int = MOST) -> None:
        self._served = served
        self._waiting: Queue[_Waiting | None] = Queue(most)
        self._deciding = Deciding(served, _log)
        self._thread: Thread | None = None
        self._starting = Lock()
        self._has_ended = False
        self._is_behind = False
        self._next_look = 0.0

    async def make(self, asked: Asked) -> Decided:
        """Has a change made, and returns what became of it. It is made, too, if whoever asked has gone meanwhile.

        Raises:
            RefusedError: It is refused, or too many wait.
        """
        return await asyncio.wrap_future(self.submit(asked))

    def submit(self, asked: Asked) -> Future[Decided]:
        """Has a change made, and returns what will have what became of it. Raises as `make` does."""
        waiting = _Waiting(asked, Future())
        with self._starting:
            if self._has_ended:
                raise _ending()
            try:
                self._waiting.put_nowait(waiting)
            except Full:
                raise RefusedError(503, "busy", "Too many changes are asked for at once.", AGAIN) from None
            if self._thread is None:
                self._thread = Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
        return waiting.answer

    def end(self) -> None:
        """Ends it: what is being decided is finished, and whoever still waits is told to ask again."""
        with self._starting:
            self._has_ended = True
            with suppress(Full):  # then it looks before it takes the next one
                self._waiting.put_nowait(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._has_ended:
                self._step()
        finally:
            self._refuse_all()
            self._catch_up()
            self._deciding.close()

    def _step(self) -> None:
        try:
            first = self._waiting.get(timeout=_QUIET if self._is_behind else None)
        except Empty:
            self._catch_up()
            return
        taken = [first]
        with suppress(Empty):
            while len(taken) < self._deciding.most:
                taken.append(self._waiting.get_nowait())
        several = [one for one in taken if one is not None and one.answer.set_running_or_notify_cancel()]
        if several:
            self._decide(several)
        if self._is_behind and time.monotonic() > self._next_look:
            self._catch_up()

    def _decide(self, several: list[_Waiting]) -> None:
        answers: Sequence[Decided | BaseException]
        try:
            answers = self._deciding.decided([one.asked for one in several])
        except BaseException as error:  # whoever asked gets it, and the thread goes on
            answers = [error] * len(several)
        for one, answer in zip(several, answers, strict=True):
            if isinstance(answer, Decided):
                self._is_behind = self._is_behind or answer.change_id is not None
                one.answer.set_result(answer)
            else:
                one.answer.set_exception(answer)

    def _catch_up(self) -> None:
        """Does what commands do after a change: notes where ledgers end, and writes the files for people."""
        if not self._is_behind:
            return
        self._is_behind, began = False, time.monotonic()
        directory = self._served.config_directory
        try:
            with open_still(paths.ledger_file(directory)) as database:
                remembered_heads.remember(database, directory)
            write_profiles(paths.ledger_file(directory), _log)
        except (LedgerError, StorageError, OSError) as error:
            _logger.warning("What is written after a change was not written: %s", error)
        now = time.monotonic()
        self._next_look = now + max(1.0, _SHARE * (now - began))

    def _refuse_all(self) -> None:
        with suppress(Empty):
            while True:
                waiting = self._waiting.get_nowait()
                if waiting is not None and waiting.answer.set_running_or_notify_cancel():
                    waiting.answer.set_exception(_ending())


def _ending() -> RefusedError:
    return RefusedError(503, "service_ends", "The service is ending; nothing was changed.", AGAIN)


def _log(sentence: str) -> None:
    _logger.info("%s", sentence)
