"""The profiles that there are now, by name."""

from __future__ import annotations

from zenml.domain.errors import NotAllowedError
from zenml.domain.missing import missing_profile
from zenml.projections import machine
from zenml.projections.settings import display_value

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


def shared_profile(database: Database, machine_id: str, name: str) -> machine.ProfileRow | None:
    """Returns a profile that machines share; None if no profile of this name is shared."""
    rows = machine.profiles(database, machine_id)
    return next((row for row in rows if row.name == name and row.is_shared), None)


def check_first_name(database: Database, machine_id: str, name: str) -> None:
    """Makes sure that a profile is not only another name of one of this machine: such a one stays as it was made.

    Raises:
        NotAllowedError: It is.
    """
    rows = machine.profiles(database, machine_id)
    if any(row.name == name and row.is_second_name for row in rows):
        raise NotAllowedError(
            f"Profile '{name}' is another name of a profile of this machine, and needs no other URL and no token.",
            code="url_of_second_name",
            profile=name,
        )


def known_as(profile: machine.ProfileRow | None) -> str | None:
    """Returns the name by which the service that keeps a profile knows its user here; None for no service."""
    if profile is None or profile.store_type != "rest":
        return None
    login, at, _ = str(display_value(profile.url)).partition("://")[2].rpartition("@")
    name = login.partition(":")[0]
    if "%" not in name:
        return name if at else None
    from urllib.parse import unquote  # few names need it

    return unquote(name)
