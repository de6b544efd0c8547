"""What all events have in common."""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.facts import Fact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class Event(Fact):
    """Base of all events."""

    TOPIC: ClassVar[str]
    LEDGER: ClassVar[Literal["machine", "profile", "any"]]
