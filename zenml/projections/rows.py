"""How an event changes the tables: row by row while commands run, in bulk while views are rebuilt."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

import orjson

from zenml.projections.sealing import fingerprint
from zenml.projections.temporal import TemporalTable, fork

_REMEMBERED = 20_000  # things whose numbers are kept in memory: a few megabytes
_TOGETHER = 40  # rows of one statement
_ASKED = 500  # ids of one question: SQLite takes no more than some thousand parameters
_THING = "INSERT INTO things VALUES (?, ?)"

Key = tuple[str, ...]
Cells = tuple[str | None, ...]


class Rows(ABC):
    """The tables as handlers of events see them, at the position of one event.

    Attributes:
        ledger_id: The ledger of the event that is being applied.
        position: Its position.
    """

    ledger_id: str = ""
    position: int = 0

    def expect(self, topic: str, fields: dict[str, Any]) -> None:  # noqa: B027 - few want to know
        """Is called with each event before it is applied."""

    def settle(self) -> None:  # noqa: B027 - few have something left to do
        """Is called after each event that was applied."""

    @abstractmethod
    def ledger_number(self, ledger_id: str) -> int:
        """Returns the number that a ledger has in the tables; it gets one, if it has none."""

    @abstractmethod
    def thing_numbers(self, thing_ids: Sequence[str]) -> list[int]:
        """Returns the numbers that things have in the tables; those that have none get one, in their order."""

    @abstractmethod
    def begin(self, table: TemporalTable, key: Key, cells: Cells) -> None:
        """Makes a row that is true from this position on."""

    @abstractmethod
    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Ends the present row of a thing and returns its cells; None if there was none."""

    @abstractmethod
    def write(self, sql: str, cells: tuple[object, ...]) -> None:
        """Runs a statement, sooner or later.

        Equal statements run in the order given, and after those whose text was first given earlier.
        """

    @abstractmethod
    def execute(self, sql: str, parameters: tuple[object, ...], *after: str) -> sqlite3.Cursor:
        """Runs a statement now; it sees all that was written with the statements ``after``."""

    @staticmethod
    def json(value: Any) -> str:
        """Returns the JSON text a cell holds for a value of an event, its keys in the order of the stored text."""
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


class LiveRows(Rows):
    """Each step is carried out at once, within the transaction of the events.

    Nothing is remembered from one event to the next: a savepoint may take back what one did.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._here: int | None = None  # the number of the ledger of the event
        self._mixed = 0

    def expect(self, topic: str, fields: dict[str, Any]) -> None:
        """Forgets the event before."""
        self._here, self._mixed = None, 0

    def settle(self) -> None:
        """Notes which rows came and went."""
        if self._mixed:
            fingerprint.mix(self.database, self._mixed)
            self._mixed = 0

    def ledger_number(self, ledger_id: str) -> int:
        """Looks it up."""
        return _number(self.database, "applied", "ledger", ledger_id)

    def thing_numbers(self, thing_ids: Sequence[str]) -> list[int]:
        """Looks them up, many at a time."""
        known: dict[str, int] = {}
        for first in range(0, len(thing_ids), _ASKED):
            some = thing_ids[first : first + _ASKED]
            sql = f"SELECT thing_id, thing FROM things WHERE thing_id IN ({','.join('?' * len(some))})"
            known.update(self.database.execute(sql, some).fetchall())
        for thing_id in thing_ids:
            if thing_id not in known:
                known[thing_id] = _new_number(self.database, "things", "thing", thing_id)
        return [known[thing_id] for thing_id in thing_ids]

    @property
    def _ledger(self) -> int:
        if self._here is None:
            self._here = self.ledger_number(self.ledger_id)
        return self._here

    def begin(self, table: TemporalTable, key: Key, cells: Cells) -> None:
        """Inserts the row."""
        row = (self._ledger, *key, *cells, self.position, None, None)
        self.database.execute(_insertion(table.name, len(row)), row)
        self._mix(table, key, cells, self.position)

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Updates the row."""
        where = " AND ".join(f"{column} = ?" for column in ("ledger", *table.key))
        selected = ", ".join(("rowid", "since", *table.columns))
        row = self.database.execute(
            f"SELECT {selected} FROM {table.name} WHERE {where} AND until IS NULL",
            (self._ledger, *key),
        ).fetchone()
        if row is None:
            return None
        rowid, since, *cells = row
        self.database.execute(
            f"UPDATE {table.name} SET until = ?, fork = ? WHERE rowid = ?",
            (self.position, fork(since, self.position), rowid),
        )
        self._mix(table, key, cells, since)
        return tuple(cells)

    def _mix(self, table: TemporalTable, key: Key, cells: Iterable[str | None], since: int) -> None:
        self._mixed ^= fingerprint.of_row(table.name, self.ledger_id, (*key, *cells), since)

    def write(self, sql: str, cells: tuple[object, ...]) -> None:
        """Runs the statement now."""
        self.database.execute(sql, cells)

    def execute(self, sql: str, parameters: tuple[object, ...], *after: str) -> sqlite3.Cursor:
        """Runs the statement."""
        return self.database.execute(sql, parameters)


class BulkRows(Rows):
    """Present rows are kept in memory, ended ones written by the thousand: each row is written once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._present: defaultdict[str, dict[tuple[str, Key], tuple[Cells, int]]] = defaultdict(dict)
        self._waiting: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        self._ledgers: dict[str, int] = {}
        self._things: dict[str, int] = {}
        self._newest_thing = 0
        self._knows_all_things = True

    def ledger_number(self, ledger_id: str) -> int:
        """Remembers it."""
        if ledger_id not in self._ledgers:
            self._ledgers[ledger_id] = _number(self.database, "applied", "ledger", ledger_id)
        return self._ledgers[ledger_id]

    def thing_numbers(self, thing_ids: Sequence[str]) -> list[int]:
        """Remembers them, as long as there is room."""
        return [self._thing_number(thing_id) for thing_id in thing_ids]

    def _thing_number(self, thing_id: str) -> int:
        number = self._things.get(thing_id)
        if number is None:
            if len(self._things) == _REMEMBERED:
                self._things.clear()
                self._knows_all_things = False
            number = self._things[thing_id] = self._stored_thing(thing_id) or self._new_thing(thing_id)
        return number

    def _stored_thing(self, thing_id: str) -> int | None:
        if self._knows_all_things:
            return None
        row = self.execute("SELECT thing FROM things WHERE thing_id = ?", (thing_id,), _THING).fetchone()
        return int(row[0]) if row else None

    def _new_thing(self, thing_id: str) -> int:
        self._newest_thing += 1
        self.write(_THING, (self._newest_thing, thing_id))
        return self._newest_thing

    def begin(self, table: TemporalTable, key: Key, cells: Cells) -> None:
        """Keeps the row."""
        self._present[table.name][self.ledger_id, key] = cells, self.position

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Hands the row over for writing."""
        version = self._present[table.name].pop((self.ledger_id, key), None)
        if version is None:
            return None
        cells, since = version
        until = self.position
        row = (self.ledger_number(self.ledger_id), *key, *cells, since, until, fork(since, until))
        self._waiting[_insertion(table.name, len(row))].append(row)
        return cells

    def write(self, sql: str, cells: tuple[object, ...]) -> None:
        """Keeps the statement."""
        self._waiting[sql].append(cells)

    def execute(self, sql: str, parameters: tuple[object, ...], *after: str) -> sqlite3.Cursor:
        """Runs what waits of some statements, then another one."""
        for waiting in after:
            self._run(waiting)
        return self.database.execute(sql, parameters)

    def flush(self) -> None:
        """Runs all that waits."""
        for sql in self._waiting:
            self._run(sql)

    def finish(self) -> None:
        """Writes everything that is left, present rows included."""
        self.flush()
        number = 0
        for name, present in self._present.items():
            for (ledger_id, key), (cells, since) in present.items():
                number ^= fingerprint.of_row(name, ledger_id, (*key, *cells), since)
            rows = (
                (self.ledger_number(ledger_id), *key, *cells, since, None, None)
                for (ledger_id, key), (cells, since) in present.items()
            )
            first = next(rows, None)
            if first is not None:
                insertion = _insertion(name, len(first))
                self.database.execute(insertion, first)
                self.database.executemany(insertion, rows)
        self._present.clear()
        fingerprint.mix(self.database, number)

    def _run(self, sql: str) -> None:
        waiting = self._waiting[sql]
        if not waiting:
            return
        together = _together(sql)
        whole = len(waiting) // _TOGETHER * _TOGETHER if together else 0
        for first in range(0, whole, _TOGETHER):
            self.database.execute(together, tuple(chain.from_iterable(waiting[first : first + _TOGETHER])))
        self.database.executemany(sql, waiting[whole:])
        waiting.clear()


class FollowingRows(BulkRows):
    """In bulk too, on tables that have rows already: a row that was there before is ended at once."""

    def __init__(self, database: sqlite3.Connection) -> None:
        super().__init__(database)
        self._before = LiveRows(database)
        self._knows_all_things = False
        self._newest_thing = int(database.execute("SELECT max(thing) FROM things").fetchone()[0] or 0)

    def end(self, table: TemporalTable, key: Key) -> Cells | None:
        """Hands the row over for writing, or updates it."""
        if (self.ledger_id, key) in self._present[table.name]:
            return super().end(table, key)
        self._before.ledger_id, self._before.position = self.ledger_id, self.position
        return self._before.end(table, key)

    def expect(self, topic: str, fields: dict[str, Any]) -> None:
        """Forgets the event before."""
        self._before.expect(topic, fields)

    def settle(self) -> None:
        """Notes which of the rows went that were there before."""
        self._before.settle()


def _number(database: sqlite3.Connection, table: str, kind: str, name: str) -> int:
    """Returns the number of an id in the table that numbers ids of a kind."""
    row = database.execute(f"SELECT {kind} FROM {table} WHERE {kind}_id = ?", (name,)).fetchone()
    return int(row[0]) if row else _new_number(database, table, kind, name)


def _new_number(database: sqlite3.Connection, table: str, kind: str, name: str) -> int:
    return int(database.execute(f"INSERT INTO {table} ({kind}_id) VALUES (?)", (name,)).lastrowid or 0)


@cache
def _together(sql: str) -> str:
    """Returns a statement that inserts `_TOGETHER` rows, of one that inserts a row; nothing of any other.

    It spares a third of what it costs to run a statement for each row.
    """
    row = re.search(r"VALUES (\([?, ]+\))", sql)
    return sql.replace(row[1], ", ".join([row[1]] * _TOGETHER)) if row else ""


@cache
def _insertion(name: str, columns: int) -> str:
    return f"INSERT INTO {name} VALUES ({','.join('?' * columns)})"
