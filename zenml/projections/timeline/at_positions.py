"""Which changes belong to positions of ledgers."""

from __future__ import annotations

from zenml.projections.temporal import LEDGER
from zenml.projections.timeline.history import SELECT, ChangeRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def at_position(database: sqlite3.Connection, ledger_id: str, position: int) -> ChangeRow | None:
    """Returns the change that has an event at a position of a ledger."""
    sql = (
        f"{SELECT} WHERE number = (SELECT number FROM change_parts"
        f" WHERE ledger = {LEDGER.format('?')} AND position <= ? ORDER BY position DESC LIMIT 1)"
    )
    row = database.execute(sql, (ledger_id, position)).fetchone()
    return ChangeRow(*row) if row else None


def as_of(database: sqlite3.Connection, ledger_id: str, position: int) -> ChangeRow | None:
    """Returns the newest change up to a position that may have changed something, which evidence never does.

    If there is no other, it is evidence all the same; None if the ledger has nothing there.
    """
    sql = (
        f"{SELECT} WHERE number = (SELECT p.number FROM change_parts p CROSS JOIN changes c ON c.number = p.number"
        f" WHERE p.ledger = {LEDGER.format('?')} AND p.position <= ? AND c.kind NOT IN ('evidence', 'export')"
        " ORDER BY p.position DESC LIMIT 1)"
    )
    row = database.execute(sql, (ledger_id, position)).fetchone()
    return ChangeRow(*row) if row else at_position(database, ledger_id, position)
