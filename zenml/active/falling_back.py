"""The machine's choice of a stack that somebody else deleted, in a profile that several machines share.

In a profile of this machine alone, the rules keep the active stack. They cannot know what other machines use.
"""

from __future__ import annotations

from zenml.domain.notices import Notice
from zenml.projections import machine, stacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow
    from zenml.projections.stacks import StackRow


def fallen_back(database: Database, machine_id: str, profile: ProfileRow, used: StackRow | None) -> Notice | None:
    """Returns a sentence if the stack that the machine chose is gone, and another one is used; else None."""
    if used is None:
        return None
    chosen = machine.active_stacks(database, machine_id).get(profile.profile_id)
    if chosen is None or chosen == used.stack_id:
        return None
    return Notice(
        f"Stack '{stacks.last_name(database, chosen)}' not found; this machine uses '{used.name}'.",
        "stack_deleted_elsewhere",
    )
