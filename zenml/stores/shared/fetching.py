"""Single events of a ledger that is kept elsewhere, fetched once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zenml.stores.shared_database.rows import SharedEvent

_SPAN = 100
"""Events that are fetched at once where several of them are wanted: at most so many that nobody asked for."""


def rows_at(positions: list[int], rows_after: Callable[[int, int], list[SharedEvent]]) -> list[SharedEvent]:
    """Returns the events at some positions; several are fetched at once where they are near each other.

    Args:
        positions: The positions, in order.
        rows_after: Fetches so many events, at most, behind a position.
    """
    fetched: dict[int, SharedEvent] = {}
    for position in positions:
        if position not in fetched:
            last = max(other for other in positions if other < position + _SPAN)
            fetched |= {row.position: row for row in rows_after(position - 1, last - position + 1)}
    return [fetched[position] for position in positions if position in fetched]
