"""Salted values of a stored event: where each of them is, and how one becomes its commitment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from zenml.evidence import canonical
from zenml.evidence.commitments import committed

_SALTED, _BLANK = frozenset(("s", "v")), frozenset(("c",))


class PointerError(ValueError):
    """A JSON Pointer leads to no salted value of an event."""


def pointed_values(member: object, pointer: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yields the salted and the blanked values of an event, each behind its JSON Pointer (RFC 6901)."""
    if isinstance(member, dict):
        if member.keys() == _SALTED or member.keys() == _BLANK:
            yield pointer, member
            return
        for name, inner in member.items():
            yield from pointed_values(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(member, list | tuple):
        for place, inner in enumerate(member):
            yield from pointed_values(inner, f"{pointer}/{place}")


def is_blanked(value: dict[str, str]) -> bool:
    """Tells whether only the commitment of a value is left."""
    return value.keys() == _BLANK


def blanked(stored: bytes, pointers: Iterable[str]) -> bytes:
    """Returns the text of a stored event in which some salted values are their commitments.

    The leaf of the event stays the same: it is the hash of the commitments. A value that is blank stays so.

    Args:
        stored: The stored text, canonical JSON in UTF-8.
        pointers: Where the values are.

    Raises:
        PointerError: One of them leads to no salted value.
        ValueError: The text is not canonical JSON.
    """
    fields: Any = canonical.parse(stored.decode())
    values = dict(pointed_values(fields))
    for pointer in pointers:
        if pointer not in values:
            raise PointerError(f"{pointer} is not a salted value")
        value = values[pointer]
        commitment = committed(dict(value))
        value.clear()
        value.update(commitment)  # type: ignore[call-overload] # an object with the key c
    return canonical.text(fields).encode()
