"""The event store library's SQLite recorder, with the settings a ledger needs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, cast

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from zenml.domain.errors import NotAllowedError
from zenml.projections.database import begun, harden
from zenml.projections.errors import cut_short
from zenml.stores import waiting
from zenml.stores.schema import EVENTS

_OTHERS_IN_THE_WAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_STATEMENTS = 256  # kept compiled: a change has about seventy, and to compile one takes longer than to run it
_READING = ("SELECT", "PRAGMA", "BEGIN", "ROLLBACK")


class LedgerConnection(sqlite3.Connection):
    """Writes while it holds the lock of the file, and else only reads.

    SQLite can see to that itself (`PRAGMA query_only`), but compiles all statements again whenever that changes.

    Attributes:
        may_write: Whether it holds the lock, or is being opened.
    """

    may_write = True

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Runs a statement. Raises `sqlite3.OperationalError` if it is to write, and may not."""
        if not (self.may_write or sql.startswith(_READING)):
            raise _readonly()
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Runs a statement that writes, with each of some parameters. Raises as `execute` does."""
        if not self.may_write:
            raise _readonly()
        return super().executemany(sql, parameters)


def _readonly() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    return error


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        # not as the library does it: that keeps one statement, and turns the log on without waiting for others
        database = sqlite3.connect(
            self.db_name,
            timeout=waiting.LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            factory=LedgerConnection,
            cached_statements=_STATEMENTS,
            uri=True,
        )
        try:
            harden(database)
            # before anything is written: it may be another program's file, or what is left of one
            if begun(database, self.db_name) and (cut := cut_short(database, self.db_name)):
                raise cut
            _write_ahead(database)
            # FULL: an acknowledged change survives a power cut. secure_delete: a redacted value must be gone
            for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                database.execute(f"PRAGMA {pragma}")
        except BaseException:
            database.close()
            raise
        return SQLiteConnection(database, self.max_age)


def _write_ahead(database: sqlite3.Connection) -> None:
    """Turns the write-ahead log on; SQLite refuses at once, and does not wait, while others do the same."""
    until = time.monotonic() + waiting.LOCK_TIMEOUT
    _insist(database, "PRAGMA journal_mode = WAL", until, pause=0.01)


def _turn(patience: float) -> int:
    """Returns how many milliseconds to wait at a time: SQLite hears no interrupt meanwhile."""
    return min(200, int(patience * 1000))


def _lock(database: sqlite3.Connection, until: float, turn: int) -> None:
    """Begins a transaction that holds the file's lock; waits in turns of some milliseconds."""
    database.execute(f"PRAGMA busy_timeout = {turn}")
    _insist(database, "BEGIN IMMEDIATE", until, pause=0)


def _insist(database: sqlite3.Connection, statement: str, until: float, pause: float) -> None:
    """Runs a statement; again and again while others are in the way, with a pause of some seconds between."""
    while True:
        try:
            database.execute(statement)
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # whichever kind of it
            if not busy or time.monotonic() > until:
                raise
            time.sleep(pause)
        else:
            return


class LedgerDatastore(SQLiteDatastore):
    """Connections to one file, or the only one to a database in memory.

    A transaction that writes holds the lock from its beginning.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, lock_timeout=waiting.LOCK_TIMEOUT)
        self.pool = _Pool(db_name=path, lock_timeout=waiting.LOCK_TIMEOUT)
        self._turn = Lock()

    @contextmanager
    def locked(self, patience: float | None = None) -> Iterator[SQLiteCursor]:
        """Opens a transaction that holds the lock; commits at the end, rolls back after an error.

        After it the connection shows what was committed, and writes nothing.

        Args:
            patience: Seconds to wait for others who hold it; None for as long as everybody does.
        """
        patience = waiting.LOCK_TIMEOUT if patience is None else patience
        until = time.monotonic() + patience
        with self._connection() as connection:
            yield from self._within(connection, until, _turn(patience))

    def emptied_log(self, patience: float) -> bool:
        """Writes the log to the file and cuts it to nothing; returns whether nobody who reads was in the way.

        SQLite does that by itself only when the last connection is closed, and else writes over what is there.

        Args:
            patience: Seconds to wait for those who read.
        """
        until = time.monotonic() + patience
        with self._connection() as connection:
            database = raw(connection)
            database.execute(f"PRAGMA busy_timeout = {_turn(patience)}")
            while True:
                try:
                    (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                except sqlite3.OperationalError as error:
                    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _OTHERS_IN_THE_WAY:
                        raise
                    busy = True
                if not busy or time.monotonic() > until:
                    return not busy

    @contextmanager
    def _connection(self) -> Iterator[SQLiteConnection]:
        """Gives the connection to one thread at a time."""
        if self.pool.closed:
            raise NotAllowedError("The ledger was closed.", "Open it again.")
        # threads wait here: the library's own lock gives up sooner, and is never released if no connection is made
        if not self._turn.acquire(timeout=waiting.LOCK_TIMEOUT):
            raise sqlite3.OperationalError("database is locked")
        try:
            connection = self.pool.get_connection()
            try:
                yield connection
            finally:
                self.pool.put_connection(connection)
        finally:
            self._turn.release()

    def _within(self, connection: SQLiteConnection, until: float, turn: int) -> Iterator[SQLiteCursor]:
        database = raw(connection)
        database.may_write = True
        try:
            _lock(database, until, turn)
            yield connection.cursor()
            database.commit()
        except BaseException:
            database.rollback()
            raise
        finally:
            database.may_write = False


class LedgerRecorder(SQLiteApplicationRecorder):
    """Stores events in one table: row order is the order of writing, never used twice."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        super().__init__(datastore)
        self.insert_events_statement = (
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        """Returns the statement that makes the table of events."""
        return [EVENTS]

    def insert(self, cursor: SQLiteCursor, stored: list[StoredEvent]) -> None:
        """Stores events within the caller's transaction."""
        self._insert_events(cursor, stored)


def raw(connection: SQLiteConnection | SQLiteCursor) -> LedgerConnection:
    """Returns the database connection behind the library's."""
    if isinstance(connection, SQLiteCursor):
        return cast("LedgerConnection", connection.sqlite_cursor.connection)
    return cast("Any", connection)._sqlite_conn  # type: ignore[no-any-return]
