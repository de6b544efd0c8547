"""Whether the events vouch for what the views say of the past.

What is true now is sealed as a whole (`sealing`). What was true at a point is too much to be sealed by each
writer, so whoever decides from it compares each row with the event that made it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.upcasts import UPCASTS, upcast
from zenml.projections import stored_events, views
from zenml.projections.handlers import HANDLERS
from zenml.projections.rows import Cells, Key, Rows
from zenml.projections.tables import TEMPORAL
from zenml.projections.temporal import LEDGER, TemporalTable, select

_Row = tuple[TemporalTable, Key, Cells, int]


def check_past(database: sqlite3.Connection, ledger_id: str, at: int | None) -> None:
    """Makes sure that every row that was true at a position of a ledger is what its event made.

    Raises:
        DamagedLedgerError: One is not: somebody edited it.
    """
    for table in TEMPORAL:
        split = len(table.key)
        for *cells, since in database.execute(*select(table, ledger_id, at)).fetchall():
            _check(database, ledger_id, (table, tuple(cells[:split]), tuple(cells[split:]), since))


def _check(database: sqlite3.Connection, ledger_id: str, row: _Row) -> None:
    """Checks a row, and those it continues: an event that sets one field keeps the others of the row before."""
    waiting = [row]
    while waiting:
        table, key, cells, since = waiting.pop()
        made = _Made(database, ledger_id, since)
        if (table, key, cells) not in made.begun:
            raise DamagedLedgerError(
                f"The view '{table.name}' was edited: it does not match what was recorded at position {since} of "
                f"the ledger {ledger_id}.",
                code="unreadable_views",
            )
        waiting.extend(made.continued)


class _Made(Rows):
    """What the event at a position makes of the tables.

    Attributes:
        begun: The rows it begins.
        continued: The rows it ends to begin a changed one.
    """

    def __init__(self, database: sqlite3.Connection, ledger_id: str, position: int) -> None:
        self.begun: list[tuple[TemporalTable, Key, Cells]] = []
        self.continued: list[_Row] = []
        self._database = database
        event = stored_events.event(database, ledger_id, position)
        if event is not None:
            topic, fields = event.topic, orjson.loads(event.text)
            if topic in UPCASTS:
                topic, fields = upcast(topic, fields)
            if topic in HANDLERS:
                views.apply(self, ledger_id, position, topic, fields)

    def ledger_number(self, ledger_id: str) -> int:
        """Returns none: no row is written."""
        return 0

    def thing_numbers(self, thing_ids: Sequence[str]) -> list[int]:
        """Returns none: no row is written."""
        return [0] * len(thing_ids)

    def begin(self, table: TemporalTable, key: Key, cells: Cells) -> None:
        """Notes the row."""
        self.begun.append((table, key, cells))

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Returns the cells of the row that ended here."""
        where = " AND ".join(f"{column} = ?" for column in (*table.key, "until"))
        columns = ", ".join(("since", *table.columns))
        row = self._database.execute(
            f"SELECT {columns} FROM main.{table.name} WHERE ledger = {LEDGER.format('?')} AND {where}",
            (self.ledger_id, *key, self.position),
        ).fetchone()
        if row is None:
            return None
        since, *cells = row
        self.continued.append((table, key, tuple(cells), since))
        return tuple(cells)

    def write(self, sql: str, cells: tuple[object, ...]) -> None:
        """Does nothing: no temporal table is written so."""

    def execute(self, sql: str, parameters: tuple[object, ...], *after: str) -> sqlite3.Cursor:
        """Runs a statement that reads."""
        return self._database.execute(sql, parameters)
