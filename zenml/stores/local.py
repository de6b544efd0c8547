"""The ``local`` store: one SQLite file that holds the machine's ledger and one per local profile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, NamedTuple

from eventsourcing.persistence import PersistenceError, StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from zenml.domain.errors import DamagedLedgerError, NewerFormatError, NotAllowedError
from zenml.domain.events import Event
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections import stored_events, views
from zenml.projections.database import (
    ELSEWHERE,
    HERE,
    TOPIC_FORMATS,
    begun,
    is_there,
    newer_ledgers,
    shown_as_of,
    up_to_date,
)
from zenml.projections.kept import check_not_lost
from zenml.projections.rows import LiveRows
from zenml.projections.shared import may_end_early
from zenml.projections.unusable import LOOK, understood
from zenml.stores import schema
from zenml.stores.heads import check_all, check_complete, check_end
from zenml.stores.mapping import to_event
from zenml.stores.recorder import LedgerDatastore, LedgerRecorder, raw


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
        views_were_edited: Whether somebody had edited the views, which were then made from the events again.
    """

    REHEARSED: ClassVar[bool] = False

    def __init__(self, cursor: SQLiteCursor, recorder: LedgerRecorder) -> None:
        self._cursor = cursor
        self._recorder = recorder
        self.database = raw(cursor)
        self.rows = LiveRows(self.database)
        self.views_were_edited = False
        self._appended = False

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind."""
        row = self.database.execute("SELECT ledger_id FROM heads WHERE kind = ?", (kind,)).fetchone()
        return row[0] if row else None

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree; of an empty one for a ledger that is not there.

        Raises:
            DamagedLedgerError: The row is not of its form, or the ledger does not end there: what would be
                appended could never be proved. Or the ledger has an event that this version does not know.
            NewerFormatError: A newer version wrote to the ledger.
        """
        row = self.database.execute(
            "SELECT size, frontier FROM heads WHERE ledger_id = ?", (ledger_id,)
        ).fetchone()
        try:
            head = Frontier.from_bytes(*row) if row else Frontier()
        except (MerkleError, TypeError) as error:
            raise DamagedLedgerError(f"The head of the ledger {ledger_id} is damaged: {error}.", LOOK) from error
        check_end(ledger_id, head.size, stored_events.last_position(self.database, ledger_id))
        if ledger_id in newer_ledgers(self.database):
            raise NewerFormatError(
                f"The ledger {ledger_id} was written to by a newer version of zenml; this one can only read it.",
                'Install the newer version: "pip install --upgrade zenml-ledger".',
            )
        if ledger_id in dict(shown_as_of(self.database)):
            raise DamagedLedgerError(
                f"The ledger {ledger_id} has an event that this version of zenml does not know; it is only read.",
                LOOK,
            )
        return head

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger and moves its head."""
        self._recorder.insert(self._cursor, stored)
        self._appended = True
        if head.size == len(stored):
            self.database.execute("INSERT INTO ledgers VALUES (?, ?, ?)", (ledger_id, 1, HERE))
        needed = max((TOPIC_FORMATS.get(it.topic, 1) for it in stored), default=1)
        if needed > 1:
            self._raise_format(ledger_id, needed)
        self.database.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
            (ledger_id, kind, head.size, head.to_bytes()),
        )
        views.mark(self.database, ledger_id, head.size)

    def _raise_format(self, ledger_id: str, needed: int) -> None:
        """Notes that a ledger has events that not every version knows."""
        self.database.execute(
            "INSERT INTO ledgers VALUES (?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET format = max(format, excluded.format)",
            (ledger_id, needed, HERE),
        )

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
        return wrapped_keys(self.database)

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key, and makes sure that it is there.

        Raises:
            DamagedLedgerError: It is not: something in the file removes or changes what is stored.
        """
        row = (key.key_id, ledger_id, key.wrapped, key.digest)
        self.database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", row)
        if self.database.execute("SELECT * FROM keys WHERE key_id = ?", (key.key_id,)).fetchone() != row:
            raise DamagedLedgerError("The key of a secret was not stored, and nothing was recorded.", LOOK)

    def leave_keys_elsewhere(self) -> None:
        """Notes of every ledger with secrets that their keys are not in this file."""
        with_secrets = {event.ledger_id for event in stored_events.events(self.database, containing='"key_id"')}
        for ledger_id in with_secrets:
            self.database.execute("UPDATE ledgers SET keys = ? WHERE ledger_id = ?", (ELSEWHERE, ledger_id))

    def seal_views(self) -> None:
        """Notes what the views hold, for the next writer, if anything was appended."""
        if self._appended:
            views.seal(self.database)

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at the positions from ``first`` to ``last``.

        Raises:
            DamagedLedgerError: One of them is not there, or not of its form.
        """
        rows = list(stored_events.events(self.database, ledger_id, first, last))
        check_complete(ledger_id, [row.position for row in rows], first, last)
        return [to_event(row.topic, row.text) for row in rows]


class LocalStore:
    """One file. Made on first use.

    Args:
        path: Where it is.
        draft: Whether it is yet to take the place of a ledger: what lies beside it was not made from it.

    Raises:
        DamagedLedgerError: There was one, and it is gone.
    """

    def __init__(self, path: str, *, draft: bool = False) -> None:
        self.path = path
        self._draft = draft
        if not (draft or is_there(path)):
            check_not_lost(path)
        if not os.path.exists(path):
            _make_file(path)
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
                transaction.views_were_edited = self._prepare(transaction.database, views_needed)
                yield transaction
                transaction.seal_views()
        except (sqlite3.Error, PersistenceError) as error:
            raise understood(error, self.path) from error

    def _prepare(self, database: sqlite3.Connection, views_needed: bool) -> bool:
        """Makes the tables, or makes sure that they are right. Returns whether the views had been edited."""
        if not begun(database, self.path):
            if not self._draft:
                check_not_lost(self.path)
            for statement in (*self._recorder.create_table_statements, *schema.LEDGERS):
                database.execute(statement)
            views.create(database)
            return False
        outdated = schema.check(database, self.path).outdated
        for statement in schema.LEDGERS:
            database.execute(statement)
        # where the file cannot be written SQLite begins a transaction that reads; this touches no row, but says so
        database.execute("UPDATE heads SET size = size WHERE FALSE")
        if not views_needed:
            return False
        complete = not outdated and up_to_date(database)
        if complete and views.genuine(database):
            return False
        check_all(database)
        views.rebuild(database, stored_events.events(database), may_end_early=may_end_early(database))
        return complete

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Makes all views anew from the events and returns the number of events."""
        with self.transaction(views_needed=False) as transaction:
            check_all(transaction.database)
            database = transaction.database
            return views.rebuild(database, stored_events.events(database), progress, may_end_early(database))

    def close(self) -> None:
        """Closes the file."""
        self._datastore.close()


def wrapped_keys(database: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
    return database.execute("SELECT key_id, wrapped FROM keys ORDER BY rowid DESC").fetchall()


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
