"""Which ledgers of runs a profile has, as the profile's own ledger says."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RUNS_LEDGERS
from zenml.projections.temporal import LEDGER_ID, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


class RunsLedgerRow(namedtuple("RunsLedgerRow", "runs_ledger_id year size root")):
    """A ledger of runs; ``size`` and ``root`` (64 hex digits) say where it ended once it is closed, else None."""

    __slots__ = ()
    runs_ledger_id: str
    year: int
    size: int | None
    root: str | None


def runs_ledgers(database: Database, profile_ledger_id: str, at: int | None = None) -> list[RunsLedgerRow]:
    """Returns the ledgers of a profile's runs, the newest year first; as of a position of its own ledger."""
    rows = database.execute(*select(RUNS_LEDGERS, profile_ledger_id, at))
    listed = [
        RunsLedgerRow(ledger_id, int(year), None if size is None else int(size), root)
        for ledger_id, year, size, root, _ in rows
    ]
    return sorted(listed, key=lambda row: (row.year, row.size is None), reverse=True)


def of_year(database: Database, profile_ledger_id: str, year: int) -> RunsLedgerRow | None:
    """Returns the ledger of a year's runs that is not closed; None if there is none."""
    rows = runs_ledgers(database, profile_ledger_id)
    return next((row for row in rows if row.year == year and row.size is None), None)


def profile_ledger_of(database: Database, runs_ledger_id: str) -> str | None:
    """Returns the ledger of the profile whose runs are in a ledger; None if none is known to have it."""
    sql = f"SELECT {LEDGER_ID.format(RUNS_LEDGERS.name)} FROM {RUNS_LEDGERS.name} WHERE runs_ledger_id = ?"
    row = database.execute(sql, (runs_ledger_id,)).fetchone()
    return str(row[0]) if row is not None else None
