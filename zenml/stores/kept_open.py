"""A ledger's file that stays open between changes that follow each other: opening it costs more than a change.

One that was lent belongs to one borrower alone. It is given back, and closed when nobody wants it for a moment, so
that its log is written to the file, which then is all that there is. Before that nobody uses it who finds
another file at its place.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from eventsourcing.persistence import PersistenceError

from zenml.files import afterwards
from zenml.projections import database
from zenml.projections.sealing import file_times
from zenml.stores.recorder import LedgerDatastore, LedgerRecorder, raw

_idle: dict[str, OpenFile] = {}


class OpenFile:
    """A ledger's file, open to be written.

    Args:
        path: Where it is.
        kept: Whether it may stay open for others.

    Attributes:
        datastore: Its connection.
        recorder: Writes events.
        left: The connection and its `data_version`, as the last transaction left them; None before the first.
        goes_on: Whether it was made sure, since others wrote to it, that it goes on from what was seen of it.
    """

    def __init__(self, path: str, *, kept: bool = True) -> None:
        self.path = path
        self.kept = kept
        self.left: tuple[sqlite3.Connection, int] | None = None
        self.goes_on = False
        self._file = _identity(path)  # before it is opened: one that comes in between is taken for another one
        self.datastore = LedgerDatastore(path)
        self.recorder = LedgerRecorder(self.datastore)

    @property
    def is_in_its_place(self) -> bool:
        """Whether the file at the path is still the one that was opened."""
        return self._file is not None and self._file == _identity(self.path)

    def close(self) -> None:
        """Closes it, and notes that nobody else wrote to it, if that is so."""
        if self.left is not None and self.is_in_its_place:
            with suppress(sqlite3.Error, PersistenceError, OSError):  # then the rows are read the next time
                self._note(self.left)
        self.datastore.close()

    def _note(self, left: tuple[sqlite3.Connection, int]) -> None:
        if file_times.is_noted(left[0], self.path) or not self.datastore.emptied_log(0):
            return
        with self.datastore.locked(patience=0) as cursor:
            connection = raw(cursor)
            if left == (connection, database.data_version(connection)):
                file_times.note(connection, self.path)


def take(path: str, *, kept: bool = True) -> OpenFile:
    """Returns a file that is open, or opens it; one that is not to be kept open always anew."""
    return (_idle_one(path) if kept else None) or OpenFile(path, kept=kept)


def give_back(file: OpenFile) -> None:
    """Leaves a file open for those who come next, or closes it if there is one already."""
    is_usable = file.kept and file.left is not None and file.is_in_its_place
    if afterwards.is_immediate() or not is_usable or _idle.setdefault(file.path, file) is not file:
        file.close()
    else:
        afterwards.leave(_key(file.path), lambda: _close(file.path))


@contextmanager
def lend(path: str, *, as_left: bool = False) -> Iterator[sqlite3.Connection | None]:
    """Gives the connection of a file that is open, to read; None if there is none.

    Args:
        path: Where the file is.
        as_left: Whether it is of use only if nobody else wrote to the file since this process did.
    """
    file = _idle_one(path)
    if file is None or file.left is None:
        yield None
        return
    try:
        connection, version = file.left
        yield connection if not as_left or version == database.data_version(connection) else None
    except BaseException:
        file.close()
        raise
    give_back(file)


def _idle_one(path: str) -> OpenFile | None:
    if not afterwards.take_back(_key(path)):
        return None
    file = _idle.pop(path)
    if file.is_in_its_place:
        return file
    file.close()
    return None


def _close(path: str) -> None:
    with suppress(sqlite3.Error, PersistenceError):  # whatever is wrong, the next one to open it says so
        _idle.pop(path).close()


def _key(path: str) -> tuple[str, str]:
    return "a file is closed", path


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


database.lend = lend
