"""What components have on this machine outside of the ledger, as far as it was recorded."""

from __future__ import annotations

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

PROVISIONING = RECORDS["provisioning"]


def provisioning(
    database: sqlite3.Connection, machine_id: str, component_id: str, at: int | None = None
) -> str | None:
    """Returns what a component has, now or at a position: the JSON text of what the event says of it."""
    row = database.execute(*select(PROVISIONING, machine_id, at, component_id=component_id)).fetchone()
    return row[1] if row else None
