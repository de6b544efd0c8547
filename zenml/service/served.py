"""What a service serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import ProfileNotFoundError
from zenml.projections import machine
from zenml.projections.database import Database, machine_ledger
from zenml.projections.machine import ProfileRow
from zenml.snapshot.flavors import known_flavors
from zenml.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from zenml.flavors.lookup import Flavors


class Served(NamedTuple):
    """What one running service serves, for as long as it runs.

    Attributes:
        config_directory: The configuration folder.
        profile: The profile's name when it was started.
        ledger_id: The profile's ledger.
        nonce: What tells this instance from any other one.
        log: The file in which it notes what happens.
    """

    config_directory: str
    profile: str
    ledger_id: str
    nonce: str
    log: str


class ServedSnapshot(Snapshot):
    """The served profile, whatever is active on this machine; no code of members is run to look at it."""

    @property
    def flavors(self) -> Flavors:
        """The flavors of the profile."""
        return known_flavors(self.connection, self.ledger_id, None, runs_own_code=False)


def served_profile(database: Database, ledger_id: str) -> ProfileRow:
    """Returns the profile of the ledger that is served. Raises `ProfileNotFoundError` if it was deleted."""
    machine_id = machine_ledger(database)
    profile = machine.profile_of_ledger(database, machine_id, ledger_id) if machine_id else None
    if profile is None:
        raise ProfileNotFoundError("The profile that is served no longer exists.", code="gone_since")
    return profile
