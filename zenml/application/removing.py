"""Removing what is recorded, and every proof still holds: values are blanked, data keys of secrets destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.domain.commands import RecordRedaction, RecordShredding
from zenml.domain.events import RedactedValue

if TYPE_CHECKING:
    from zenml.domain.values import Value
    from zenml.unit_of_work.open_change import OpenChange

MOST_OF_ONE = 256
"""Values, or keys, that one event names: its text has room for many more than those."""

_LONGEST = 16 * 1024
"""Characters of all pointers that one event names."""


def blank_values(
    work: OpenChange, ledger_id: str, values: Sequence[tuple[int, str]], reason: Value | None
) -> None:
    """Blanks values of a ledger's events, and records which.

    Args:
        work: The open change.
        ledger_id: The ledger.
        values: The position of each event, and the JSON Pointer to the value in its fields.
        reason: Why.

    Raises:
        InvalidValueError: No value is there.
        LedgerError: A rule forbids it.
    """
    locked, change = work.now
    locked.transaction.blank(ledger_id, values)
    for part in _parts(values):
        named = tuple(RedactedValue(position=position, field=pointer) for position, pointer in part)
        change.execute(RecordRedaction(named, reason), ledger_id)


def destroy_keys(work: OpenChange, ledger_id: str, key_ids: Sequence[str]) -> None:
    """Destroys data keys of a ledger's secrets, and records which. Raises `LedgerError` if a rule forbids it."""
    locked, change = work.now
    locked.transaction.head(ledger_id)  # a shared one is locked before anything is done
    locked.transaction.remove_keys(ledger_id, key_ids)
    for first in range(0, len(key_ids), MOST_OF_ONE):
        change.execute(RecordShredding(tuple(key_ids[first : first + MOST_OF_ONE])), ledger_id)


def _parts(values: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Returns the values in parts that each have room in one event."""
    parts, room = list[list[tuple[int, str]]](), 0
    for value in sorted(set(values)):
        room -= len(value[1])
        if not parts or room < 0 or len(parts[-1]) == MOST_OF_ONE:
            parts.append([])
            room = _LONGEST - len(value[1])
        parts[-1].append(value)
    return parts
