"""Where one is: what is active and what decided it, and where everything is kept. Writes nothing at all."""

from __future__ import annotations

from collections import namedtuple

from zenml import paths
from zenml.active import zen_file
from zenml.active.variables import PROFILE_VARIABLE, STACK_VARIABLE, profile_missing, stack_missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.active import Active
    from zenml.domain.errors import LedgerError

FIRST_RUN = "first run"
"""What decides as long as nothing is recorded."""

_FIRST = "default"
"""What the first run calls the profile and the stack it makes."""


class ActiveChoice(namedtuple("ActiveChoice", "name decided_by source")):
    """What is active.

    Attributes:
        name: The profile's or the stack's; empty where there is no stack, or where a variable names none.
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


class ActiveContext(namedtuple("ActiveContext", "profile stack repository repository_variable notices missing")):
    """What is active here.

    Attributes:
        profile: The profile.
        stack: Its stack.
        repository: The repository's folder; None outside of any.
        repository_variable: The variable that names the repository; None if the working directory does.
        notices: Sentences about choices that do not exist.
        missing: What refuses to use what a variable names, if that does not exist.
    """

    __slots__ = ()
    profile: ActiveChoice
    stack: ActiveChoice
    repository: str | None
    repository_variable: str | None
    notices: tuple[str, ...]
    missing: LedgerError | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "profile": self.profile.document(),
            "stack": self.stack.document(),
            "repository": self.repository,
        }


def active_context(root: str | None, active: Active | None) -> ActiveContext:
    """Returns what is active; before the first run, what it would make active.

    Args:
        root: The repository one is in.
        active: What is active; None before the first run.
    """
    named = paths.named_repository()
    variable = paths.REPOSITORY_VARIABLE if named and paths.resolved_folder(named) == root else None
    if active is None:
        return _before_the_first_run(root, variable)

    def choice(name: str, decided_by: str, variable: str) -> ActiveChoice:
        source = {"environment": variable, "repository": zen_file.path(root or "")}.get(decided_by)
        return ActiveChoice(name, decided_by, source)

    # without a profile there is no stack, whatever the other variable says
    stack_variable = PROFILE_VARIABLE if active.missing_profile else STACK_VARIABLE
    return ActiveContext(
        choice(active.profile.name if active.profile else "", active.profile_by, PROFILE_VARIABLE),
        choice(active.stack.name if active.stack else "", active.stack_by, stack_variable),
        root,
        variable,
        tuple(active.notices),
        active.missing_profile or active.missing_stack,
    )


def _before_the_first_run(root: str | None, variable: str | None) -> ActiveContext:
    first = ActiveChoice(_FIRST, FIRST_RUN, None)
    no_profile, no_stack = profile_missing([_FIRST]), stack_missing([_FIRST])
    profile = ActiveChoice("", "environment", PROFILE_VARIABLE) if no_profile else first
    stack = ActiveChoice("", "environment", STACK_VARIABLE) if no_stack else first
    missing = no_profile or no_stack
    notices = (missing.message,) if missing else ()
    return ActiveContext(profile, profile if no_profile else stack, root, variable, notices, missing)
