"""Facts about what components have on the machine, outside of the ledger."""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.events.base import Event
from zenml.domain.facts import Fact
from zenml.domain.values import Id, Value

__all__ = [
    "Provisioning",
    "ProvisioningChanged",
    "ProvisioningEvents",
]


class Provisioning(Fact):
    """What a component has on this machine; ``made`` are the paths that were made for it."""

    state: Literal["running", "suspended"]
    made: tuple[Value, ...]


class ProvisioningChanged(Event):
    """What a component needs on this machine was prepared, suspended or removed."""

    TOPIC = "zenml:ProvisioningChanged"
    LEDGER = "machine"
    component_id: Id
    component_type: str
    component_name: str
    old: Provisioning | None
    new: Provisioning | None


ProvisioningEvents = ProvisioningChanged
