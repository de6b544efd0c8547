"""What of an event's salted values a bundle shows, from the event itself: `opened.jsonl` of decision 50."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def openings(event: object, kept_back: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """Returns an item for each salted value of an event, in the order of the event's canonical text.

    Args:
        event: The event as it is stored, as JSON has it.
        kept_back: Returns the reason why the value at a JSON pointer (RFC 6901) is not shown; None if it is.
    """
    items: list[dict[str, Any]] = []
    for pointer, value in salted_values(event):
        reason = kept_back(pointer)
        if "c" in value:
            items.append({"redacted": True})
        elif reason is not None:
            items.append({"withheld": reason})
        else:
            items.append({"s": value["s"], "v": value["v"]})
    return items


def salted_values(value: object, pointer: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yields each salted or blanked value with its JSON pointer, in the order of the canonical text."""
    if isinstance(value, dict):
        if value.keys() == {"s", "v"} or value.keys() == {"c"}:
            yield pointer, value
            return
        for name in sorted(value):
            yield from salted_values(value[name], f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from salted_values(item, f"{pointer}/{number}")
