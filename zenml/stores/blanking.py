"""Blanking salted values of stored events: what is left are commitments, so that every proof still holds."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError, committed
from zenml.evidence.pointed_values import is_blanked, pointed_values


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
        values = dict(pointed_values(fields))
        for pointer in pointers:
            if pointer not in values:
                raise no_value(position, pointer)
            left = committed(values[pointer])
            assert isinstance(left, dict)  # a salted value leaves its commitment, and a blank stays one
            values[pointer].clear()
            values[pointer].update(left)
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
        values = dict(pointed_values(orjson.loads(state)))
    except (ValueError, RecursionError):
        return []
    return [pointer for pointer in pointers if _is_sound_blank(values.get(pointer))]


def _is_sound_blank(value: dict[str, str] | None) -> bool:
    """Tells whether a value is a commitment, and nothing that only looks like one."""
    try:
        return value is not None and is_blanked(value) and committed(value) == value
    except CommitmentError:
        return False


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
