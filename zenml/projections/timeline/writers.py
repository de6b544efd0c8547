"""Which change wrote a record last."""

from __future__ import annotations

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER_ID
from zenml.projections.timeline.at_positions import at_position

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from zenml.domain.records import Record
    from zenml.projections.timeline.history import ChangeRow


def last_writer(database: sqlite3.Connection, record: Record) -> ChangeRow | None:
    """Returns the change that wrote a record last, or removed it; None if it never was."""
    table = RECORDS[record.kind]
    of, key = LEDGER_ID.format(table.name), " AND ".join(f"{column} = ?" for column in table.key)
    present = (
        f"SELECT {of}, since FROM {table.name}"
        f" WHERE ledger IN (SELECT ledger FROM applied) AND {key} AND until IS NULL"
    )
    # what is over is always looked up in the file: a rehearsal has a copy of what is present alone
    over = (
        f"SELECT {of}, until FROM main.{table.name} WHERE {key} AND until IS NOT NULL ORDER BY until DESC LIMIT 1"
    )
    for sql in (present, over):
        row = database.execute(sql, record.key).fetchone()
        if row:
            return at_position(database, *row)
    return None


def profile_of(database: sqlite3.Connection, ledger_id: str) -> str | None:
    """Returns the id of the profile that has, or had, a ledger."""
    sql = "SELECT profile_id FROM main.profiles WHERE profile_ledger_id = ? LIMIT 1"
    row = database.execute(sql, (ledger_id,)).fetchone()
    return row[0] if row else None
