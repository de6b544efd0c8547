"""A ledger while it moves to another place: the change that records it, and the order of the commits.

What is recorded in this machine's file says from when on the ledger is somewhere else. The order is always the
same: the new place has everything, the old one is closed, and only then is the new one opened. Whoever is
interrupted begins again, and what is done already is recognized.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import NewerFormatError
from zenml.domain.events import ProfileMoved
from zenml.projections import stored_events, stored_heads
from zenml.stores.copying import committed
from zenml.stores.protocol import KeyRow, StoreTransaction
from zenml.stores.shared.moved import moved_error
from zenml.stores.shared_database.rows import SharedKey

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.stores.copying import LedgerCopy
    from zenml.stores.local import LocalStore
    from zenml.stores.shared.store import SharedStore
    from zenml.stores.shared_database.database import SharedDatabase
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.transactions import RecordingTransaction


class Departure(NamedTuple):
    """A shared database that a ledger leaves.

    Attributes:
        database: The database.
        store: Brings to the file what is in it.
        moved_to: What its row is to say of where the ledger is.
    """

    database: SharedDatabase
    store: SharedStore
    moved_to: str


class MovingStore:
    """The file, in a change that records that a ledger moved.

    Args:
        local: The file.
        ledger_id: The ledger.
        departure: What it leaves; None if that is this machine's file.
        copy: Brings it to a database; None if it comes to this machine's file, or is in the database already.
        keys: Returns the data keys of its secrets as they are wrapped there; None for the same as before.
        key_check: Returns what the right key is known by there; None for the same as before.
        note: Records how the data keys are wrapped there; None if that is recorded afterwards.
    """

    def __init__(
        self,
        local: LocalStore,
        ledger_id: str,
        departure: Departure | None,
        copy: LedgerCopy | None,
        keys: Callable[[Database], list[KeyRow]] | None,
        key_check: Callable[[], bytes] | None,
        note: Callable[[StoreTransaction, list[KeyRow]], None] | None = None,
    ) -> None:
        self._note = note
        self._local = local
        self._ledger_id = ledger_id
        self._departure = departure
        self._copy = copy
        self._keys = keys
        self._key_check = key_check

    @contextmanager
    def transaction(self) -> Iterator[RecordingTransaction]:
        """Locks the ledger where it was, where it comes to, and then the file.

        Raises:
            LedgerError: It is not where it is to be moved from, or one of the places cannot be used.
        """
        with ExitStack() as held:
            left = self._left(held)
            arriving = held.enter_context(self._copy.database.locked(self._ledger_id)) if self._copy else None
            with self._local.transaction() as transaction:
                machine_id = transaction.ledger("machine") or ""
                before = stored_heads.size(transaction.database, machine_id)
                yield transaction
                if _is_moved(transaction.database, machine_id, before):
                    self._move(transaction, left, arriving)

    def _left(self, held: ExitStack) -> LockedShared | None:
        """Locks the ledger where it was, and brings all of it to the file."""
        if self._departure is None:
            return None
        left = held.enter_context(self._departure.database.locked(self._ledger_id))
        if left.head.moved_to not in (None, self._departure.moved_to):
            raise moved_error(left.head)
        self._departure.store.catch_up()
        if self._copy is not None:
            self._copy.bring()  # nobody waits for the network while holding the file
        return left

    def _move(
        self, transaction: RecordingTransaction, left: LockedShared | None, arriving: LockedShared | None
    ) -> None:
        """Completes the new place and closes the old one; the file is committed after that."""
        database = transaction.database
        if left is not None:
            self._check_whole(database, left)
        rows = self._keys(database) if self._keys else None
        if rows and self._note is not None:
            transaction.moving = self._ledger_id
            self._note(transaction, rows)
        if self._copy is not None and arriving is not None:
            keys = [SharedKey(row.key_id, "master", row.wrapped, row.digest) for row in rows or ()]
            check = self._key_check() if self._key_check else None
            if rows is None and left is not None:
                keys, check = left.keys(), left.head.key_check
            self._copy.finish(database, arriving, keys, check)
        if rows is not None:
            transaction.receive_keys(self._ledger_id, rows)
        if left is not None and self._departure is not None and left.head.moved_to is None:
            left.set_moved_to(self._departure.moved_to)
            committed(left)

    def _check_whole(self, database: Database, left: LockedShared) -> None:
        if stored_heads.size(database, self._ledger_id) < left.head.size:
            raise NewerFormatError(
                f"A newer version of zenml wrote to the ledger {self._ledger_id}; not all of it is known here.",
                'Install the newer version: "pip install --upgrade zenml-ledger".',
            )

    def close(self) -> None:
        """Leaves everything open: it is whoever moves the ledger who closes it."""


def _is_moved(database: Database, machine_id: str, before: int) -> bool:
    """Tells whether it was recorded that a profile moved."""
    recorded = stored_events.events(database, machine_id, before + 1, topics=(ProfileMoved.TOPIC,))
    return next(recorded, None) is not None
