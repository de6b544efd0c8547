"""The replay of the views in a process of its own, beside whoever reads the events meanwhile.

It is started anew, and is no fork: it has none of the files, threads and locks of the one that asks, and opens
the file itself. What it does not answer, because it is gone or the file went on before it looked, is found out
here: so nobody waits for it in vain, and no answer depends on it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import zenml
from zenml.files.started import started
from zenml.ledger.verification.replay import compare
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError, file_of

if TYPE_CHECKING:
    import subprocess

_FEWEST = 5_000  # events that take longer than starting a process does
_PIECE = 65_536


class Replay:
    """What a comparison of the views with a replay says, here or beside.

    Args:
        database: The file, in a transaction for reading.
        process: What replays; None if nobody does.
    """

    def __init__(self, database: Database, process: subprocess.Popen[bytes] | None) -> None:
        self._database = database
        self._process = process
        self._said = b""

    def applied(self) -> int:
        """Returns the number of events that were replayed so far, without waiting."""
        if self._process is None:
            return 0
        os.set_blocking(self._output, False)
        self._hear()
        whole = self._said.split(b"\n")[:-1]
        return next((int(line) for line in reversed(whole) if line.isdigit()), 0)

    def verdict(self, progress: Callable[[int], None]) -> Verdict:
        """Returns whether the views are what the events make of them.

        Args:
            progress: Called with the number of events done, now and then.
        """
        while self._process is not None:
            os.set_blocking(self._output, True)
            if not self._hear():
                break
            progress(self.applied())
        return _read(self._said) or compare(self._database, progress)

    @property
    def _output(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def _hear(self) -> bool:
        """Takes what was said; returns whether there may be more."""
        try:
            said = os.read(self._output, _PIECE)
        except BlockingIOError:
            return True
        self._said += said
        return bool(said)


@contextmanager
def replay_beside(database: Database) -> Iterator[Replay]:
    """Has the views replayed beside, if that pays; in the end nobody does any more.

    Args:
        database: The file, in a transaction for reading, so that it does not change.
    """
    start = _wanted(database)
    if start is None:
        yield Replay(database, None)
        return
    with ExitStack() as stack:
        try:
            process = stack.enter_context(started(start, _end))
        except OSError:
            yield Replay(database, None)
        else:
            stack.callback(_end, process)
            yield Replay(database, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def _wanted(database: Database) -> Callable[[], subprocess.Popen[bytes]] | None:
    """Returns what starts a process that replays; None if none would pay."""
    if (os.cpu_count() or 1) < 2 or sys.platform == "win32":
        return None
    try:
        numbering, path = stored_events.numbering(database), file_of(database)
    except StorageError:
        return None  # what is damaged is for one to look at
    if numbering.count < _FEWEST or not path:
        return None
    import subprocess  # few ledgers are that long

    asked = json.dumps([zenml.__file__, path, numbering])

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.replayer", asked],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )

    return start


def _read(said: bytes) -> Verdict | None:
    """Returns the verdict that a process said last, if it did."""
    try:
        text, problems, compared = json.loads(said.split(b"\n")[-2])
        return Verdict(text, tuple(Problem(*problem) for problem in problems), compared)
    except (IndexError, TypeError, ValueError):
        return None
