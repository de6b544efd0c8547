"""What a service serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import ProfileNotFoundError
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


def gone() -> ProfileNotFoundError:
    """Returns the error that the profile was deleted while it was served."""
    return ProfileNotFoundError("The profile that is served no longer exists.", code="gone_since")
