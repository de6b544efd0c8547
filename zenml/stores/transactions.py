"""Ledgers in SQLite tables, as a transaction has them, in a file or in memory."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from zenml.domain.errors import DamagedLedgerError, NewerFormatError, NotAllowedError
from zenml.domain.events import Event
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections import stored_events, stored_heads, stored_keys, views
from zenml.projections.database import HERE, newer_ledgers, shown_as_of
from zenml.projections.formats import needed_format
from zenml.projections.rows import LiveRows
from zenml.stores.heads import check_complete, check_end
from zenml.stores.mapping import to_event
from zenml.stores.protocol import KeyRow
from zenml.stores.recorder import LedgerRecorder, raw


class TableTransaction:
    """What the tables hold. What is appended is for those to say who inherit this."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.rows = LiveRows(database)
        self.views_were_edited = False
        self._is_over = False

    def close(self) -> None:
        """Ends it: from here on nothing is recorded."""
        self._is_over = True

    def _check(self) -> None:
        if self._is_over:
            raise NotAllowedError("The change is over.", "Start another one.")

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind."""
        row = self.database.execute("SELECT ledger_id FROM heads WHERE kind = ?", (kind,)).fetchone()
        return row[0] if row else None

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree; of an empty one for a ledger that is not there."""
        self._check()
        row = stored_heads.head(self.database, ledger_id)
        try:
            head = Frontier.from_bytes(row.size, row.frontier) if row else Frontier()
        except (MerkleError, TypeError) as error:
            what = f"The head of the ledger {ledger_id} is damaged: {error}."
            raise DamagedLedgerError(what, code="altered_ledger") from error
        check_end(ledger_id, head.size, stored_events.last_position(self.database, ledger_id))
        if ledger_id in newer_ledgers(self.database):
            raise NewerFormatError(
                f"The ledger {ledger_id} was written to by a newer version of zenml; this one can only read it.",
                'Install the newer version: "pip install --upgrade zenml-ledger".',
            )
        if ledger_id in dict(shown_as_of(self.database)):
            raise DamagedLedgerError(
                f"The ledger {ledger_id} has an event that this version of zenml does not know; it is only read.",
                code="altered_ledger",
            )
        return head

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at the positions from ``first`` to ``last``."""
        self._check()
        rows = list(stored_events.events(self.database, ledger_id, first, last))
        check_complete(ledger_id, [row.position for row in rows], first, last)
        return [to_event(row.topic, row.text) for row in rows]

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
        return stored_keys.wrapped_keys(self.database)


class RecordingTransaction(TableTransaction):
    """The tables while their lock is held."""

    REHEARSED: ClassVar[bool] = False

    def __init__(self, cursor: SQLiteCursor, recorder: LedgerRecorder) -> None:
        super().__init__(raw(cursor))
        self._cursor = cursor
        self._recorder = recorder
        self._appended = False

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger and moves its head."""
        self._check()
        self._recorder.insert(self._cursor, stored)
        self._appended = True
        if head.size == len(stored):
            self.database.execute("INSERT INTO ledgers VALUES (?, ?, ?)", (ledger_id, 1, HERE))
        needed = max((needed_format(event.topic, event.state) for event in stored), default=1)
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

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key, and makes sure that it is there: a trigger could remove or change it."""
        self._check()
        row = stored_keys.StoredKey(key.key_id, ledger_id, key.wrapped, key.digest)
        self.database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", row)
        if stored_keys.key(self.database, key.key_id) != row:
            raise DamagedLedgerError(
                "The key of a secret was not stored, and nothing was recorded.", code="altered_ledger"
            )

    def seal_views(self) -> None:
        """Notes what the views hold, for the next writer, if anything was appended."""
        if self._appended:
            views.seal(self.database)
