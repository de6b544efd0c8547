"""The ``local`` store: one SQLite file that holds the machine's ledger and one per local profile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import ClassVar, NamedTuple
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.events import Event
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections import views
from zenml.projections.database import begun, up_to_date
from zenml.projections.rows import LiveRows
from zenml.projections.unusable import LOOK, emptied, understood
from zenml.projections.views import StoredRow
from zenml.stores.heads import check_all, check_complete, check_end, last_position
from zenml.stores.mapping import to_event
from zenml.stores.recorder import LedgerDatastore, LedgerRecorder, raw

_TABLES = (
    # one row per ledger; whoever appends reads it under the lock and leaves it as the next one needs it
    "CREATE TABLE IF NOT EXISTS heads (ledger_id TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL,"
    " frontier BLOB NOT NULL) STRICT",
    # the only rows that are ever removed: without its data key a secret is gone, and every proof still holds
    "CREATE TABLE IF NOT EXISTS keys (key_id TEXT PRIMARY KEY, ledger_id TEXT NOT NULL, wrapped BLOB NOT NULL,"
    " digest BLOB NOT NULL) STRICT",
)


class KeyRow(NamedTuple):
    """A data key: encrypted, with a keyed digest of the value it encrypts."""

    key_id: str
    wrapped: bytes
    digest: bytes


class LocalTransaction:
    """The file while its lock is held.

    Attributes:
        REHEARSED: Whether nothing that is done here will last.
        database: The connection, for views.
        rows: The views as handlers of events see them.
    """

    REHEARSED: ClassVar[bool] = False

    def __init__(self, cursor: SQLiteCursor, recorder: LedgerRecorder) -> None:
        self._cursor = cursor
        self._recorder = recorder
        self.database = raw(cursor)
        self.rows = LiveRows(self.database)

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind."""
        row = self.database.execute("SELECT ledger_id FROM heads WHERE kind = ?", (kind,)).fetchone()
        return row[0] if row else None

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree; of an empty one for a ledger that is not there.

        Raises:
            DamagedLedgerError: The row is not of its form, or the ledger does not end there: what would be
                appended could never be proved.
        """
        row = self.database.execute(
            "SELECT size, frontier FROM heads WHERE ledger_id = ?", (ledger_id,)
        ).fetchone()
        try:
            head = Frontier.from_bytes(*row) if row else Frontier()
        except (MerkleError, TypeError) as error:
            raise DamagedLedgerError(f"The head of the ledger {ledger_id} is damaged: {error}.", LOOK) from error
        check_end(ledger_id, head.size, last_position(self.database, ledger_id))
        return head

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger and moves its head."""
        self._recorder.insert(self._cursor, stored)
        self.database.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
            (ledger_id, kind, head.size, head.to_bytes()),
        )
        views.mark(self.database, ledger_id, head.size)

    def has_keys(self) -> bool:
        """Tells whether any data key is stored."""
        return self.database.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is not None

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key."""
        self.database.execute(
            "INSERT INTO keys VALUES (?, ?, ?, ?)", (key.key_id, ledger_id, key.wrapped, key.digest)
        )

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at the positions from ``first`` to ``last``.

        Raises:
            DamagedLedgerError: One of them is not there, or not of its form.
        """
        rows = read(self.database, ledger_id, first, last)
        check_complete(ledger_id, [row.position for row in rows], first, last)
        return [to_event(row.topic, row.text) for row in rows]


class LocalStore:
    """One file. Made on first use."""

    def __init__(self, path: str) -> None:
        self.path = path
        if not os.path.exists(path):
            _make_file(path)
        elif lost := emptied(path):
            raise lost
        try:
            self._datastore = LedgerDatastore(path)
            self._recorder = LedgerRecorder(self._datastore)
        except (sqlite3.Error, PersistenceError) as error:
            raise understood(error, path) from error

    @contextmanager
    def transaction(self, *, views_needed: bool = True) -> Iterator[LocalTransaction]:
        """Locks the file; commits at the end, rolls back after an error.

        Args:
            views_needed: Make the views anew first if they are missing or old.

        Raises:
            BusyError: Others held the lock for a minute.
            DamagedLedgerError: The file is no database.
            NotAllowedError: The file cannot be written.
        """
        try:
            with self._datastore.locked() as cursor:
                transaction = LocalTransaction(cursor, self._recorder)
                self._prepare(transaction.database, views_needed)
                yield transaction
        except (sqlite3.Error, PersistenceError) as error:
            raise understood(error, self.path) from error

    def _prepare(self, database: sqlite3.Connection, views_needed: bool) -> None:
        if not begun(database, self.path):
            for statement in (*self._recorder.create_table_statements, *_TABLES):
                database.execute(statement)
            views.create(database)
            return
        # where the file cannot be written SQLite begins a transaction that reads; this touches no row, but says so
        database.execute("UPDATE heads SET size = size WHERE FALSE")
        if views_needed and not up_to_date(database):
            check_all(database)
            views.rebuild(database, stored(database))

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Makes all views anew from the events and returns the number of events."""
        with self.transaction(views_needed=False) as transaction:
            check_all(transaction.database)
            return views.rebuild(transaction.database, stored(transaction.database), progress)

    def close(self) -> None:
        """Closes the file."""
        self._datastore.close()


def stored(database: sqlite3.Connection) -> Iterator[StoredRow]:
    """Yields every event in the order of its row."""
    sql = "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
    for originator_id, position, topic, state in database.execute(sql):
        yield StoredRow(dashed(originator_id), position, topic, state)


def read(database: sqlite3.Connection, ledger_id: str, first: int, last: int) -> list[StoredRow]:
    """Returns the events of a ledger at the positions from ``first`` to ``last``."""
    found = database.execute(
        "SELECT originator_version, topic, state FROM stored_events"
        " WHERE originator_id = ? AND originator_version BETWEEN ? AND ? ORDER BY originator_version",
        (UUID(ledger_id).hex, first, last),
    )
    return [StoredRow(ledger_id, *row) for row in found]


@cache
def dashed(text: str) -> str:
    """Returns the id of a ledger as it is written everywhere but in the table of events."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _make_file(path: str) -> None:
    """Makes an empty file that the owner alone may read, from its first moment on: it names people and paths."""
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        # what cannot be entered looks as if nothing were in it
        use = "read" if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK) else "written"
        raise NotAllowedError(
            f"The configuration folder {folder} cannot be {use}: {error.strerror}.",
            'Set ZENML_CONFIG_PATH to a folder of your own; then run "zenml stack list" to see what is there.',
        ) from error
