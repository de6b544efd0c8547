"""What was recorded of a change, read back."""

from __future__ import annotations

from typing import NamedTuple, cast

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import ChangeBegan, DomainEvent
from zenml.projections.timeline import history
from zenml.projections.timeline.parts import parts_elsewhere
from zenml.stores.protocol import StoreTransaction


class Recorded(NamedTuple):
    """A change as far as it was recorded here.

    Attributes:
        events: Its events in the order they were decided, each with its ledger.
        begun: The ledgers that began with it although it began in another one: those of profiles that it made.
        not_shown: The ledgers whose part of it is not shown, because a newer version wrote there before.
        elsewhere: The ledgers whose part of it other machines keep.
    """

    events: list[tuple[str, DomainEvent]]
    begun: frozenset[str]
    not_shown: tuple[str, ...]
    elsewhere: tuple[str, ...]


def recorded(transaction: StoreTransaction, change_id: str) -> Recorded:
    """Returns what was recorded of a change.

    Raises:
        DamagedLedgerError: An event of it cannot be read, or is missing.
    """
    waiting: dict[str, list[DomainEvent]] = {}
    runs: list[tuple[str, int]] = []
    begun = set()
    for ledger_id, position, count in history.parts(transaction.database, change_id):
        began, *events = transaction.events(ledger_id, position, position + count)
        if not isinstance(began, ChangeBegan) or began.change_id != change_id:
            raise DamagedLedgerError("What is shown of the changes was edited.", code="unreadable_views")
        waiting[ledger_id] = cast("list[DomainEvent]", events)
        runs = [(part.ledger_id, part.count) for part in began.parts]
        if position == 1 and runs[0][0] != ledger_id:
            begun.add(ledger_id)
    ledgers = list(dict.fromkeys(ledger_id for ledger_id, _ in runs))
    away = parts_elsewhere(transaction.database, ledgers, waiting)
    ordered: list[tuple[str, DomainEvent]] = []
    for ledger_id, count in runs:
        if ledger_id in waiting:
            run, waiting[ledger_id] = waiting[ledger_id][:count], waiting[ledger_id][count:]
            ordered.extend((ledger_id, event) for event in run)
    not_shown = tuple(ledger_id for ledger_id in ledgers if ledger_id not in waiting and ledger_id not in away)
    return Recorded(ordered, frozenset(begun), not_shown, tuple(away))
