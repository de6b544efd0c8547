"""All views together: made, fed with events, rebuilt."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.upcasts import UPCASTS, upcast
from zenml.projections.database import FILLED, VIEWS
from zenml.projections.handlers import HANDLERS
from zenml.projections.rows import BulkRows, FollowingRows, Rows
from zenml.projections.stored_events import BEGAN, EventRow
from zenml.projections.tables import TEMPORAL
from zenml.projections.timeline import changes
from zenml.projections.versions import VIEW_VERSION, understood_until

Fields = dict[str, Any]
APPLIED = (
    "CREATE TABLE {}applied (ledger INTEGER PRIMARY KEY, ledger_id TEXT NOT NULL UNIQUE,"
    " position INTEGER NOT NULL DEFAULT 0, understood INTEGER) STRICT"
)
"""Makes the table that says how far the views of each ledger are, in a schema that is to be put in.

The other views have the number of a ledger in the place of its id. What is understood is where they end, if a
newer version wrote the rest.
"""
_OWN = (
    "CREATE TABLE views (version INTEGER NOT NULL, filled TEXT NOT NULL, digest INTEGER NOT NULL) STRICT",
    APPLIED.format(""),
)
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # what reading a tampered event raises
_BATCH = 2000  # changes written together while views are rebuilt; larger batches were not faster


def apply(rows: Rows, ledger_id: str, position: int, topic: str, fields: Fields) -> None:
    """Applies one event to the temporal tables. The one function that does, whoever asks.

    Raises:
        DamagedLedgerError: The topic is not known: a newer version wrote it, and to leave it out would
            be to show, and to go on from, what is not so.
    """
    rows.ledger_id, rows.position = ledger_id, position
    handler = HANDLERS.get(topic)
    if handler is None:
        raise DamagedLedgerError(
            f"The ledger has an event '{topic}' that this version does not know.",
            'Install a newer version: "pip install --upgrade zenml-ledger".',
        )
    rows.expect(topic, fields)
    handler(rows, fields)
    rows.settle()


def create(database: sqlite3.Connection) -> None:
    """Makes the tables of all views, empty."""
    _create_tables(database)
    _create_indexes(database)


def statements() -> list[str]:
    """Returns the SQL that makes every table and every index of all views."""
    return [*_table_statements(), *_index_statements()]


def mark(database: sqlite3.Connection, ledger_id: str, position: int, understood: int | None = None) -> None:
    """Notes up to which position of a ledger the views are, and which of them hold something."""
    database.execute(
        "INSERT INTO applied (ledger_id, position, understood) VALUES (?, ?, ?) ON CONFLICT (ledger_id)"
        " DO UPDATE SET position = excluded.position, understood = excluded.understood",
        (ledger_id, position, understood),
    )
    database.execute(f"UPDATE views SET filled = ({FILLED})")


def rebuild(
    database: sqlite3.Connection,
    stored: Iterable[EventRow],
    progress: Callable[[int], None] = lambda count: None,
    may_end_early: Collection[str] = (),
    rows: BulkRows | None = None,
) -> int:
    """Makes all views again from the stored events, within the caller's transaction.

    Args:
        database: Where the views are.
        stored: Every event, in the order of its row.
        progress: Called with the number of events done, now and then.
        may_end_early: Ledgers that are each shown as of the last change before the first one with an event that
            this version does not know.
        rows: The tables, if somebody wants to look on.

    Returns:
        The number of events.

    Raises:
        DamagedLedgerError: An event is not of the form of its topic.
    """
    for name in VIEWS:
        database.execute(f"DROP TABLE IF EXISTS {name}")
    _create_tables(database)
    rows = rows or BulkRows(database)
    recorder = changes.Changes(rows)
    heads: dict[str, int] = {}
    understood: dict[str, int] = {}
    count = 0
    parts = _applied(stored, rows, recorder, may_end_early, understood)
    for number, (ledger_id, first, last) in enumerate(parts, start=1):
        heads[ledger_id] = last
        count += last - first + 1
        if number % _BATCH == 0:
            rows.flush()
            progress(count)
    rows.finish()
    _create_indexes(database)
    recorder.settle(database)
    for ledger_id, head in heads.items():
        mark(database, ledger_id, head, understood.get(ledger_id))
    progress(count)
    return count


def follow(database: sqlite3.Connection, ledger_id: str, stored: Iterable[EventRow]) -> None:
    """Applies what others appended to a shared ledger, within the caller's transaction.

    The ledger is shown as of the last change before the first one with an event that this version does not know.

    Args:
        database: Where the views are, at the position before.
        ledger_id: The ledger.
        stored: The events that follow, by position; whole changes.

    Raises:
        DamagedLedgerError: An event is not of the form of its topic.
    """
    rows = FollowingRows(database)
    recorder = changes.Changes(rows)
    understood = understood_until(database)
    heads = [last for _, _, last in _applied(stored, rows, recorder, (ledger_id,), understood)]
    rows.finish()
    recorder.settle(database)
    if heads:
        mark(database, ledger_id, heads[-1], understood.get(ledger_id))


def _applied(
    stored: Iterable[EventRow],
    rows: Rows,
    recorder: changes.Changes,
    may_end_early: Collection[str],
    understood: dict[str, int],
) -> Iterator[tuple[str, int, int]]:
    """Applies events change by change; yields of each part its ledger, its first and its last position.

    Args:
        stored: The events.
        rows: The tables.
        recorder: Records the changes.
        may_end_early: Ledgers of which nothing is applied from the first unknown event on.
        understood: Where these end, by ledger; what is found on the way is added.
    """
    for ledger_id, position, began, events in _changes(stored):
        if ledger_id in may_end_early and any(topic not in HANDLERS for _, topic, _ in events):
            understood.setdefault(ledger_id, position - 1)
        if ledger_id not in understood:
            place = position
            try:
                for place, topic, fields in events:
                    apply(rows, ledger_id, place, topic, fields)
                place = position
                recorder.record(ledger_id, position, began, [(topic, fields) for _, topic, fields in events])
            except _MALFORMED as error:
                raise _damaged(ledger_id, place) from error
        yield ledger_id, position, position + len(events)


def _changes(
    stored: Iterable[EventRow],
) -> Iterator[tuple[str, int, Fields, list[tuple[int, str, Fields]]]]:
    """Yields each part of a change: its ledger, where it begins, its `ChangeBegan`, and the events that follow.

    What precedes the first `ChangeBegan` is not a change and left out.
    """
    first: tuple[str, int, Fields] | None = None
    events: list[tuple[int, str, Fields]] = []
    for ledger_id, position, topic, fields in _parsed(stored):
        if topic == BEGAN:
            if first:
                yield *first, events
            first, events = (ledger_id, position, fields), []
        elif first:
            events.append((position, topic, fields))
    if first:
        yield *first, events


def _parsed(stored: Iterable[EventRow]) -> Iterator[tuple[str, int, str, Fields]]:
    """Yields ledger, position, topic and fields of events, as this version has them."""
    for ledger_id, position, topic, text, _ in stored:
        try:
            fields = orjson.loads(text)
            if topic in UPCASTS:
                topic, fields = upcast(topic, fields)
        except _MALFORMED as error:
            raise _damaged(ledger_id, position) from error
        yield ledger_id, position, topic, fields


def _create_tables(database: sqlite3.Connection) -> None:
    for statement in _table_statements():
        database.execute(statement)
    database.execute("INSERT INTO views VALUES (?, '', 0)", (VIEW_VERSION,))


def _create_indexes(database: sqlite3.Connection) -> None:
    for statement in _index_statements():
        database.execute(statement)


def _table_statements() -> list[str]:
    return [*(table.statement() for table in TEMPORAL), *changes.TABLES, *_OWN]


def _index_statements() -> list[str]:
    return [*(statement for table in TEMPORAL for statement in table.index_statements()), *changes.INDEXES]


def _damaged(ledger_id: str, position: int) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"The event at position {position} of the ledger {ledger_id} is malformed.",
        "Restore the ledger from a backup.",
    )
