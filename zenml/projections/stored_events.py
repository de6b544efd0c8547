"""The events of a ledger's file as they are stored. Whoever reads them asks here, and nobody else selects them.

Knows no more than the columns of their table: it is imported by commands that must start at once.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

BEGAN = "zenml:ChangeBegan"
"""The topic of the event that a change begins with."""


class EventRow(namedtuple("EventRow", "ledger_id position topic text rowid")):
    """An event, the place it was given in its ledger, and the row it is in."""

    __slots__ = ()
    ledger_id: str
    position: int
    topic: str
    text: bytes
    rowid: int


class End(namedtuple("End", "ledger_id last count")):
    """The last position of a ledger, and the number of its events: the same, if none is missing."""

    __slots__ = ()
    ledger_id: str
    last: int
    count: int


class Numbering(namedtuple("Numbering", "counter first last count")):
    """How the rows are numbered: SQLite's counter, the first and the last number, and how many there are."""

    __slots__ = ()
    counter: int | None
    first: int | None
    last: int | None
    count: int


def events(
    database: sqlite3.Connection,
    ledger_id: str | None = None,
    first: int | None = None,
    last: int | None = None,
    *,
    topics: Iterable[str] = (),
    containing: str | None = None,
) -> Iterator[EventRow]:
    """Yields stored events one at a time: of one ledger by position, of all of them in the order of their rows.

    Args:
        database: The file.
        ledger_id: The only ledger whose events are wanted.
        first: The first position that is wanted.
        last: The last position that is wanted.
        topics: The only topics that are wanted; none for all of them.
        containing: What the text must contain.
    """
    conditions, values = ["TRUE"], list[object]()
    for condition, value in (
        ("originator_id = ?", None if ledger_id is None else _undashed(ledger_id)),
        ("originator_version >= ?", first),
        ("originator_version <= ?", last),
        ("instr(state, CAST(? AS BLOB))", containing),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if topics := tuple(topics):
        conditions.append(f"topic IN ({', '.join('?' * len(topics))})")
        values += topics
    order = "rowid" if ledger_id is None else "originator_version"
    sql = (
        "SELECT originator_id, originator_version, topic, state, rowid FROM stored_events"
        f" WHERE {' AND '.join(conditions)} ORDER BY {order}"
    )
    for originator_id, position, topic, text, rowid in database.execute(sql, values):
        yield EventRow(_dashed(originator_id), position, topic, text, rowid)


def event(database: sqlite3.Connection, ledger_id: str, position: int) -> EventRow | None:
    """Returns the event at a position of a ledger."""
    return next(events(database, ledger_id, position, position), None)


def put_text(database: sqlite3.Connection, ledger_id: str, position: int, text: bytes) -> None:
    """Puts another text in the place of a stored one: that of an event of which something was blanked."""
    sql = "UPDATE stored_events SET state = ? WHERE originator_id = ? AND originator_version = ?"
    database.execute(sql, (text, _undashed(ledger_id), position))


def change_around(database: sqlite3.Connection, ledger_id: str, position: int) -> int | None:
    """Returns where the change begins that has an event at a position of a ledger; None if none begins before."""
    sql = (
        "SELECT max(originator_version) FROM stored_events"
        " WHERE originator_id = ? AND originator_version <= ? AND topic = ?"
    )
    (first,) = database.execute(sql, (_undashed(ledger_id), position, BEGAN)).fetchone()
    return None if first is None else int(first)


def count(database: sqlite3.Connection) -> int:
    """Returns the number of events of all ledgers."""
    (number,) = database.execute("SELECT count(*) FROM stored_events").fetchone()
    return int(number)


def has_others(database: sqlite3.Connection, ledger_id: str, first: int, topics: Iterable[str]) -> bool:
    """Tells whether a ledger has, from a position on, an event of none of some topics."""
    topics = tuple(topics)
    sql = (
        "SELECT 1 FROM stored_events WHERE originator_id = ? AND originator_version >= ?"
        f" AND topic NOT IN ({', '.join('?' * len(topics))}) LIMIT 1"
    )
    return database.execute(sql, (_undashed(ledger_id), first, *topics)).fetchone() is not None


def last_position(database: sqlite3.Connection, ledger_id: str) -> int:
    """Returns the position of a ledger's last event; 0 for a ledger without any."""
    sql = "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?"
    return int(database.execute(sql, (_undashed(ledger_id),)).fetchone()[0] or 0)


def ends(database: sqlite3.Connection) -> Iterator[End]:
    """Yields where each ledger ends that has events, in the order of their first rows."""
    sql = (
        "SELECT originator_id, max(originator_version), count(*) FROM stored_events"
        " GROUP BY originator_id ORDER BY min(rowid)"
    )
    for originator_id, last, number in database.execute(sql):
        yield End(_dashed(originator_id), last, number)


def ends_at(database: sqlite3.Connection, rowid: int) -> dict[str, int]:
    """Returns the last position of each ledger among the rows up to one."""
    sql = (
        "SELECT originator_id, max(originator_version) FROM stored_events WHERE rowid <= ? GROUP BY originator_id"
    )
    return {_dashed(originator_id): last for originator_id, last in database.execute(sql, (rowid,))}


def apart(database: sqlite3.Connection) -> list[tuple[str, int]]:
    """Returns ledger and position of the events that follow, row by row, on one of another ledger.

    Beginnings of changes may; every other event follows on one of its change.
    """
    before = "lag(originator_id) OVER (ORDER BY rowid)"
    sql = (
        f"SELECT originator_id, originator_version FROM (SELECT *, {before} AS before FROM stored_events)"
        " WHERE topic != ? AND before IS NOT originator_id"
    )
    return [(_dashed(originator_id), position) for originator_id, position in database.execute(sql, (BEGAN,))]


def numbering(database: sqlite3.Connection) -> Numbering:
    """Returns how the rows are numbered: SQLite counts them, and uses no number twice."""
    row = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'").fetchone()
    sql = "SELECT min(rowid), max(rowid), count(*) FROM stored_events"
    return Numbering(row[0] if row else None, *database.execute(sql).fetchone())


@lru_cache(1024)
def _dashed(originator_id: str) -> str:
    """Returns the id of a ledger as it is written everywhere but in the table of events."""
    text = originator_id
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _undashed(ledger_id: str) -> str:
    return ledger_id.replace("-", "")
