"""Raising the format of a shared ledger, and whom that would leave behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.ledger.ids import utc_text
from zenml.projections.timeline import clients
from zenml.projections.versions import FORMAT, FORMAT_VERSIONS
from zenml.sharing.places import PATIENCE, head_of, shared_ledger
from zenml.stores.opening import raise_format
from zenml.stores.shared.moved import check_open

if TYPE_CHECKING:
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow

DAYS = 90
"""Whoever made no change for so long does not count."""


class LeftBehind(NamedTuple):
    """A person whose program would only read a profile after an upgrade.

    Attributes:
        person: Their name, with the machine.
        version: The version they made their newest change with.
    """

    person: str
    version: str


class Upgrade(NamedTuple):
    """What an upgrade of a shared profile does.

    Attributes:
        profile: The profile's name.
        before: The format of its ledger.
        after: The format that this version writes; the same, or a lower one, if there is nothing to do.
        left_behind: Who could not write to it any more.
    """

    profile: str
    before: int
    after: int
    left_behind: tuple[LeftBehind, ...]

    @property
    def is_needed(self) -> bool:
        """Whether there is something to do."""
        return self.before < self.after


def upgrade_outlook(database: Database, keyring: Keyring, profile: ProfileRow) -> Upgrade:
    """Returns what an upgrade would do. Changes nothing.

    Raises:
        NotAllowedError: The profile is not shared.
        LedgerError: Its database cannot be used.
    """
    if not profile.is_shared:
        raise NotAllowedError(
            f"Profile '{profile.name}' is this machine's own, and is upgraded by itself when that is needed.",
            code="not_shared",
        )
    if profile.store_type == "rest":
        raise NotAllowedError(
            f"Profile '{profile.name}' is kept by a service, and is upgraded where that runs.",
            code="service_decides",
        )
    head = head_of(shared_ledger(database, keyring, profile).place, PATIENCE)
    if head.ledger_id != profile.profile_ledger_id:
        raise DamagedLedgerError(
            f"The shared ledger {profile.profile_ledger_id} is no longer where it is kept.",
            code="shared_ledger_went_back",
        )
    check_open(head)
    since = utc_text(datetime.now(UTC) - timedelta(days=DAYS))
    newest = clients.newest_versions(database, profile.profile_ledger_id, since)
    needed = FORMAT_VERSIONS[FORMAT]
    behind = [LeftBehind(person, version) for person, version in newest if _numbers(version) < _numbers(needed)]
    return Upgrade(profile.name, head.format, FORMAT, tuple(behind) if head.format < FORMAT else ())


def upgrade(database: Database, keyring: Keyring, profile: ProfileRow) -> None:
    """Lets a shared ledger have what this version writes. Raises as `upgrade_outlook` does."""
    shared = shared_ledger(database, keyring, profile)
    raise_format(shared.place, shared.ledger_id, FORMAT, PATIENCE)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
