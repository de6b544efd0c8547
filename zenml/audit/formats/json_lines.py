"""What the formats that have a JSON document in each line have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

_encoded = json.JSONEncoder(separators=(",", ":")).encode
_WRITTEN_ALIKE = frozenset((str, int, bool, type(None)))


def line(document: dict[str, Any], chosen: Iterable[Any] | None = None) -> str:
    """Returns a document as one line of ASCII: no character of a name can drive a terminal that shows it.

    Args:
        document: The document.
        chosen: Those of its values that may hold fractions, since people choose them; None for all of them.
    """
    try:
        if _are_written_alike(document.values() if chosen is None else chosen):
            text = orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)
            if is_safe(text):
                return text.decode()
    except (RecursionError, TypeError):  # it is nested deeply, or has a number that is too large for it
        pass
    return f"{_encoded(document)}\n"


def is_safe(text: bytes) -> bool:
    """Tells whether a JSON text has nothing that is to be escaped."""
    return text.isascii() and b"\x7f" not in text


def _are_written_alike(members: Iterable[Any]) -> bool:
    """Tells whether both libraries write values in the same way, of which one takes half of the time.

    They do not agree on fractions.
    """
    for member in members:
        kind = type(member)
        if kind in _WRITTEN_ALIKE:
            continue
        if kind is not dict and kind is not list:
            return False
        if member and not _are_written_alike(member.values() if kind is dict else member):
            return False
    return True
