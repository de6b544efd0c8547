"""What was active at a point in the past: what was recorded of it, not what a file or a variable says today.

Only the variable that names a profile counts, as a way to look at another profile's past.
"""

from __future__ import annotations

import os

from zenml.active import Active
from zenml.active.named import profile_named
from zenml.active.recorded import known_repository, machine_profile, machine_stack
from zenml.active.variables import PROFILE_VARIABLE, profile_missing
from zenml.projections import machine, stacks
from zenml.projections.timeline import points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow


def resolve_then(
    database: Database, machine_id: str, root: str | None, number: int, name: str, of: ProfileRow | None = None
) -> Active:
    """Returns what was active.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        root: The repository one is in, as a resolved path; None outside of any.
        number: The change up to which everything counts.
        name: What that change is called.
        of: The profile that is asked about; None for the one that was active.
    """
    at = points.position(database, machine_id, number)
    profiles = {row.profile_id: row for row in machine.profiles(database, machine_id, at)}
    by_name = {row.name: row for row in profiles.values()}
    repository = known_repository(database, machine_id, root, at) if root is not None else None
    fallback = machine_profile(profiles, machine.active_profile(database, machine_id, at))
    repository_profile = profiles.get(repository.profile_id) if repository else None
    override = os.environ.get(PROFILE_VARIABLE)
    in_variable = profile_named(database, machine_id, override, at) if override else None
    missing = profile_missing(list(by_name), name) if in_variable is None and of is None else None
    if missing is not None:
        notices = [missing.message]
        return Active(None, None, repository, None, "environment", "environment", notices, missing_profile=missing)
    profile, profile_by = (repository_profile, "repository") if repository_profile else (fallback, "machine")
    if override:
        profile, profile_by = in_variable, "environment"
    if of is not None:  # a machine may have joined it later than this
        profile, profile_by = of, "default"
    if profile is None:
        return Active(None, None, repository, None, profile_by, "default", [])
    ledger_id = profile.profile_ledger_id
    position = points.position(database, ledger_id, number)
    chosen = repository.stack_id if repository and repository.profile_id == profile.profile_id else None
    local = stacks.stack_by_id(database, ledger_id, chosen, position) if chosen else None
    stack = local or machine_stack(database, machine_id, profile, at, position)
    return Active(profile, stack, repository, None, profile_by, "repository" if local else "machine", [])
