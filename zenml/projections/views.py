"""All views together: made, fed with events, rebuilt."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.upcasts import UPCASTS, upcast
from zenml.projections import changes, components, flavors, labels, machine, provisioning, stacks
from zenml.projections.database import FILLED, VIEW_VERSION, VIEWS
from zenml.projections.rows import BulkRows, Rows

Fields = dict[str, Any]

PROJECTIONS = (components, stacks, flavors, labels, machine, provisioning)
"""The temporal projections; `changes` is fed with whole changes beside them."""

HANDLERS: dict[str, Callable[[Rows, Fields], None]] = {
    topic: handler for projection in PROJECTIONS for topic, handler in projection.APPLY.items()
}
BEGAN = "zenml:ChangeBegan"
_OWN = (
    "CREATE TABLE views (version INTEGER NOT NULL, filled TEXT NOT NULL) STRICT",
    "CREATE TABLE applied (ledger_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT",
)
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # what reading a tampered event raises
_BATCH = 2000  # changes written together while views are rebuilt; larger batches were not faster


class StoredRow(NamedTuple):
    """An event as it is stored."""

    ledger_id: str
    position: int
    topic: str
    text: bytes


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
    handler(rows, fields)


def create(database: sqlite3.Connection) -> None:
    """Makes the tables of all views, empty."""
    _create_tables(database)
    _create_indexes(database)


def mark(database: sqlite3.Connection, ledger_id: str, position: int) -> None:
    """Notes up to which position of a ledger the views are, and which of them hold something."""
    database.execute("INSERT OR REPLACE INTO applied VALUES (?, ?)", (ledger_id, position))
    database.execute(f"UPDATE views SET filled = ({FILLED})")


def rebuild(
    database: sqlite3.Connection,
    stored: Iterable[StoredRow],
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Makes all views anew from the stored events, within the caller's transaction.

    Args:
        database: Where the views are.
        stored: Every event, in the order of its row.
        progress: Called with the number of events done, now and then.

    Returns:
        The number of events.

    Raises:
        DamagedLedgerError: An event is not of the form of its topic.
    """
    for name in VIEWS:
        database.execute(f"DROP TABLE IF EXISTS {name}")
    _create_tables(database)
    rows = BulkRows(database)
    recorder = changes.Changes(rows)
    heads: dict[str, int] = {}
    count = 0
    for number, (ledger_id, position, began, events) in enumerate(_changes(rows, stored), start=1):
        try:
            recorder.record(ledger_id, position, began, events)
        except _MALFORMED as error:
            raise _damaged(ledger_id, position) from error
        heads[ledger_id] = position + len(events)
        count += 1 + len(events)
        if number % _BATCH == 0:
            rows.flush()
            progress(count)
    rows.finish()
    _create_indexes(database)
    for ledger_id, head in heads.items():
        mark(database, ledger_id, head)
    progress(count)
    return count


def _changes(
    rows: Rows, stored: Iterable[StoredRow]
) -> Iterator[tuple[str, int, Fields, list[tuple[str, Fields]]]]:
    """Applies events one by one and yields each change after its last one.

    What stands before the first `ChangeBegan` is no change and left out.
    """
    first: tuple[str, int, Fields] | None = None
    events: list[tuple[str, Fields]] = []
    for ledger_id, position, topic, text in stored:
        try:
            fields = orjson.loads(text)
            if topic in UPCASTS:
                topic, fields = upcast(topic, fields)
            if topic != BEGAN:
                if first:
                    apply(rows, ledger_id, position, topic, fields)
                    events.append((topic, fields))
                continue
        except _MALFORMED as error:
            raise _damaged(ledger_id, position) from error
        if first:
            yield *first, events
        first, events = (ledger_id, position, fields), []
    if first:
        yield *first, events


def _create_tables(database: sqlite3.Connection) -> None:
    tables = [table.statement() for projection in PROJECTIONS for table in projection.TABLES]
    for statement in (*tables, *changes.TABLES, *_OWN):
        database.execute(statement)
    database.execute("INSERT INTO views VALUES (?, '')", (VIEW_VERSION,))


def _create_indexes(database: sqlite3.Connection) -> None:
    for projection in PROJECTIONS:
        for table in projection.TABLES:
            for statement in table.index_statements():
                database.execute(statement)
    for statement in changes.INDEXES:
        database.execute(statement)


def _damaged(ledger_id: str, position: int) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"The event at position {position} of the ledger {ledger_id} is not of its form.",
        "Restore the ledger from a backup.",
    )
