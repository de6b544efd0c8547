"""Where a profile's runs are recorded, as its own ledger says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.ledger.ids import new_id
from zenml.projections.runs import ledgers

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


def begin_runs_ledger(work: OpenChange, year: int) -> None:
    """Begins the ledger of a year's runs in the active profile, unless somebody was faster."""
    snapshot = work.reading()
    if ledgers.of_year(snapshot.connection, snapshot.ledger_id, year) is None:
        work.execute(commands.BeginRunsLedger(new_id(), year))


def close_runs_ledger(work: OpenChange, runs_ledger_id: str, year: int, size: int, root: str) -> None:
    """Takes note of where the ledger of a year's runs ends for good."""
    work.execute(commands.CloseRunsLedger(runs_ledger_id, year, size, root))
