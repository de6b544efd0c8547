"""Redacting what was found: what nobody blanked meanwhile is blanked, in all ledgers of one store at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import orjson

from zenml.application.removing import blank_values
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.projections import stored_events

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.unit_of_work.open_change import OpenChange

Places = tuple[tuple[str, tuple[tuple[int, str], ...]], ...]
"""By ledger, the position and the field of each value."""


def redact(work: OpenChange, places: Places, reason: str | None) -> None:
    """Blanks values, and records which. What is blank already is left."""
    locked, change = work.now
    salted = change.sealer.salted(reason) if reason is not None else None
    for ledger_id, values in places:
        there = list(_not_blank(locked.transaction.database, ledger_id, values))
        if there:
            blank_values(work, ledger_id, there, salted)


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
