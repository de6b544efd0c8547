"""Blanking salted values of stored events: what is left are commitments, so that every proof still holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError, committed

_SALTED, _BLANKED = frozenset(("s", "v")), frozenset(("c",))


def values_named(state: bytes | str, position: int) -> list[tuple[int, str]]:
    """Returns the values that an event says were redacted: position, and pointer.

    Args:
        state: The text of the event.
        position: Its position: it can say that of what came before it, and of nothing else.
    """
    named = orjson.loads(state)["values"]
    return [(one["position"], one["field"]) for one in named if 0 < one["position"] < position]


def by_position(values: Collection[tuple[int, str]]) -> dict[int, list[str]]:
    """Returns the pointers into each event, by its position, in the order of positions."""
    found: dict[int, list[str]] = {}
    for position, pointer in sorted(set(values)):
        found.setdefault(position, []).append(pointer)
    return found


def blanked(position: int, state: bytes, pointers: Collection[str]) -> bytes:
    """Returns the text of an event in which salted values are replaced by their commitments.

    Args:
        position: The position of the event, for errors.
        state: Its stored text.
        pointers: Where the values are: JSON Pointers (RFC 6901) into its fields. What is blank already is left.

    Raises:
        InvalidValueError: Something else, or nothing, is at one of these places.
        DamagedLedgerError: The text, or the value, is malformed.
    """
    try:
        fields = orjson.loads(state)
        for pointer in pointers:
            parent, name = _place(fields, pointer)
            if not _is_salted_value(parent, name):
                raise no_value(position, pointer)
            parent[name] = committed(parent[name])
        return canonical.text(fields).encode()
    except InvalidValueError:
        raise
    except (ValueError, RecursionError) as error:  # CommitmentError is one, too
        raise DamagedLedgerError(
            f"The event at position {position} is malformed.", code="altered_ledger"
        ) from error


def blank_places(state: bytes, pointers: Collection[str]) -> list[str]:
    """Returns those of some places of an event that hold a value that is blank."""
    try:
        fields = orjson.loads(state)
    except ValueError:
        return []
    return [pointer for pointer in pointers if is_blank(fields, pointer)]


def is_blank(fields: Any, pointer: str) -> bool:
    """Tells whether a place in an event's fields holds a value that is blank."""
    parent, name = _place(fields, pointer)
    if parent is None or not isinstance(parent[name], dict) or parent[name].keys() != _BLANKED:
        return False
    try:
        committed(parent[name])
    except CommitmentError:
        return False
    return True


def have_same_commitments(one: bytes, other: bytes) -> bool:
    """Tells whether two texts are the same event, whichever of its values are blank in them."""
    try:
        return bool(committed(orjson.loads(one)) == committed(orjson.loads(other)))
    except (ValueError, RecursionError):
        return False


def no_value(position: int, pointer: str) -> InvalidValueError:
    """Returns the error that no salted value is at a place."""
    return InvalidValueError(
        f"The event at position {position} has no value at {pointer} that can be blanked.", code="no_value_there"
    )


def _place(fields: Any, pointer: str) -> tuple[Any, Any]:
    """Returns what holds the member that a pointer leads to, and its name or index; None for no member."""
    at, names = fields, pointer.split("/")
    if len(names) < 2 or names[0]:
        return None, None
    for number, escaped in enumerate(names[1:], start=2):
        name: Any = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(at, list):
            is_index = name.isascii() and name.isdigit() and str(int(name)) == name and int(name) < len(at)
            if not is_index:
                return None, None
            name = int(name)
        elif not isinstance(at, dict) or name not in at:
            return None, None
        if number == len(names):
            return at, name
        at = at[name]
    raise AssertionError("a pointer has at least one name")


def _is_salted_value(parent: Any, name: Any) -> bool:
    if parent is None or not isinstance(parent[name], dict):
        return False
    return parent[name].keys() in (_SALTED, _BLANKED)
