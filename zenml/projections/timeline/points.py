"""Points in the past: how far each ledger was when a change was recorded.

The changes are numbered across ledgers: those of this machine in the order in which they were recorded, and those
of profiles that it shares where `merging` places them among these. A point is such a number; whatever the clocks
said, what there was then is what the changes up to it say.
"""

from __future__ import annotations

from zenml.projections.temporal import LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_OF_A_LEDGER = f"FROM change_parts WHERE ledger = {LEDGER.format('?')}"


def position(database: sqlite3.Connection, ledger_id: str, number: int) -> int:
    """Returns the last position of a ledger at the change of a number; 0 where it had not begun."""
    sql = f"SELECT position + count {_OF_A_LEDGER} AND number <= ? ORDER BY number DESC LIMIT 1"
    row = database.execute(sql, (ledger_id, number)).fetchone()
    return int(row[0]) if row else 0


def position_after(database: sqlite3.Connection, ledger_id: str, change_id: str) -> int:
    """Returns the last position of a ledger at a change; 0 where it had not begun, or without such a change."""
    row = database.execute("SELECT number FROM changes WHERE change_id = ?", (change_id,)).fetchone()
    return position(database, ledger_id, row[0]) if row else 0


def first(database: sqlite3.Connection, ledger_id: str) -> int | None:
    """Returns the number of the change with which a ledger began; None if it has not."""
    sql = f"SELECT number {_OF_A_LEDGER} ORDER BY number LIMIT 1"
    row = database.execute(sql, (ledger_id,)).fetchone()
    return int(row[0]) if row else None


def number_at(database: sqlite3.Connection, time: str) -> int:
    """Returns the number of the last change that was recorded at a time or before; 0 if there is none.

    Of those whose own clock says so it is the last one: a clock that ran ahead for a while hides nothing
    that came later.

    Args:
        database: The views.
        time: UTC with six decimals, as events have it.
    """
    number = 0
    for (ledger,) in database.execute("SELECT ledger FROM applied").fetchall():
        sql = "SELECT position FROM moments WHERE ledger = ? AND time <= ? ORDER BY time DESC LIMIT 1"
        row = database.execute(sql, (ledger, time)).fetchone()
        if row is not None:
            sql = "SELECT number FROM change_parts WHERE ledger = ? AND position <= ?"
            row = database.execute(f"{sql} ORDER BY position DESC LIMIT 1", (ledger, row[0])).fetchone()
            number = max(number, row[0])
    return int(number)


def number_within(database: sqlite3.Connection, first: str, last: str) -> int:
    """Returns the number of the newest change whose clock gave a time from one to another; 0 if there is none.

    Args:
        database: The views.
        first: UTC with six decimals, as events have it.
        last: Likewise.
    """
    sql = "SELECT coalesce(max(+number), 0) FROM changes WHERE time BETWEEN ? AND ?"
    return int(database.execute(sql, (first, last)).fetchone()[0])


def number_range(database: sqlite3.Connection, since: str | None, until: str | None) -> tuple[int, int]:
    """Returns the numbers of the first change that is not too early and of the last one that is not too late.

    All changes between them are in that range, whatever their clocks showed. So neighbouring ranges of time leave
    no change out; where clocks went back, they may both have it. A range without changes ends before it begins.

    Args:
        database: The views.
        since: UTC with six decimals, as events have it; None for the first change.
        until: Likewise; None for the last change.
    """
    last = newest(database)
    first_sql = "SELECT coalesce(min(+number), ?) FROM changes WHERE time >= ?"
    last_sql = "SELECT coalesce(max(+number), 0) FROM changes WHERE time <= ?"
    first = database.execute(first_sql, (last + 1, since)).fetchone()[0] if since is not None else 1
    return int(first), int(database.execute(last_sql, (until,)).fetchone()[0] if until is not None else last)


def number_of(database: sqlite3.Connection, ledger_id: str, position: int) -> int:
    """Returns the number of a ledger's newest change that began at a position or before; 0 for none."""
    sql = f"SELECT coalesce(max(number), 0) {_OF_A_LEDGER} AND position <= ?"
    return int(database.execute(sql, (ledger_id, position)).fetchone()[0])


def newest(database: sqlite3.Connection) -> int:
    """Returns the number of the newest change."""
    return int(database.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0])


def ends(database: sqlite3.Connection) -> dict[str, int]:
    """Returns the last position of each ledger. What arrives later lies beyond, whatever its number."""
    return dict(database.execute("SELECT ledger_id, size FROM heads").fetchall())


def first_beyond(database: sqlite3.Connection, ends: Mapping[str, int]) -> int | None:
    """Returns the smallest number of a change with a part beyond these positions; None if there is none.

    Args:
        database: The views.
        ends: A position of each ledger; a ledger without one has all its changes beyond.
    """
    sql = f"SELECT number {_OF_A_LEDGER} AND position > ? ORDER BY position LIMIT 1"
    rows = (
        database.execute(sql, (ledger_id, ends.get(ledger_id, 0))).fetchone()
        for (ledger_id,) in database.execute("SELECT ledger_id FROM heads").fetchall()
    )
    return min((int(row[0]) for row in rows if row), default=None)


def arrived(database: sqlite3.Connection, ends: Mapping[str, int]) -> set[str]:
    """Returns the ids of the changes with a part beyond these positions, as `first_beyond` has them."""
    sql = f"SELECT change_id FROM changes WHERE number IN (SELECT number {_OF_A_LEDGER} AND position > ?)"
    return {
        change_id
        for (ledger_id,) in database.execute("SELECT ledger_id FROM heads").fetchall()
        for (change_id,) in database.execute(sql, (ledger_id, ends.get(ledger_id, 0)))
    }


def undone_by(database: sqlite3.Connection, change_id: str, number: int) -> str | None:
    """Returns the id of the undo that had taken a change back at a point; None if it was in effect then."""
    sql = (
        "SELECT t.change_id FROM change_targets t CROSS JOIN changes c ON c.change_id = t.change_id"
        " WHERE t.target_id = ? AND c.number <= ? ORDER BY c.number DESC"
    )
    for (by,) in database.execute(sql, (change_id, number)).fetchall():
        if undone_by(database, by, number) is None:
            return str(by)
    return None
