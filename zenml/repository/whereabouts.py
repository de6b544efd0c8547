"""Where one is: what is active and what decided it, and where everything is kept. Writes nothing at all."""

from __future__ import annotations

from collections import namedtuple

from zenml import places
from zenml.repository import zen_file
from zenml.repository.active import PROFILE_VARIABLE, STACK_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.repository.active import Active

FIRST_RUN = "first run"
"""What decides as long as nothing is recorded."""

_FIRST = "default"
"""What the first run calls the profile and the stack it makes."""


class Choice(namedtuple("Choice", "name decided_by source")):
    """What is active.

    Attributes:
        name: The profile's or the stack's; empty where there is no stack.
        decided_by: ``environment``, ``repository`` or ``machine``; ``first run`` where nothing is recorded yet.
        source: The variable or the file that says so; None where the ledger does.
    """

    __slots__ = ()
    name: str
    decided_by: str
    source: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {"name": self.name or None, "decided_by": self.decided_by, "source": self.source}


class Whereabouts(namedtuple("Whereabouts", "profile stack repository repository_variable notices")):
    """What is active here.

    Attributes:
        profile: The profile.
        stack: Its stack.
        repository: The repository's folder; None outside of any.
        repository_variable: The variable that names the repository; None if the working directory does.
        notices: Sentences about choices that no longer exist.
    """

    __slots__ = ()
    profile: Choice
    stack: Choice
    repository: str | None
    repository_variable: str | None
    notices: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "profile": self.profile.document(),
            "stack": self.stack.document(),
            "repository": self.repository,
        }


def whereabouts(root: str | None, active: Active | None) -> Whereabouts:
    """Returns what is active; before the first run, what it would make active.

    Args:
        root: The repository one is in.
        active: What is active; None before the first run.
    """
    named = places.named_repository()
    variable = places.REPOSITORY_VARIABLE if named and places.resolved_folder(named) == root else None
    if active is None:
        first = Choice(_FIRST, FIRST_RUN, None)
        return Whereabouts(first, first, root, variable, ())

    def choice(name: str, decided_by: str, variable: str) -> Choice:
        source = {"environment": variable, "repository": zen_file.path(root or "")}.get(decided_by)
        return Choice(name, decided_by, source)

    return Whereabouts(
        choice(active.profile.name if active.profile else "", active.profile_by, PROFILE_VARIABLE),
        choice(active.stack.name if active.stack else "", active.stack_by, STACK_VARIABLE),
        root,
        variable,
        tuple(active.notices),
    )
