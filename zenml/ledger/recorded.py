"""What was recorded of a change, read back."""

from __future__ import annotations

from typing import cast

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import ChangeBegan, DomainEvent
from zenml.projections.timeline import history
from zenml.stores.protocol import StoreTransaction


def recorded_events(transaction: StoreTransaction, change_id: str) -> list[tuple[str, DomainEvent]]:
    """Returns the events of a change in the order they were decided, each with its ledger.

    Raises:
        DamagedLedgerError: One of them cannot be read.
    """
    waiting: dict[str, list[DomainEvent]] = {}
    runs: list[tuple[str, int]] = []
    for ledger_id, position, count in history.parts(transaction.database, change_id):
        began, *events = transaction.events(ledger_id, position, position + count)
        if not isinstance(began, ChangeBegan) or began.change_id != change_id:
            raise DamagedLedgerError("What is shown of the changes was edited.", code="unreadable_views")
        waiting[ledger_id] = cast("list[DomainEvent]", events)
        runs = [(part.ledger_id, part.count) for part in began.parts]
    ordered: list[tuple[str, DomainEvent]] = []
    for ledger_id, count in runs:
        run, waiting[ledger_id] = waiting[ledger_id][:count], waiting[ledger_id][count:]
        ordered.extend((ledger_id, event) for event in run)
    return ordered
