"""Facts about the labels of a profile."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Id

__all__ = [
    "LabelChanged",
    "LabelEvents",
]


class LabelChanged(Event):
    """A label was put on a change, moved to another one, or removed; both are ids of changes."""

    TOPIC = "zenml:LabelChanged"
    LEDGER = "profile"
    label_id: Id
    label: str
    old_change_id: Id | None
    new_change_id: Id | None


LabelEvents = LabelChanged
