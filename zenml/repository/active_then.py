"""What was active at a point in the past: what was recorded of it, not what a file or a variable says today.

Only the variable that names a profile counts, as a way to look at another profile's past.
"""

from __future__ import annotations

import os

from zenml.projections import machine, points, stacks
from zenml.projections.settings import shown
from zenml.repository.active import PROFILE_VARIABLE, Active

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from zenml.projections.machine import ProfileRow, RepositoryRow
    from zenml.projections.stacks import StackRow


def resolve_then(database: sqlite3.Connection, machine_id: str, root: str | None, number: int) -> Active:
    """Returns what was active.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        root: The repository one is in, as a resolved path; None outside of any.
        number: The change up to which everything counts.
    """
    at = points.position(database, machine_id, number)
    profiles = {row.profile_id: row for row in machine.profiles(database, machine_id, at)}
    by_name = {row.name: row for row in profiles.values()}
    known = machine.repositories(database, machine_id, at) if root is not None else []
    here = next((row for row in known if shown(row.path) == root), None)
    chosen = machine.active_profile(database, machine_id, at) or ""
    fallback = profiles.get(chosen) or by_name.get("default") or next(iter(profiles.values()), None)
    its_own = profiles.get(here.profile_id) if here else None
    wanted, notices = os.environ.get(PROFILE_VARIABLE), []
    profile, profile_by = (its_own, "repository") if its_own else (fallback, "machine")
    if wanted and wanted in by_name:
        profile, profile_by = by_name[wanted], "environment"
    elif wanted:
        instead = f" Looking at profile '{profile.name}'." if profile else ""
        notices.append(f"Profile '{wanted}' named by {PROFILE_VARIABLE} did not exist then.{instead}")
    if profile is None:
        return Active(None, None, here, None, profile_by, "default", notices)
    machines = machine.active_stacks(database, machine_id, at).get(profile.profile_id)
    stack, stack_by = _stack(database, profile, number, here, machines)
    return Active(profile, stack, here, None, profile_by, stack_by, notices)


def _stack(
    database: sqlite3.Connection,
    profile: ProfileRow,
    number: int,
    here: RepositoryRow | None,
    machines: str | None,
) -> tuple[StackRow | None, str]:
    ledger_id = profile.profile_ledger_id
    at = points.position(database, ledger_id, number)
    its_own = here.stack_id if here and here.profile_id == profile.profile_id else None
    for stack_id, by in ((its_own, "repository"), (machines, "machine")):
        found = stacks.stack_by_id(database, ledger_id, stack_id, at) if stack_id else None
        if found is not None:
            return found, by
    default = stacks.stack(database, ledger_id, "default", at)
    return default or next(iter(stacks.stacks(database, ledger_id, at)), None), "machine"
