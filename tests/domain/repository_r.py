"""The repository '/r' on a machine with two profiles, and what may be chosen in it."""

from __future__ import annotations

from typing import Any

from tests.domain.memory import Scenario, given
from tests.domain.things import active, choice, parts, profile, repository, salted, stack, stack_active, uid
from zenml.domain import events

LABEL: dict[str, Any] = {"repository_id": uid("/r"), "path": salted("/r")}


def machine(*facts: events.DomainEvent) -> Scenario:
    """Profiles p and q with two stacks each; p and the first stacks are active."""
    scenario = given(profile("p"), profile("q"), active("p"))
    for name in ("q", "p"):
        scenario.within(uid(name)).given(*parts("a"), stack(f"{name}1"), stack(f"{name}2"))
    return scenario.given(stack_active("p", "p1"), stack_active("q", "q1"), *facts)


def inside(profile_name: str = "p", stack_name: str | None = "p1", in_use: str | None = None) -> Scenario:
    """The same, inside of a repository that made this choice."""
    return machine(repository("/r", profile_name, stack_name)).within(uid(in_use or profile_name), uid("/r"))


def profile_chosen(new: str, old: str) -> events.RepositoryProfileActivated:
    return events.RepositoryProfileActivated(old=choice(old), new=choice(new), **LABEL)


def stack_chosen(new: str | None, old: str | None) -> events.RepositoryStackActivated:
    return events.RepositoryStackActivated(
        old=choice(old) if old else None, new=choice(new) if new else None, **LABEL
    )


def observed(old: tuple[str, str | None], new: tuple[str, str | None]) -> events.RepositoryChoiceObserved:
    (old_profile, old_stack), (new_profile, new_stack) = old, new
    return events.RepositoryChoiceObserved(
        old_profile=choice(old_profile),
        new_profile=choice(new_profile),
        old_stack=choice(old_stack) if old_stack else None,
        new_stack=choice(new_stack) if new_stack else None,
        **LABEL,
    )
