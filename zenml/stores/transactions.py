"""Ledgers in SQLite tables, as a transaction that records has them, in a file or in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteCursor

from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier
from zenml.projections import machine, stored_events, stored_keys, views
from zenml.projections.database import KEYS_HERE
from zenml.projections.stored_events import EventRow
from zenml.projections.versions import FORMAT
from zenml.stores.formats import needed_format
from zenml.stores.heads import check_end
from zenml.stores.protocol import KeyRow, NotLockedError
from zenml.stores.recorder import LedgerRecorder, raw
from zenml.stores.tables import TableTransaction

if TYPE_CHECKING:
    from zenml.stores.shared.arrivals import Arrival


class RecordingTransaction(TableTransaction):
    """The tables while their lock is held.

    Attributes:
        has_removed: Whether something was taken out that the file's log may still have.
        progress: Called with the number of events done, while views are made again at the end.
        moving: The ledger that comes to another place in this transaction, whose lock is held there, too.
    """

    REHEARSED: ClassVar[bool] = False

    def __init__(self, cursor: SQLiteCursor, recorder: LedgerRecorder) -> None:
        super().__init__(raw(cursor))
        self._cursor = cursor
        self._recorder = recorder
        self._blanked = False
        self.has_removed = False
        self.progress: Callable[[int], None] = lambda count: None
        self.moving: str | None = None

    def head(self, ledger_id: str, *, locked: str | None = None) -> Frontier:
        """Returns size and frontier of a ledger's tree, to which something is to be appended.

        Args:
            ledger_id: The ledger.
            locked: The shared ledger whose lock is held, if one is.
        """
        if ledger_id not in (locked, self.moving) and machine.is_shared(self.database, ledger_id):
            raise NotLockedError(ledger_id)
        return super().head(ledger_id)

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger and moves its head."""
        if head.size == len(stored):
            self.database.execute("INSERT INTO ledgers VALUES (?, ?, ?)", (ledger_id, 1, KEYS_HERE))
        needed = format_of(stored)
        if needed > 1:
            self._raise_format(ledger_id, needed)
        self._store(ledger_id, kind, stored, head)
        views.mark(self.database, ledger_id, head.size)

    def receive(self, ledger_id: str, arrivals: Sequence[Arrival], format: int, *, ended: bool) -> None:
        """Stores what others appended to a shared ledger, as far as it is not here yet, and applies it.

        Args:
            ledger_id: The ledger.
            arrivals: Events that were checked, by position.
            format: The format of the ledger, as its row in the shared database says.
            ended: Whether what follows is of a newer version.

        Raises:
            DamagedLedgerError: They do not follow on what is here.
        """
        head = self.stored_head(ledger_id)
        new = [arrival for arrival in arrivals if arrival.position > head.size]
        if new:
            check_end(ledger_id, head.size, new[0].position - 1)
            head = head.extended(arrival.leaf for arrival in new)
            stored = [
                StoredEvent(UUID(ledger_id), arrival.position, arrival.topic, arrival.state) for arrival in new
            ]
            self._store(ledger_id, "profile", stored, head)
            # what a ledger may have is for its row in the database to say, and here it is what its events need
            self._raise_format(ledger_id, format if format > FORMAT else format_of(stored))
            rows = (EventRow(ledger_id, one.position, one.topic, one.state, 0) for one in new)
            views.follow(self.database, ledger_id, rows)
        if ended:
            self._raise_format(ledger_id, format)

    def _store(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        self.check_open()
        self._recorder.insert(self._cursor, stored)
        self.database.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
            (ledger_id, kind, head.size, head.to_bytes()),
        )

    def _raise_format(self, ledger_id: str, needed: int) -> None:
        """Notes that a ledger has events that not every version knows."""
        self.database.execute(
            "INSERT INTO ledgers VALUES (?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET format = max(format, excluded.format)",
            (ledger_id, needed, KEYS_HERE),
        )

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key, and makes sure that it is there: a trigger could remove or change it."""
        self.check_open()
        row = stored_keys.StoredKey(key.key_id, ledger_id, key.wrapped, key.digest)
        self.database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", row)
        if stored_keys.key(self.database, key.key_id) != row:
            raise DamagedLedgerError(
                "The key of a secret was not stored, and nothing was recorded.", code="altered_ledger"
            )

    def receive_keys(self, ledger_id: str, keys: Iterable[KeyRow]) -> None:
        """Stores the data keys of a shared ledger's secrets, in the place of its own with the same ids."""
        self.check_open()
        rows = [(key.key_id, ledger_id, key.wrapped, key.digest) for key in keys]
        self.database.executemany(
            "INSERT INTO keys VALUES (?, ?, ?, ?) ON CONFLICT (key_id) DO UPDATE"
            " SET wrapped = excluded.wrapped, digest = excluded.digest WHERE ledger_id = excluded.ledger_id",
            rows,
        )

    def remove_keys(self, ledger_id: str, key_ids: Collection[str]) -> None:
        """Destroys data keys."""
        self.check_open()
        rows = [(ledger_id, key_id) for key_id in key_ids]
        removed = self.database.executemany("DELETE FROM keys WHERE ledger_id = ? AND key_id = ?", rows).rowcount
        self.has_removed = self.has_removed or removed > 0

    def blank(self, ledger_id: str, values: Collection[tuple[int, str]]) -> None:
        """Blanks salted values of stored events; the views are made again when the transaction ends."""
        rows = self.texts_blanked(ledger_id, values)
        self.put_texts(ledger_id, {position: after for position, before, after in rows if after != before})

    def put_texts(self, ledger_id: str, texts: Mapping[int, bytes]) -> None:
        """Puts other texts in the place of stored ones that have the same commitments."""
        self.check_open()
        for position, text in texts.items():
            stored_events.put_text(self.database, ledger_id, position, text)
        self._blanked = self._blanked or bool(texts)
        self.has_removed = self.has_removed or bool(texts)

    def finish_views(self) -> None:
        """Makes the views again if anything was blanked."""
        if self._blanked:
            from zenml.stores.rebuilding import rebuild  # few changes blank values

            rebuild(self.database, self.progress)


def format_of(stored: Iterable[StoredEvent]) -> int:
    """Returns the format that a ledger needs to have some events."""
    return max((needed_format(event.topic, event.state) for event in stored), default=1)
