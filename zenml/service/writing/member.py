"""A change in the served profile, while it is open: whoever makes it is a member on another machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zenml import paths
from zenml.ledger.change import Change, ChangeBuilder
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections.machine import ProfileRow
from zenml.service.served import ServedSnapshot
from zenml.sharing.places import SharedLedger
from zenml.snapshot.snapshot import Snapshot
from zenml.unit_of_work.open_change import OpenChange
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.stores import Stores

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent


class MembersChange(OpenChange):
    """A change that a member asks the service for.

    Args:
        request: Where it is made.
        keyring: Opens and wraps the keys of secrets.
        shared: The shared ledger that it writes to, if the profile is shared.
        who: Who makes it.

    Attributes:
        recorded: The change, once it is recorded or about to be.
    """

    def __init__(self, request: Request, keyring: Keyring, shared: SharedLedger | None, who: Origin) -> None:
        super().__init__(request, keyring, Stores(request, keyring, shared))
        self._who = who
        self._profile: ProfileRow | None = None
        self.recorded: Change | None = None

    def begin(self, locked: LockedLedger, profile: ProfileRow, change_id: str | None) -> ChangeBuilder:
        """Begins it under the lock.

        Args:
            locked: The ledgers.
            profile: The profile that is served.
            change_id: The id that it is to have; None for the one that was drawn.
        """
        self._locked, self._profile = locked, profile
        self._change = locked.begin(profile, None, of_a_member=True)
        self._change.change_id = change_id or self._change.change_id
        return self._change

    @property
    def profile(self) -> ProfileRow:
        """The profile that is served."""
        assert self._profile is not None
        return self._profile

    @property
    def sealed(self) -> frozenset[str]:
        """What was sealed in it as a secret."""
        return frozenset(self._change.sealer.plaintexts) if self._change is not None else frozenset()

    def reading(self) -> Snapshot:
        """Returns a look at the profile, this change included."""
        locked, _ = self.now
        return ServedSnapshot(locked.transaction.database, locked.machine_id, None, profile=self._profile)

    def make_local_path(self, component: StackComponent) -> None:
        """Makes nothing: a member says nothing of the folders of this machine."""


def request(config_directory: str, notify: Callable[[str], None]) -> Request:
    """Returns where changes are made.

    Args:
        config_directory: The configuration folder.
        notify: Called with what happens on the way.
    """
    return Request(config_directory, paths.ledger_file(config_directory), None, notify, None, None, None, False)
