"""The folders that components keep their data in if nobody says where: each is one component's, on one machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_PLACE = re.compile(r"(?P<folder>^|.*/)local_stores/(?P<owner>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)")
"""Such a folder, or something in it, in whatever configuration folder."""


def without_others(value: Any, is_anothers: Callable[[str, str], bool]) -> Any:
    """Returns a value without the places of other components, at any depth; None if nothing else was in it.

    Args:
        value: The value of a parameter.
        is_anothers: Tells whether a place is another component's: it receives the configuration folder,
            with a slash at its end, and the id of the component.
    """
    if isinstance(value, str):
        place = _PLACE.match(value)
        return None if place is not None and is_anothers(place["folder"], place["owner"]) else value
    if isinstance(value, Mapping):
        kept = {key: (without_others(inner, is_anothers), inner) for key, inner in value.items()}
        return {
            key: remaining for key, (remaining, inner) in kept.items() if remaining is not None or inner is None
        }
    if isinstance(value, list | tuple):
        listed = [(without_others(inner, is_anothers), inner) for inner in value]
        return [remaining for remaining, inner in listed if remaining is not None or inner is None]
    return value


def placeless(value: Any) -> Any:
    """Returns a value in which all places are the same, to compare components by what else they have."""
    if isinstance(value, str):
        place = _PLACE.match(value)
        return value if place is None else f"local_stores{value[place.end() :]}"
    if isinstance(value, Mapping):
        return {key: placeless(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [placeless(inner) for inner in value]
    return value
