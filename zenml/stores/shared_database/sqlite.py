"""A shared ledger in an SQLite file at any path, maybe on a network drive: so it has no write-ahead log."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from zenml.projections.database import harden
from zenml.stores.shared_database.places import SharedPlace
from zenml.stores.shared_database.sessions import Answered, DatabaseSession, DatabaseTrouble, Statement, Trouble

T = TypeVar("T")

_TURN = 200
"""Milliseconds. Waiting is done in short turns, since SQLite hears no interrupt."""

_LONGEST = 1024 * 1024
"""Bytes of a value or row: no file makes this program fetch more at once."""

_TROUBLES = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.GRANT,
    sqlite3.SQLITE_AUTH: Trouble.GRANT,
    sqlite3.SQLITE_CANTOPEN: Trouble.GRANT,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_NOTADB: Trouble.FOREIGN,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_TOOBIG: Trouble.DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: Trouble.TAKEN,
    sqlite3.SQLITE_IOERR: Trouble.LOST,
}
_WORDS = {"no such table": Trouble.NO_TABLE, "already exists": Trouble.TABLE_THERE}


def opened(place: SharedPlace, patience: float, *, create: bool = False) -> SqliteSession:
    """Opens a file. Raises `DatabaseTrouble`.

    Args:
        place: The file.
        patience: Seconds to wait for others, outside of a writer's wait for the lock.
        create: Whether the file and its folder are made if they are not there.
    """
    path = place.database
    if os.path.isdir(path):
        raise DatabaseTrouble(Trouble.FOREIGN, "it is a folder")
    if create:
        _make_folder(os.path.dirname(path))
    elif not os.path.exists(path):
        raise DatabaseTrouble(Trouble.MISSING, "there is no such file")
    uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    with _as_trouble():
        database = sqlite3.connect(
            f"{uri}?mode={'rwc' if create else 'rw'}",
            uri=True,
            isolation_level=None,
            timeout=_TURN / 1000,
            check_same_thread=False,  # one after the other, as the drivers of servers have it
        )
    session = SqliteSession(database, path, patience)
    try:
        with _as_trouble():
            session.set_up()
    except BaseException:
        session.close()
        raise
    return session


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(Trouble.GRANT, f"its folder cannot be made: {error.strerror}") from error


class SqliteSession(DatabaseSession):
    """A connection to a file."""

    def __init__(self, database: sqlite3.Connection, path: str, patience: float) -> None:
        self._database = database
        self._path = path
        self._file = _identity(path)
        self._patience = patience

    def set_up(self) -> None:
        """Makes the connection mistrust the file, and what it writes survive a power cut."""
        harden(self._database)
        self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        self._insist(lambda: self._database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())
        # EXTRA is FULL, and the folder is synced as well: else a journal that was removed could come back and
        # take an acknowledged change with it. secure_delete: a redacted value must be gone
        for pragma in ("synchronous = EXTRA", "foreign_keys = ON", "secure_delete = ON"):
            self._database.execute(f"PRAGMA {pragma}")

    def is_current(self) -> bool:
        """Tells whether the file at the path is the one that is open: writes to another one would be lost."""
        return self._file is not None and _identity(self._path) == self._file

    def run(self, statement: Statement) -> Answered:
        """Runs a statement; outside of a transaction it is kept at once."""
        with _as_trouble():
            return self._insist(lambda: self._run(statement))

    def begin(self, statements: Sequence[Statement] = (), wait: float = 0) -> list[Answered]:
        """Locks the file. What is asked in a transaction is then all at one moment."""
        with _as_trouble():
            self._insist(lambda: self._database.execute("BEGIN IMMEDIATE"), max(wait, self._patience))
        return self.run_all(statements)

    def commit(self) -> None:
        """Commits; the transaction goes on where others who read are in the way for too long."""
        with _as_trouble():
            self._insist(lambda: self._database.execute("COMMIT"))

    def rollback(self) -> None:
        """Ends a transaction without keeping anything of it."""
        with _as_trouble():
            self._database.rollback()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def _run(self, statement: Statement) -> Answered:
        cursor = self._database.execute(statement.sql, statement.values)
        return Answered(cursor.fetchall(), cursor.rowcount)

    def _insist(self, work: Callable[[], T], wait: float | None = None) -> T:
        """Does something again and again while others are in the way."""
        until = time.monotonic() + (self._patience if wait is None else wait)
        while True:
            try:
                return work()
            except sqlite3.OperationalError as error:
                if _trouble(error) is not Trouble.BUSY or time.monotonic() > until:
                    raise


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def _as_trouble() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseTrouble(_trouble(error), str(error)) from error
    except UnicodeDecodeError as error:  # text in a damaged file
        raise DatabaseTrouble(Trouble.DAMAGED, "it holds text that is not UTF-8") from error


def _trouble(error: sqlite3.Error) -> Trouble:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    by_words = (trouble for words, trouble in _WORDS.items() if words in str(error))
    return _TROUBLES.get(code) or next(by_words, Trouble.OTHER)
