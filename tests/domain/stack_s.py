"""The stack 's' of parts 'a', and what may happen to it."""

from __future__ import annotations

from tests.domain.memory import Scenario, given
from tests.domain.things import active, parts, profile, registered, stack, uid
from zenml.domain import events

PARTS = (*parts("a", "b"), registered("container_registry", "c"))
S = stack("s")
C = uid("container_registry c")


def renamed(old_name: str, new_name: str) -> events.StackRenamed:
    return events.StackRenamed(stack_id=S.stack_id, old_name=old_name, new_name=new_name)


def exchanged(component_type: str, old: str | None, new: str, name: str = "s") -> events.StackComponentSet:
    return events.StackComponentSet(
        stack_id=S.stack_id,
        stack_name=name,
        component_type=component_type,
        old_component_id=uid(f"{component_type} {old}") if old else None,
        new_component_id=uid(f"{component_type} {new}"),
    )


def removed(name: str = "s") -> events.StackComponentRemoved:
    return events.StackComponentRemoved(
        stack_id=S.stack_id, stack_name=name, component_type="container_registry", old_component_id=C
    )


def deleted(event: events.StackRegistered) -> events.StackDeleted:
    return events.StackDeleted(**dict(event))


def in_profile(*facts: events.DomainEvent) -> Scenario:
    return given(profile("p"), active("p")).within(uid("p")).given(*PARTS, *facts)
