"""What all events have in common."""

from __future__ import annotations

from typing import ClassVar, Literal

from zenml.domain.facts import Fact


class Event(Fact):
    """Base of all events."""

    TOPIC: ClassVar[str]
    LEDGER: ClassVar[Literal["machine", "profile", "any"]]
