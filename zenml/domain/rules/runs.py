"""Rules of the ledgers of runs: a profile has one for each year, whoever begins it; closed ones stay closed."""

from __future__ import annotations

from zenml.domain import events
from zenml.domain.catalog import Catalog
from zenml.domain.errors import NotAllowedError
from zenml.domain.events import DomainEvent

Events = events.RunsLedgerBegan | events.RunsLedgerClosed


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect: two machines may begin a year at once.

    Raises:
        NotAllowedError: The runs of that year are closed, or it is not their ledger that is to be closed.
    """
    known = catalog.runs_ledger(event.year)
    if isinstance(event, events.RunsLedgerBegan):
        if known is not None and known.is_closed:
            raise _closed(event.year)
        return event if known is None else None
    if known is None or known.runs_ledger_id != event.runs_ledger_id:
        raise NotAllowedError(
            f"The runs of '{event.year}' are not in the ledger that is to be closed.",
            code="not_these_runs",
            year=event.year,
        )
    if known.is_closed:
        raise _closed(event.year)
    return event


def _closed(year: int) -> NotAllowedError:
    return NotAllowedError(f"The record of the runs of '{year}' is closed.", code="runs_closed", year=year)
