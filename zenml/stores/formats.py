"""Which format a ledger needs for an event, by its text; by topic alone it is in `zenml.projections.versions`."""

from __future__ import annotations

from zenml.projections.stored_events import BEGAN
from zenml.projections.versions import CHOSEN_FORMAT, TOPIC_FORMATS

WITH_A_FORMAT = (*TOPIC_FORMATS, BEGAN)
"""The topics of which some events need a later format than the first."""

_CHOSEN = b'"known_by":"chosen"'
"""So it stands in the canonical text of an actor; within a text that somebody typed, quotes are escaped."""


def needed_format(topic: str, text: bytes) -> int:
    """Returns the format that a ledger needs to have an event, by its topic and its stored text."""
    if topic == BEGAN:
        return CHOSEN_FORMAT if _CHOSEN in text else 1
    return TOPIC_FORMATS.get(topic, 1)
