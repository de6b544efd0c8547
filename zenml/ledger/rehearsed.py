"""What a change that was only tried out would record: a plan is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zenml.domain.events import Actor, ChosenActor, Kind
from zenml.ledger.secrets.sealing import NewSecret


class Rehearsed(NamedTuple):
    """A change that was only tried out.

    Attributes:
        kind: What kind of change it would be.
        author: Who tried it out.
        targets: The ids of the changes that it would undo or redo.
        point: The id of the change as of which it would make things again.
        events: Ledger, topic and fields of its events.
        secrets: The new secrets in them, by the ids of their data keys.
    """

    kind: Kind
    author: Actor | ChosenActor
    targets: tuple[str, ...]
    point: str | None
    events: list[tuple[str, str, dict[str, Any]]]
    secrets: Mapping[str, NewSecret]
