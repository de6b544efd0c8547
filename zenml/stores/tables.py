"""What a ledger's tables hold, for a change that is made or tried out: ends, events, keys.

Knows nothing of how events are stored: whoever only tries something out stores none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from zenml.domain.errors import DamagedLedgerError, NewerFormatError, NotAllowedError
from zenml.domain.events import Event
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections import stored_events, stored_heads, stored_keys
from zenml.projections.rows import LiveRows
from zenml.projections.versions import is_only_read
from zenml.stores.heads import check_complete, check_end
from zenml.stores.mapping import to_event
from zenml.stores.protocol import KeyRow, SharedHead


class TableTransaction:
    """What the tables hold. What is appended is for those to say who inherit this."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.rows = LiveRows(database)
        self.views_were_edited = False
        self.goes_on = False
        self._is_over = False

    @property
    def shared(self) -> SharedHead | None:
        """None: no ledger that machines share is locked."""
        return None

    def set_key_check(self, key_check: bytes) -> None:
        """Refuses: no shared ledger is locked."""
        raise NotAllowedError("No shared ledger is locked.")

    def begin_change(self) -> None:
        """Does nothing: what is appended is recorded as it is."""

    def rewrap(self, keys: Sequence[KeyRow], key_check: bytes) -> None:
        """Refuses: no shared ledger is locked."""
        raise NotAllowedError("The key cannot be replaced: the other members would not get the new one.")

    def close(self) -> None:
        """Ends it: from here on nothing is recorded."""
        self._is_over = True

    def check_open(self) -> None:
        """Raises `NotAllowedError` if it is over."""
        if self._is_over:
            raise NotAllowedError("The change is over.", "Start another one.")

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind."""
        row = self.database.execute("SELECT ledger_id FROM heads WHERE kind = ?", (kind,)).fetchone()
        return row[0] if row else None

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree; of an empty one for a ledger that is not there."""
        head = self.stored_head(ledger_id)
        is_newer, is_unknown = is_only_read(self.database, ledger_id)
        if is_newer:
            raise NewerFormatError(
                f"The ledger {ledger_id} was written to by a newer version of zenml; this one can only read it.",
                'Install the newer version: "pip install --upgrade zenml-ledger".',
            )
        if is_unknown:
            raise DamagedLedgerError(
                f"The ledger {ledger_id} has an event that this version of zenml does not know; it is only read.",
                code="altered_ledger",
            )
        return head

    def stored_head(self, ledger_id: str) -> Frontier:
        """Returns what `head` does, also where nothing may be appended.

        Raises:
            DamagedLedgerError: The head cannot be read, or the ledger does not end there.
        """
        self.check_open()
        head = frontier(self.database, ledger_id)
        check_end(ledger_id, head.size, stored_events.last_position(self.database, ledger_id))
        return head

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at the positions from ``first`` to ``last``."""
        self.check_open()
        rows = list(stored_events.events(self.database, ledger_id, first, last))
        check_complete(ledger_id, [row.position for row in rows], first, last)
        return [to_event(row.topic, row.text) for row in rows]

    def texts_blanked(self, ledger_id: str, values: Collection[tuple[int, str]]) -> list[tuple[int, bytes, bytes]]:
        """Returns the position of each event that has some of these values, its text, and that text without them.

        Raises:
            InvalidValueError: No salted value is at one of the places.
        """
        from zenml.stores.blanking import blanked, by_position, no_value  # few changes blank values

        self.check_open()
        texts = []
        for position, pointers in by_position(values).items():
            row = stored_events.event(self.database, ledger_id, position)
            if row is None:
                raise no_value(position, pointers[0])
            texts.append((position, row.text, blanked(position, row.text, pointers)))
        return texts

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
        return stored_keys.wrapped_keys(self.database)


def frontier(database: sqlite3.Connection, ledger_id: str) -> Frontier:
    """Returns size and frontier of a ledger's tree as its head says; of an empty one for none.

    Raises:
        DamagedLedgerError: The head cannot be read.
    """
    row = stored_heads.head(database, ledger_id)
    try:
        return Frontier.from_bytes(row.size, row.frontier) if row else Frontier()
    except (MerkleError, TypeError) as error:
        what = f"The head of the ledger {ledger_id} is damaged: {error}."
        raise DamagedLedgerError(what, code="altered_ledger") from error
