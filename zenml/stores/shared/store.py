"""The store of a profile that machines share: its ledger is in a database, and whole in this machine's file too.

The database is the truth, and the row of the ledger's head in it is the lock: whoever appends holds it first, and
the file's lock after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from zenml.domain.errors import CommitUnknownError, LedgerError
from zenml.stores.local import LocalStore
from zenml.stores.shared.moved import check_open
from zenml.stores.shared.pending import PendingParts
from zenml.stores.shared.replica import Replica, Source
from zenml.stores.shared.transaction import SharedTransaction
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared


class SharedStore(Replica):
    """A shared ledger in a database, and this machine's file. Takes what `Replica` takes."""

    def __init__(
        self,
        local: LocalStore,
        shared: SharedDatabase,
        ledger_id: str,
        pending: PendingParts,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        super().__init__(local, shared, ledger_id, pending, progress)
        self._shared = shared

    @contextmanager
    def transaction(self) -> Iterator[SharedTransaction]:
        """Locks the ledger in the database and then the file, and brings the file up to date.

        Raises:
            AgainError: Nothing was recorded, since others were in the way: to be tried again.
            CommitUnknownError: The connection broke, and nobody knows whether it was recorded.
            NotAllowedError: The ledger has moved.
        """
        with self._whose_turn(), self._shared.locked(self._ledger_id) as locked:
            check_open(locked.head)
            # nobody waits for the network while holding the file
            batches = list(self._batches(Source(locked.events, locked.keys), locked.head, self._here()))
            waiting, is_recorded = list[str](), False
            try:
                with self._local.transaction() as local:
                    for batch in batches:
                        self._receive(local, batch, locked.head.format)
                    with closing(SharedTransaction(local, locked.head, self._ledger_id)) as transaction:
                        yield transaction
                        waiting = self._commit(locked, transaction)
                        is_recorded = bool(transaction.events_appended or transaction.rewrapped)
            except LedgerError as error:
                if is_recorded:
                    what = "The change is in the shared database, but not on this machine yet"
                    raise CommitUnknownError(f"{what}. {error.message}", error.hint) from error
                raise
        self._drop(waiting)

    def _commit(self, locked: LockedShared, transaction: SharedTransaction) -> list[str]:
        """Records in the database what was appended; returns the changes of which a part was put aside."""
        if not transaction.events_appended and transaction.key_check is None:
            return []
        changes = self._pending.put(
            self._ledger_id, dict(transaction.changes), transaction.apart, transaction.apart_keys
        )
        try:
            head = transaction.head_appended
            if transaction.key_check is not None:
                locked.set_key_check(transaction.key_check)
                locked.rewrap(transaction.rewrapped)
            if transaction.events_appended:
                if transaction.keys_removed:
                    locked.remove_keys(transaction.keys_removed)
                locked.append(
                    transaction.events_appended, transaction.changes, transaction.keys, head.size, head.to_bytes()
                )
        except BaseException:
            self._drop(changes)
            raise
        try:
            locked.commit()
        except CommitUnknownError:
            raise
        except LedgerError:  # nothing was kept
            self._drop(changes)
            raise
        return changes
