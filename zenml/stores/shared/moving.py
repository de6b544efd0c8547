"""Moving a ledger: what it leaves, what it comes to, and the steps that lead there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from zenml.projections.versions import FORMAT
from zenml.stores.shared.moved import ARRIVING, check_open, moved_error

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.stores.copying import LedgerCopy
    from zenml.stores.protocol import KeyRow, SharedHead, Store, StoreTransaction
    from zenml.stores.shared.moving_store import Departure
    from zenml.stores.shared_database.places import SharedPlace


class Journey(NamedTuple):
    """From where a ledger moves to where.

    Attributes:
        path: The file of this machine's ledgers.
        ledger_id: The ledger.
        left: The shared database that it leaves; None if it is this machine's own.
        new: The shared database that it comes to; None if it becomes this machine's own.
        moved_to: What the row in the database that it leaves is to say of where it is.
        pending_folder: Where parts of changes wait until the other part is recorded.
        patience: Seconds to wait for an answer of a database.
        progress: Called with the number of events that are done, and of those there are.
    """

    path: str
    ledger_id: str
    left: SharedPlace | None
    new: SharedPlace | None
    moved_to: str
    pending_folder: str
    patience: float
    progress: Callable[[int, int], None] = lambda done, total: None


class LedgerMove:
    """A ledger that is moved: `prepare`, then a change in `store` that records it, then `finish`.

    Everything raises `LedgerError` if a place cannot be used. Whatever was interrupted is begun again from
    `prepare`, if the file does not say yet that the ledger is in the new place, else with `finish` alone.
    """

    def __init__(self, journey: Journey) -> None:
        from zenml.stores.copying import LedgerCopy
        from zenml.stores.local import LocalStore
        from zenml.stores.shared.moving_store import Departure
        from zenml.stores.shared.pending import PendingParts
        from zenml.stores.shared.store import SharedStore
        from zenml.stores.shared_database.database import SharedDatabase

        self._ledger_id = journey.ledger_id
        self._local = LocalStore(journey.path)
        self._departure: Departure | None = None
        self._copy: LedgerCopy | None = None
        self._is_to_copy = True
        if journey.left is not None:
            database = SharedDatabase(journey.left, patience=journey.patience)
            pending = PendingParts(journey.pending_folder)
            store = SharedStore(self._local, database, journey.ledger_id, pending, journey.progress)
            self._departure = Departure(database, store, journey.moved_to)
        if journey.new is not None:
            database = SharedDatabase(journey.new, patience=journey.patience)
            self._copy = LedgerCopy(journey.path, database, journey.ledger_id, journey.progress)

    def check(self) -> None:
        """Makes sure that it can be moved, as far as one can see that without writing anything.

        Raises:
            AlreadyExistsError: The new place has another ledger.
            NotAllowedError: It is not in the place that it is to leave.
        """
        closed = self._is_closed(self._departure.database.head(self._ledger_id)) if self._departure else False
        if self._copy is not None:
            self._copy.check_place(closed=closed)

    def prepare(self, seen: int = 0) -> None:
        """Brings everything to the new place that is not there yet, while others go on writing.

        Args:
            seen: The number of events that were seen here.

        Raises:
            AlreadyExistsError: The new place has another ledger.
            NotAllowedError: It is not in the place that it is to leave.
            DamagedLedgerError: What is in one of the places is not what was written.
        """
        format, closed = FORMAT, False
        if self._departure is not None:
            head = self._departure.store.catch_up(seen)
            format, closed = head.format, self._is_closed(head)
        if self._copy is not None:
            self._is_to_copy = self._copy.claim(format, closed=closed)
            if self._is_to_copy:
                self._copy.bring()

    def store(
        self,
        keys: Callable[[Database], list[KeyRow]] | None,
        key_check: Callable[[], bytes] | None,
        note: Callable[[StoreTransaction, list[KeyRow]], None] | None = None,
    ) -> Store:
        """Returns the store in which the change is made that records the move.

        Args:
            keys: Returns the data keys of its secrets as they are wrapped in the new place; None for the same as
                before.
            key_check: Returns what the right key is known by in the new place; None for the same as before.
            note: Records how the data keys are wrapped there; None if that is recorded afterwards.
        """
        from zenml.stores.shared.moving_store import MovingStore

        copy = self._copy if self._is_to_copy else None
        return MovingStore(self._local, self._ledger_id, self._departure, copy, keys, key_check, note)

    def finish(self, *, recorded: bool) -> None:
        """Lets everybody use the ledger in the new place.

        Args:
            recorded: Whether it was this machine that recorded the move: then the old place is closed.

        Raises:
            NotAllowedError: Another machine is still moving it.
        """
        if self._copy is None:
            return
        head = self._copy.database.head(self._ledger_id)
        if head is None or (head.moved_to == ARRIVING and recorded):
            self._copy.open()
        else:
            check_open(head)

    def close(self) -> None:
        """Closes everything."""
        for way in (self._departure, self._copy):
            if way is not None:
                way.database.close()
        self._local.close()

    def _is_closed(self, head: SharedHead | None) -> bool:
        """Tells whether the place that it leaves is closed already, on the way to this new place."""
        assert self._departure is not None
        if head is None or head.moved_to is None:
            return False
        if head.moved_to != self._departure.moved_to:
            raise moved_error(head)
        return True
