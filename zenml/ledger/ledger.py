"""The ledger: one change after the other, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zenml.ledger.catalog import ViewCatalog
from zenml.ledger.change import Change, ChangeBuilder, ChangeHeader
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.sealing import Sealer
from zenml.projections.machine import ProfileRow
from zenml.stores.protocol import Store, StoreTransaction


class Ledger:
    """The only writer.

    Args:
        store: Where the ledgers are.
        keyring: Wraps the keys of secrets.
        secret_names: Returns the names of parameters that some flavor calls secret.
        clock: Returns the time as events have it.
    """

    def __init__(
        self,
        store: Store,
        keyring: Keyring,
        secret_names: Callable[[], frozenset[str]],
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self._store = store
        self.keyring = keyring
        self._secret_names = secret_names
        self._clock = clock

    @contextmanager
    def locked(self) -> Iterator[LockedLedger]:
        """Holds the lock of the store; everything recorded meanwhile is written together at the end.

        Raises:
            BusyError: Others held the lock for too long.
            LedgerError: What the caller does; nothing is written then.
        """
        with self._store.transaction() as transaction:
            yield LockedLedger(transaction, self.keyring, self._secret_names, self._clock)

    def close(self) -> None:
        """Closes the store."""
        self._store.close()


class LockedLedger:
    """The store while its lock is held. Takes what `Ledger` takes, and a transaction in place of the store.

    Attributes:
        transaction: The store's transaction.
        machine_id: The machine's ledger; a new id on the first run.
    """

    def __init__(
        self,
        transaction: StoreTransaction,
        keyring: Keyring,
        secret_names: Callable[[], frozenset[str]],
        clock: Callable[[], str] = utc_now,
    ) -> None:
        self.transaction = transaction
        self._keyring = keyring
        self._secret_names = secret_names
        self._clock = clock
        self.machine_id = transaction.ledger("machine") or new_id()

    def begin(
        self, profile: ProfileRow | None, repository_id: str | None, *, of_a_member: bool = False
    ) -> ChangeBuilder:
        """Begins a change that runs in a profile and in a repository, or in none.

        Args:
            profile: The profile.
            repository_id: The repository.
            of_a_member: Whether whoever makes it is on another machine, so that it is about the profile alone.
        """
        self.transaction.begin_change()
        keyring, database = self._keyring, self.transaction.database
        keyring.look_at(database, profile.profile_ledger_id if profile else None)
        keyring.settle()
        sealer = Sealer(keyring)
        catalog = ViewCatalog(
            database, self.machine_id, profile, repository_id, sealer, is_of_a_member=of_a_member
        )
        return ChangeBuilder(self.transaction, self.machine_id, catalog, sealer)

    def finish(self, change: ChangeBuilder, about: ChangeHeader) -> Change | None:
        """Appends what the change decided; None if that is nothing."""
        return change.finish(about, self._clock(), self._secret_names)
