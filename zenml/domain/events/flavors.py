"""Facts about the custom flavors of a profile."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Id

__all__ = [
    "FlavorDeleted",
    "FlavorEvents",
    "FlavorRegistered",
]


class FlavorRegistered(Event):
    """A custom flavor was added to a profile; ``source`` is ``module.Class``."""

    TOPIC = "zenml:FlavorRegistered"
    LEDGER = "profile"
    flavor_id: Id
    component_type: str
    name: str
    source: str


class FlavorDeleted(Event):
    """A custom flavor was removed."""

    TOPIC = "zenml:FlavorDeleted"
    LEDGER = "profile"
    flavor_id: Id
    component_type: str
    name: str
    source: str


FlavorEvents = FlavorRegistered | FlavorDeleted
