"""What is asked of the tables, under a lock and without one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database import rows
from zenml.stores.shared_database.rows import MAX_STATE, SharedEvent, SharedKey
from zenml.stores.shared_database.sessions import Answered, DatabaseSession, Statement
from zenml.stores.shared_database.tables import SCHEMA

Run = Callable[[Statement], Answered]
"""How a statement is run: under a lock, or by itself."""

MOST_ROWS = 1000
"""Rows that are asked for, or stored, with one statement."""

_SURELY = DatabaseSession.PACKET // MAX_STATE
"""So many events fit into a packet whatever is in them: 85. Whoever follows a ledger seldom finds more."""

_HEAD = ", ".join(f"l.{column}" for column in SharedHead._fields)
_LARGE = f"CASE WHEN length(state) <= {MAX_STATE} THEN state END"
"""What is too large to be an event is not fetched."""


def head(ledger_id: str) -> Statement:
    """Returns the question for the versions of the tables, and for the head of a ledger if it is there."""
    return _head_and_versions("l.ledger_id = ?", ledger_id)


def head_of_slot(kind: str, slot: str) -> Statement:
    """Returns the question for the versions of the tables, and for the head of the ledger of that name."""
    return _head_and_versions("l.kind = ? AND l.slot = ?", kind, slot)


def head_to_lock(ledger_id: str, lock: str) -> Statement:
    """Returns the question for a head that locks its row, with the words by which a database does that."""
    return Statement(f"SELECT {_HEAD} FROM zenml_ledgers l WHERE l.ledger_id = ?{lock}", (ledger_id,))


def _head_and_versions(condition: str, *values: str) -> Statement:
    sql = (
        f"SELECT m.schema_version, m.min_reader, m.min_writer, {_HEAD}"
        f" FROM zenml_meta m LEFT JOIN zenml_ledgers l ON {condition} WHERE m.slot = ?"
    )
    return Statement(sql, (*values, SCHEMA))


def events(run: Run, where: str, ledger_id: str, after: int, limit: int) -> list[SharedEvent]:
    """Returns the events behind a position, in order. No answer is larger than a packet.

    Raises:
        DamagedLedgerError: One is missing, or malformed.
    """
    fetched = _events(run, where, ledger_id, after, min(limit, _SURELY))
    if len(fetched) < _SURELY:
        return fetched
    while len(fetched) < limit:
        at = after + len(fetched)
        more = _how_many(run, where, ledger_id, at, min(limit - len(fetched), MOST_ROWS))
        page = _events(run, where, ledger_id, at, more) if more else []
        if not page:
            break
        fetched += page
    return fetched


def _events(run: Run, where: str, ledger_id: str, after: int, limit: int) -> list[SharedEvent]:
    sql = (
        f"SELECT position, topic, {_LARGE} FROM zenml_events WHERE ledger_id = ? AND position > ?"
        " ORDER BY position LIMIT ?"
    )
    return rows.events_of(run(Statement(sql, (ledger_id, after, limit))).rows, after, where)


def _how_many(run: Run, where: str, ledger_id: str, after: int, limit: int) -> int:
    """Returns how many of the next events fit into a packet; what is too large is not fetched, so it does."""
    sql = "SELECT length(state) FROM zenml_events WHERE ledger_id = ? AND position > ? ORDER BY position LIMIT ?"
    room, count = DatabaseSession.PACKET, 0
    for row in run(Statement(sql, (ledger_id, after, limit))).rows:
        room -= rows.size_of(row, where)
        if room < 0:
            break
        count += 1
    return count


def keys(run: Run, where: str, ledger_id: str, key_ids: Collection[str] | None) -> list[SharedKey]:
    """Returns the keys of a ledger, or those of them that are named. Raises as `events` does."""
    if key_ids is None:
        return list(_all_keys(run, where, ledger_id))
    named = sorted(key_ids)
    fetched: list[SharedKey] = []
    for first in range(0, len(named), MOST_ROWS):
        part = named[first : first + MOST_ROWS]
        condition = f"key_id IN ({', '.join('?' * len(part))})"
        fetched += _keys(run, where, condition, ledger_id, *part)
    return fetched


def _all_keys(run: Run, where: str, ledger_id: str) -> Iterator[SharedKey]:
    last = ""
    while page := _keys(run, where, "key_id > ?", ledger_id, last):
        if page[0].key_id <= last:
            raise rows.damaged(where, "the order of keys")
        yield from page
        last = page[-1].key_id


def _keys(run: Run, where: str, condition: str, *values: str) -> list[SharedKey]:
    sql = (
        f"SELECT key_id, wrapping, wrapped, digest FROM zenml_keys WHERE ledger_id = ? AND {condition}"
        f" ORDER BY key_id LIMIT {MOST_ROWS}"
    )
    return rows.keys_of(run(Statement(sql, values)).rows, where)


def position_of(run: Run, where: str, ledger_id: str, change_id: str) -> int | None:
    """Returns where a change begins; None if it is not there. Raises as `events` does."""
    sql = "SELECT position FROM zenml_changes WHERE ledger_id = ? AND change_id = ?"
    answered = run(Statement(sql, (ledger_id, change_id))).rows
    return rows.position_of(answered[0], where) if answered else None
