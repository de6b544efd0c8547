"""Facts about what is active on the whole machine."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.facts import Fact
from zenml.domain.values import Id

__all__ = [
    "ActivationEvents",
    "Choice",
    "ProfileActivated",
    "StackActivated",
]


class Choice(Fact):
    """Something that was chosen, by id, and its name at the time."""

    chosen_id: Id
    name: str


class ProfileActivated(Event):
    """A profile became the machine's active one."""

    TOPIC = "zenml:ProfileActivated"
    LEDGER = "machine"
    old: Choice | None
    new: Choice | None


class StackActivated(Event):
    """A stack became the active one of a profile, for the whole machine."""

    TOPIC = "zenml:StackActivated"
    LEDGER = "machine"
    profile_id: Id
    profile_name: str
    old: Choice | None
    new: Choice | None


ActivationEvents = ProfileActivated | StackActivated
