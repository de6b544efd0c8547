"""The profiles that there are now, by name."""

from __future__ import annotations

from zenml.domain.missing import missing_profile
from zenml.projections import machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


def profile_named(database: Database, machine_id: str, name: str) -> machine.ProfileRow:
    """Returns a profile of now. Raises `ProfileNotFoundError`."""
    rows = machine.profiles(database, machine_id)
    profile = next((row for row in rows if row.name == name), None)
    if profile is None:
        renamed = machine.renamed(database, machine_id, name)
        raise missing_profile(name, [row.name for row in rows], renamed=renamed.name if renamed else None)
    return profile


def shared_ledger(database: Database, machine_id: str, name: str) -> str | None:
    """Returns the ledger of a profile that machines share; None if no profile of this name is shared."""
    rows = machine.profiles(database, machine_id)
    return next((row.profile_ledger_id for row in rows if row.name == name and row.is_shared), None)
