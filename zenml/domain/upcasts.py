"""How an event of an earlier shape is read today.

The stored text and its hash never change: an upcast happens after reading. It names the topic of the
successor, so that no two shapes share a topic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Stored = dict[str, Any]


class Upcast(NamedTuple):
    """From one topic to its successor.

    Attributes:
        topic: The successor's topic.
        convert: Returns the successor's fields for the earlier ones.
    """

    topic: str
    convert: Callable[[Stored], Stored]


UPCASTS: dict[str, Upcast] = {}
"""By earlier topic. Entries are never removed."""


def upcast(topic: str, fields: Stored) -> tuple[str, Stored]:
    """Returns topic and fields as they are written today."""
    while topic in UPCASTS:
        step = UPCASTS[topic]
        topic, fields = step.topic, step.convert(fields)
    return topic, fields
