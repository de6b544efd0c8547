"""The events of a file of runs as they are stored, and where it says that they end."""

from __future__ import annotations

from zenml.projections.stored_events import EventRow
from zenml.projections.stored_heads import HeadRow, heads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.projections.database import Database


_LARGEST = 2**63 - 1  # position


def events(database: Database, first: int = -_LARGEST - 1, last: int = _LARGEST) -> Iterator[EventRow]:
    """Yields the events by position; those of another ledger too, if somebody put any there.

    Args:
        database: The file.
        first: The first position that is wanted; all of them, if nothing is said.
        last: The last position that is wanted.
    """
    sql = (
        "SELECT originator_id, originator_version, topic, state, rowid FROM stored_events"
        " WHERE originator_version BETWEEN ? AND ? ORDER BY originator_version, originator_id"
    )
    for row in database.execute(sql, (first, last)):
        yield EventRow(*row)


def event(database: Database, position: int) -> EventRow | None:
    """Returns the event at a position; None if there is none."""
    sql = (
        "SELECT originator_id, originator_version, topic, state, rowid FROM stored_events"
        " WHERE originator_id = (SELECT ledger_id FROM heads) AND originator_version = ?"
    )
    row = database.execute(sql, (position,)).fetchone()
    return EventRow(*row) if row else None


def head(database: Database) -> HeadRow | None:
    """Returns where the file says that its ledger ends; None if it says so of none, or of several."""
    rows = heads(database)
    return rows[0] if len(rows) == 1 else None


def put_text(database: Database, position: int, text: bytes) -> None:
    """Puts another text in the place of a stored one: that of an event of which something was blanked."""
    sql = (
        "UPDATE stored_events SET state = ?"
        " WHERE originator_id = (SELECT ledger_id FROM heads) AND originator_version = ?"
    )
    database.execute(sql, (text, position))
