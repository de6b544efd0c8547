"""What became of a request, as the ledger has it."""

from __future__ import annotations

from typing import NamedTuple

from zenml.ledger.change import Change
from zenml.projections import stored_events
from zenml.projections.database import Database
from zenml.projections.timeline import history
from zenml.service.record import LedgerEnd, end_of, sent


class Decided(NamedTuple):
    """What became of what was asked for.

    Attributes:
        change_id: The change; None if there was nothing to change.
        repeated: Whether it was recorded before.
        events: Its events in the served ledger, as they are sent.
        end: Where the ledger ends now.
        left_over: What may still have what was removed, a sentence each; None where nothing was to be removed.
        change: The change, if it was made now, or as it would be made if it was only tried out.
    """

    change_id: str | None
    repeated: bool
    events: list[bytes]
    end: LedgerEnd
    left_over: list[str] | None = None
    change: Change | None = None


def answer(database: Database, ledger_id: str, change_id: str | None, *, repeated: bool = False) -> Decided:
    """Returns what became of a request.

    Args:
        database: The ledgers.
        ledger_id: The ledger that is served.
        change_id: The change that was recorded; None for none.
        repeated: Whether that was before.
    """
    events: list[bytes] = []
    part = place(database, ledger_id, change_id) if change_id is not None else None
    if part is not None:
        position, count = part
        stored = stored_events.events(database, ledger_id, position, position + count)
        events = [sent(event) for event in stored]
    return Decided(change_id, repeated, events, end_of(database, ledger_id))


def place(database: Database, ledger_id: str, change_id: str) -> tuple[int, int] | None:
    """Returns where a change begins in a ledger, and how many events follow; None if it has no part in it."""
    parts = history.parts(database, change_id)
    return next(((at, count) for ledger, at, count in parts if ledger == ledger_id), None)
