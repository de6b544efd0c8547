"""What the ledger has on record of choices: of a repository, and of the machine."""

from __future__ import annotations

from zenml.active import zen_file
from zenml.projections import machine, stacks
from zenml.projections.machine import ProfileRow, RepositoryRow
from zenml.projections.settings import display_value
from zenml.projections.stacks import StackRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


def known_repository(
    database: Database, machine_id: str, root: str, at: int | None = None
) -> RepositoryRow | None:
    """Returns the repository of a folder, if the ledger knows it, or knew it at a position."""
    return next(
        (row for row in machine.repositories(database, machine_id, at) if display_value(row.path) == root), None
    )


def is_recorded(database: Database, change_id: str) -> bool:
    """Tells whether the ledger has a change."""
    from zenml.projections.timeline.history import by_id

    return by_id(database, change_id) is not None


def present_profile(database: Database, machine_id: str) -> ProfileRow | None:
    """Returns the profile that the machine chose, or else the one to begin with; reads no others."""
    return (
        machine.chosen_profile(database, machine_id)
        or machine.profile(database, machine_id, "default")
        or next(iter(machine.profiles(database, machine_id)), None)
    )


def machine_profile(profiles: dict[str, ProfileRow], chosen: str | None) -> ProfileRow | None:
    """Returns the profile that the machine chose, or else the one to begin with, of those there are."""
    if chosen in profiles:
        return profiles[chosen]
    by_name = {row.name: row for row in profiles.values()}
    return by_name.get("default") or next(iter(profiles.values()), None)


def machine_stack(
    database: Database,
    machine_id: str,
    profile: ProfileRow,
    machine_at: int | None = None,
    at: int | None = None,
) -> StackRow | None:
    """Returns the stack that the machine chose for a profile, or else the one to begin with.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        profile: The profile.
        machine_at: A position of the machine's ledger; None for now.
        at: A position of the profile's ledger; None for now.
    """
    ledger_id = profile.profile_ledger_id
    chosen = machine.active_stack(database, machine_id, profile.profile_id, machine_at)
    chosen_stack = stacks.stack_by_id(database, ledger_id, chosen, at) if chosen else None
    default = chosen_stack or stacks.stack(database, ledger_id, "default", at)
    return default or next(iter(stacks.stacks(database, ledger_id, at)), None)


def is_untouched(
    database: Database,
    machine_id: str,
    file: zen_file.ZenFile | None,
    known: RepositoryRow,
    profile: ProfileRow,
) -> bool:
    """Tells whether a file says what was written to it: then what was chosen is gone, and may be restored."""
    if file is None:
        return False
    profiles: list[str | None] = [known.profile_name, machine.last_name(database, machine_id, known.profile_id)]
    if known.profile_id == profile.profile_id:
        profiles.append(None)  # it leaves the profile to the machine
    names = [known.stack_name, stacks.last_name(database, known.stack_id) if known.stack_id else None]
    return file.profile_name in profiles and file.stack_name in names
