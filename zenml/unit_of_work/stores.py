"""The stores that a change is made in: this machine's file, and with it the database of a shared profile.

What the two have to agree on is here too: what others did before it, and what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from zenml import paths
from zenml.domain.errors import AgainError, CommitUnknownError, LedgerError, NotAllowedError
from zenml.projections import database, machine
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.kept import has_begun
from zenml.sharing.places import PATIENCE, AnotherLedgerError, SharedLedger, claimed, head_of, shared_ledger
from zenml.snapshot.looks import look
from zenml.stores.opening import open_store
from zenml.stores.protocol import NotLockedError, Store, StoreTransaction

if TYPE_CHECKING:
    from zenml.ledger.change import Change
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.stores.protocol import SharedHead, SharedLedgerStore
    from zenml.stores.shared.places import Place
    from zenml.unit_of_work.request import Request


class Stores:
    """Opens what a change needs.

    Args:
        request: Who asks, and where.
        keyring: Opens the URLs of profiles.
        shared: The shared ledger that is written to; None for that of the active profile, if it is shared.
        moving: Opens what a change is made in that moves a ledger; None for any other change.

    Attributes:
        shared: The shared ledger whose store is opened, unless it was refused; None if there is none.
        refused: Why the active profile's shared ledger is not locked, though it is to be.
    """

    def __init__(
        self,
        request: Request,
        keyring: Keyring,
        shared: SharedLedger | None,
        moving: Callable[[Keyring], Store] | None = None,
    ) -> None:
        self._request = request
        self._keyring = keyring
        self._asked_for = shared
        self._moving = moving
        self.shared = shared
        self.refused: LedgerError | None = None
        self._is_local = False

    # --- before a change ------------------------------------------------------------------------

    def has_begun(self) -> bool:
        """Tells whether there is a machine's ledger. Takes note, at the same look, if the active profile is local.

        Raises:
            DamagedLedgerError: The file is not a ledger, or is gone.
        """
        path = self._request.ledger_path
        with database.lend(path, as_left=True) as lent:
            if lent is not None and machine.has_local_profiles_alone(lent):  # whichever of them is active
                self._is_local = True
                return True
        with look(path, self._request.root) as snapshot:
            if snapshot is not None:
                profile = snapshot.active.profile
                self._is_local = profile is None or not profile.is_shared
                return True
        return has_begun(path)

    def finish_pending(self) -> None:
        """Records this machine's part of changes that were interrupted."""
        request = self._request
        if paths.has_pending(request.config_directory) and not request.dry_run:
            from zenml.sharing.finishing import finish_pending

            self._is_local = False  # what is finished may have moved it
            finish_pending(request.config_directory, request.ledger_path, self._keyring, request.notify)

    @contextmanager
    def opened(self, *, rehearsed: bool) -> Iterator[Store]:
        """Gives the store, brought up to date; what was interrupted is finished first. Closes it at the end.

        The database of the active profile may be out of reach: what this machine decides for itself is then
        decided all the same, and only what is to be written there is refused.

        Raises:
            LedgerError: The shared ledger that was asked for cannot be used.
        """
        if not rehearsed:
            self.finish_pending()
        with closing(self._open(rehearsed=rehearsed)) as store:
            yield store

    def _open(self, *, rehearsed: bool) -> Store:
        path = self._request.ledger_path
        if rehearsed:
            return open_store(path, rehearsed=True)
        if self._moving is not None:
            return self._moving(self._keyring)
        try:
            self.shared = self._asked_for or self._of_active_profile()
            if self.shared is not None:
                return self._caught_up(self.shared)
        except LedgerError as error:
            if self._asked_for is not None:
                raise
            self.refused = error
        return open_store(path, rehearsed=False)

    def _caught_up(self, shared: SharedLedger) -> SharedLedgerStore:
        from zenml.sharing.finishing import finish_received  # here and below: few profiles are shared

        if not shared.ledger_id:
            shared = self.shared = claimed(shared.place, PATIENCE)
        with self._request.progress() as progress:
            config_directory, notify = self._request.config_directory, self._request.notify
            store = shared.open(
                config_directory,
                self._request.ledger_path,
                patience=PATIENCE,
                progress=progress,
                received=partial(finish_received, config_directory, self._keyring, notify),
            )
            return self._followed(store, shared)

    def _followed(self, store: SharedLedgerStore, shared: SharedLedger) -> SharedLedgerStore:
        from zenml.sharing import confirmations
        from zenml.sharing.following import follow

        try:
            follow(store, self._request.config_directory, shared.ledger_id)
        except BaseException as error:
            store.close()
            if isinstance(error, LedgerError):
                confirmations.fail(self._request.config_directory, shared.ledger_id, error)
            raise
        return store

    def _of_active_profile(self) -> SharedLedger | None:
        if self._is_local:
            return None
        with look(self._request.ledger_path, self._request.root) as snapshot:
            profile = snapshot.active.profile if snapshot is not None else None
            if snapshot is None or profile is None or not profile.is_shared:
                return None
            return shared_ledger(snapshot.connection, self._keyring, profile)

    # --- under the lock -------------------------------------------------------------------------

    def head_at(self, place: Place, transaction: StoreTransaction) -> SharedHead:
        """Returns the head of the ledger in a database as it is under the lock; of size 0 for a new one.

        Raises:
            AnotherLedgerError: Another store was opened.
            LedgerError: The database cannot be used.
        """
        if transaction.REHEARSED:
            return head_of(place, PATIENCE)
        if self.shared is None or self.refused or not _is_same(self.shared.place, place):
            raise AnotherLedgerError("", SharedLedger("", place))
        assert transaction.shared is not None
        return transaction.shared

    def url_of(self, place: Place) -> str:
        """Returns the URL of a place whose store was opened, as it is recorded: a service knows us by a name."""
        return self.shared.place.url if self.shared is not None else place.url

    def begin_key(self, ledger_id: str, transaction: StoreTransaction) -> None:
        """Makes the key of a shared ledger that begins with this change."""
        if not transaction.REHEARSED:
            transaction.set_key_check(self._keyring.make(ledger_id).check_value(ledger_id))

    def check_key(self, transaction: StoreTransaction) -> None:
        """Makes sure that secrets of a shared ledger are sealed with the key that its other members have.

        Raises:
            DamagedLedgerError: This machine has another one.
        """
        if transaction.shared is not None and transaction.shared.key_check is not None:
            self._keyring.check(transaction.shared.ledger_id, transaction.shared.key_check)

    # --- after an error -------------------------------------------------------------------------

    def not_locked(self, error: NotLockedError) -> LedgerError:
        """Returns what to raise instead: why the ledger cannot be used, or which one is to be opened."""
        if self.refused is not None and self._asked_for is None:
            return self.refused
        with open_still(self._request.ledger_path) as views:
            machine_id = machine_ledger(views) or ""
            profile = machine.profile_of_ledger(views, machine_id, error.ledger_id)
            if profile is None:
                return NotAllowedError("Its profile no longer exists.", code="gone_since")
            return AnotherLedgerError(profile.name, shared_ledger(views, self._keyring, profile))

    def look_for(self, change: Change, error: CommitUnknownError) -> None:
        """Makes sure that a change is recorded, although the connection broke before anybody said so.

        Raises:
            CommitUnknownError: The database cannot be asked.
            AgainError: It is not recorded.
        """
        from zenml.stores.rest.places import ServicePlace

        try:
            is_recorded = self._is_recorded(change.change_id)
        except LedgerError:
            error.advise("perhaps_recorded", change=change.letters)
            raise error from None
        if not is_recorded and self.shared is not None and isinstance(self.shared.place, ServicePlace):
            # it was asked until nobody answered: what is on its way may still be decided
            error.advise("perhaps_recorded", change=change.letters)
            raise error
        if not is_recorded:
            raise AgainError("The connection broke, and nothing was recorded.") from error

    def _is_recorded(self, change_id: str) -> bool:
        """Looks in the shared ledger. When its lock is held again, the session that was lost has ended."""
        from zenml.projections.timeline import history

        assert self.shared is not None
        store = self.shared.open(self._request.config_directory, self._request.ledger_path, patience=PATIENCE)
        with closing(store), store.transaction() as transaction:
            return history.by_id(transaction.database, change_id) is not None


def _is_same(one: Place, other: Place) -> bool:
    """Tells whether two places are one; by which name a service knows us is known only when it was asked."""
    from zenml.stores.rest.places import ServicePlace

    if isinstance(one, ServicePlace) and isinstance(other, ServicePlace):
        return (one.shown, one.token) == (other.shown, other.token)
    return one.url == other.url
