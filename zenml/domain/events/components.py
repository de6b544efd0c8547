"""Facts about the components of a profile."""

from __future__ import annotations

from zenml.domain.annotations import Annotated
from zenml.domain.events.base import Event
from zenml.domain.patterns import Pattern
from zenml.domain.values import Id, Setting

__all__ = [
    "ComponentDeleted",
    "ComponentEvents",
    "ComponentRegistered",
    "ComponentRenamed",
    "Parameter",
    "ParameterRemoved",
    "ParameterSet",
]

Parameter = Annotated[str, Pattern(r"[A-Za-z_][A-Za-z0-9_]{0,127}")]


class ComponentRegistered(Event):
    """A component was added to a profile."""

    TOPIC = "zenml:ComponentRegistered"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[Parameter, Setting]


class ComponentRenamed(Event):
    """A component got another name."""

    TOPIC = "zenml:ComponentRenamed"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    old_name: str
    new_name: str


class ParameterSet(Event):
    """A parameter of a component got a value; ``old`` is None where it had none."""

    TOPIC = "zenml:ParameterSet"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    component_name: str
    parameter: Parameter
    old: Setting | None
    new: Setting


class ParameterRemoved(Event):
    """A parameter of a component was unset."""

    TOPIC = "zenml:ParameterRemoved"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    component_name: str
    parameter: Parameter
    old: Setting


class ComponentDeleted(Event):
    """A component was removed; all of it is kept here."""

    TOPIC = "zenml:ComponentDeleted"
    LEDGER = "profile"
    component_id: Id
    component_type: str
    name: str
    flavor: str
    parameters: dict[Parameter, Setting]


ComponentEvents = ComponentRegistered | ComponentRenamed | ParameterSet | ParameterRemoved | ComponentDeleted
