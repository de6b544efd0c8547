"""Facts about the stacks of a profile."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Id

__all__ = [
    "StackComponentRemoved",
    "StackComponentSet",
    "StackDeleted",
    "StackEvents",
    "StackRegistered",
    "StackRenamed",
]


class StackRegistered(Event):
    """A stack was added to a profile; ``components`` maps types to component ids."""

    TOPIC = "zenml:StackRegistered"
    LEDGER = "profile"
    stack_id: Id
    name: str
    components: dict[str, Id]


class StackRenamed(Event):
    """A stack got another name."""

    TOPIC = "zenml:StackRenamed"
    LEDGER = "profile"
    stack_id: Id
    old_name: str
    new_name: str


class StackComponentSet(Event):
    """A stack got a component of a type; ``old_component_id`` is None where it had none."""

    TOPIC = "zenml:StackComponentSet"
    LEDGER = "profile"
    stack_id: Id
    stack_name: str
    component_type: str
    old_component_id: Id | None
    new_component_id: Id


class StackComponentRemoved(Event):
    """A stack lost its component of a type."""

    TOPIC = "zenml:StackComponentRemoved"
    LEDGER = "profile"
    stack_id: Id
    stack_name: str
    component_type: str
    old_component_id: Id


class StackDeleted(Event):
    """A stack was removed; all of it is kept here."""

    TOPIC = "zenml:StackDeleted"
    LEDGER = "profile"
    stack_id: Id
    name: str
    components: dict[str, Id]


StackEvents = StackRegistered | StackRenamed | StackComponentSet | StackComponentRemoved | StackDeleted
