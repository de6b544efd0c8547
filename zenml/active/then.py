"""What was active at a point in the past: what was recorded of it, not what a file or a variable says today.

Only the variable that names a profile counts, as a way to look at another profile's past.
"""

from __future__ import annotations

import os

from zenml.active import Active, known_repository, machine_profile, machine_stack
from zenml.active.variables import PROFILE_VARIABLE, profile_missing
from zenml.projections import machine, stacks
from zenml.projections.timeline import points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


def resolve_then(database: Database, machine_id: str, root: str | None, number: int, name: str) -> Active:
    """Returns what was active.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        root: The repository one is in, as a resolved path; None outside of any.
        number: The change up to which everything counts.
        name: What that change is called.
    """
    at = points.position(database, machine_id, number)
    profiles = {row.profile_id: row for row in machine.profiles(database, machine_id, at)}
    by_name = {row.name: row for row in profiles.values()}
    here = known_repository(database, machine_id, root, at) if root is not None else None
    fallback = machine_profile(profiles, machine.active_profile(database, machine_id, at))
    its_own = profiles.get(here.profile_id) if here else None
    wanted = os.environ.get(PROFILE_VARIABLE)
    # it may be called otherwise now
    in_variable = (by_name.get(wanted) or machine.renamed(database, machine_id, wanted, at)) if wanted else None
    missing = profile_missing(list(by_name), name) if in_variable is None else None
    if missing is not None:
        notices = [missing.message]
        return Active(None, None, here, None, "environment", "environment", notices, missing_profile=missing)
    profile, profile_by = (its_own, "repository") if its_own else (fallback, "machine")
    if wanted:
        profile, profile_by = in_variable, "environment"
    if profile is None:
        return Active(None, None, here, None, profile_by, "default", [])
    ledger_id = profile.profile_ledger_id
    position = points.position(database, ledger_id, number)
    chosen = here.stack_id if here and here.profile_id == profile.profile_id else None
    local = stacks.stack_by_id(database, ledger_id, chosen, position) if chosen else None
    stack = local or machine_stack(database, machine_id, profile, at, position)
    return Active(profile, stack, here, None, profile_by, "repository" if local else "machine", [])
