"""Taking note that values go, and blanking them, in one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import orjson

from zenml.domain import commands
from zenml.domain.events import RedactedValue
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.projections import stored_events

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.unit_of_work.open_change import OpenChange

_LARGEST = 40_000  # bytes of places in one event, which has room for 48 KiB
_OVERHEAD = 64  # bytes of one place besides its field

Places = tuple[tuple[str, tuple[tuple[int, str], ...]], ...]
"""By ledger, the position and the field of each value."""


def redact(work: OpenChange, places: Places, reason: str | None) -> None:
    """Blanks values, and records which. What is blank already is left."""
    locked, change = work.now
    salted = change.sealer.salted(reason) if reason is not None else None
    for ledger_id, values in places:
        there = list(_not_blank(locked.transaction.database, ledger_id, values))
        for few in _in_events(there):
            redacted = tuple(RedactedValue(position=position, field=field) for position, field in few)
            change.execute(commands.RecordRedaction(redacted, salted), ledger_id)
        if there:
            locked.transaction.blank(ledger_id, there)


def _not_blank(database: Database, ledger_id: str, values: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yields the values that nobody blanked since they were found."""
    of_event: dict[str, dict[str, str]] = {}
    at = 0
    for position, field in sorted(values):
        if position != at:
            row = stored_events.event(database, ledger_id, position)
            at, of_event = position, dict(pointed_values(orjson.loads(row.text))) if row is not None else {}
        if field not in of_event or not is_blanked(of_event[field]):
            yield position, field


def _in_events(values: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yields the values in portions that an event has room for."""
    few, size = list[tuple[int, str]](), 0
    for position, field in values:
        length = len(field.encode()) + _OVERHEAD
        if few and size + length > _LARGEST:
            yield few
            few, size = [], 0
        few.append((position, field))
        size += length
    if few:
        yield few
