"""Tables that remember: a row is true from position ``since`` until before position ``until``.

A row that is true now has no ``until``. A row that ended also carries ``fork``, the number in
[since, until - 1] with the most trailing zero bits (relational interval tree: Kriegel, Pötke, Seidl,
"Managing Intervals Efficiently in Object-Relational Databases", VLDB 2000). All rows that are true at a
position have their fork among about sixty numbers (one per bit on either side), so a look into the past is
that many index ranges, however long the history.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

Query = tuple[str, list[object]]
"""SQL and its parameters."""

LEDGER = "(SELECT ledger FROM applied WHERE ledger_id = {})"
"""The number that the views have for the ledger of an id: the parameter is to be put in."""

LEDGER_ID = "(SELECT ledger_id FROM applied WHERE applied.ledger = {}.ledger)"
"""The id of the ledger of a row: the table is to be put in, as the statement calls it."""

_HERE = f"ledger = {LEDGER.format('?')}"
_BITS = 33  # positions stay below 2**32: at a change a second that is a century of changes


LAST = 2**62
"""A position after all there will be."""


class TemporalTable(namedtuple("TemporalTable", "name key columns unique indexes", defaults=((), ()))):
    """A temporal table of one kind of thing.

    Attributes:
        name: The table's name.
        key: The columns that say which thing it is.
        columns: The columns that say how it is.
        unique: Columns that no two present rows share within a ledger.
        indexes: More columns, or what is in them, by which rows are looked up, those of the past too. None begins
            with the ledger: whoever asks for what is true in that now is not to read what was.
    """

    __slots__ = ()
    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    unique: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...]

    def statement(self, schema: str = "") -> str:
        """Returns the SQL that makes the table, in the file or in another schema, such as ``temp.``."""
        columns = "".join(f"{column} TEXT, " for column in (*self.key, *self.columns))
        return (
            f"CREATE TABLE {schema}{self.name} (ledger INTEGER NOT NULL, {columns}"
            "since INTEGER NOT NULL, until INTEGER, fork INTEGER) STRICT"
        )

    def index_statements(self, schema: str = "", *, past: bool = True) -> list[str]:
        """Returns the SQL that makes its indexes; without ``past`` none of those that find what was true then."""
        name, key = self.name, ", ".join(self.key)
        now = f"CREATE UNIQUE INDEX {schema}{name}_now ON {name} (ledger, {key}) WHERE until IS NULL"
        forks = [
            f"CREATE INDEX {schema}{name}_from_left ON {name} (ledger, fork, until) WHERE until IS NOT NULL",
            f"CREATE INDEX {schema}{name}_from_right ON {name} (ledger, fork, since) WHERE until IS NOT NULL",
        ]
        over = f"CREATE INDEX {schema}{name}_over ON {name} ({key}, until) WHERE until IS NOT NULL"
        made = [now, *(forks if past else ()), over]
        if self.unique:
            made.append(
                f"CREATE UNIQUE INDEX {schema}{name}_unique ON {name} (ledger, {', '.join(self.unique)}) "
                "WHERE until IS NULL"
            )
        made.extend(
            f"CREATE INDEX {schema}{name}_by_{columns[0]} ON {name} ({', '.join(columns)})"
            for columns in self.indexes
        )
        return made


def fork(since: int, until: int) -> int:
    """Returns the number in [since, until - 1] with the most trailing zero bits; positions begin at 1."""
    last = until - 1
    return last >> (shift := ((since - 1) ^ last).bit_length() - 1) << shift


def forks_around(position: int) -> tuple[list[int], list[int]]:
    """Returns every fork an interval that contains a position can have: those up to it, those after it."""
    left = {position >> bit << bit for bit in range(position.bit_length())}
    right = {((position >> bit) + 1) << bit for bit in range(_BITS)}
    return sorted(left), sorted(right)


def select(table: TemporalTable, ledger_id: str, at: int | None = None, **conditions: object) -> Query:
    """Returns a select of the rows of a ledger that are true now, or at a position.

    Args:
        table: The table.
        ledger_id: The ledger.
        at: The position; None for now.
        conditions: What columns are to be equal to.
    """
    values = conditions.values()
    if at is None:
        return _present(table, tuple(conditions)), [ledger_id, *values]
    columns = ", ".join((*table.key, *table.columns))
    # the plus keeps SQLite from taking another index for it; what is over is the same for a rehearsal, which
    # has a copy of what is present alone
    which = "".join(f" AND +{column} = ?" for column in conditions)
    chosen = f"SELECT {columns}, since FROM main.{table.name} WHERE {_HERE}{which}"
    left, right = forks_around(at)
    some, others = ",".join("?" * len(left)), ",".join("?" * len(right))
    sql = (
        f"{chosen} AND until IS NULL AND since <= ?"
        f" UNION ALL {chosen} AND until IS NOT NULL AND fork IN ({some}) AND until > ?"
        f" UNION ALL {chosen} AND until IS NOT NULL AND fork IN ({others}) AND since <= ?"
    )
    here = [ledger_id, *values]
    return sql, [*here, at, *here, *left, at, *here, *right, at]


@lru_cache(256)  # a change asks some of them a dozen times
def _present(table: TemporalTable, conditions: tuple[str, ...]) -> str:
    columns = ", ".join((*table.key, *table.columns))
    which = "".join(f" AND {column} = ?" for column in conditions)
    return f"SELECT {columns}, since FROM {table.name} WHERE {_HERE} AND until IS NULL{which}"


def beginning(table: TemporalTable, ledger_id: str, text: str, **conditions: object) -> Query:
    """Returns a select of the names of a ledger's things of now that begin with a text, in order.

    Args:
        table: The table, whose last unique column has the names: its index is all that is read.
        ledger_id: The ledger.
        text: What they begin with.
        conditions: What the other unique columns are equal to.
    """
    *_, name = table.unique
    which = "".join(f" AND {column} = ?" for column in conditions)
    sql = (
        f"SELECT {name} FROM {table.name} WHERE {_HERE} AND until IS NULL{which}"
        f" AND {name} >= ? AND {name} < ? ORDER BY {name}"
    )
    return sql, [ledger_id, *conditions.values(), text, f"{text}\U0010ffff"]


def last_row(
    database: sqlite3.Connection,
    table: TemporalTable,
    columns: tuple[str, ...],
    ledger_id: str | None = None,
    **conditions: object,
) -> tuple[Any, ...] | None:
    """Returns some columns of the row with these cells that is true now, or else of the last one that was.

    None too for a text that cannot be asked for: bytes that are no text are in no cell.
    """
    which, given = "".join(f" AND {name} = ?" for name in conditions), tuple(conditions.values())
    if ledger_id is not None:
        which, given = f" AND {_HERE}{which}", (ledger_id, *given)
    # what is over is looked up in the file too: a rehearsal has a copy of what is present alone
    for source in ("{} WHERE until IS NULL", "{} WHERE until IS NOT NULL", "main.{} WHERE until IS NOT NULL"):
        sql = f"SELECT {', '.join(columns)} FROM {source.format(table.name)}{which} ORDER BY since DESC LIMIT 1"
        try:
            row: tuple[Any, ...] | None = database.execute(sql, given).fetchone()
        except UnicodeEncodeError:
            return None
        if row:
            return row
    return None


def last(
    database: sqlite3.Connection,
    table: TemporalTable,
    column: str,
    ledger_id: str | None = None,
    **conditions: object,
) -> str | None:
    """Returns a column of the row with these cells that is true now, or else of the last one that was."""
    row = last_row(database, table, (column,), ledger_id, **conditions)
    return str(row[0]) if row else None


def keys(
    database: sqlite3.Connection, table: TemporalTable, ledger_id: str, thing_id: str, at: int | None = None
) -> list[tuple[str, ...]]:
    """Returns the keys of the rows that a thing has in a table, now or at a position."""
    there = select(table, ledger_id, at, **{table.key[0]: thing_id})
    return [row[: len(table.key)] for row in database.execute(*there)]


def keys_ever(
    database: sqlite3.Connection, table: TemporalTable, ledger_id: str, thing_id: str
) -> list[tuple[str, ...]]:
    """Returns the keys of the rows that a thing has or had in a table."""
    chosen = f"SELECT {', '.join(table.key)} FROM {table.name} WHERE {table.key[0]} = ? AND"
    sql = f"{chosen} {_HERE} AND until IS NULL UNION {chosen} +{_HERE} AND until IS NOT NULL"
    return database.execute(sql, (thing_id, ledger_id) * 2).fetchall()


def version(table: TemporalTable, ledger_id: str, key: tuple[str, ...], at: int | None = None) -> Query:
    """Returns a select of what is true of a thing: its columns, since and until.

    Args:
        table: The table.
        ledger_id: The ledger.
        key: The thing.
        at: None for now; else the select is of what ended next after this position, which may have begun after
            it too: then nothing was true of the thing there.
    """
    chosen = _of_a_thing(table)
    if at is None:
        return f"{chosen} AND {_HERE} AND until IS NULL", [*key, ledger_id]
    return f"{chosen} AND +{_HERE} AND until > ? ORDER BY until LIMIT 1", [*key, ledger_id, at]


def row_at(table: TemporalTable, ledger: str, key: tuple[str, ...], position: str) -> str:
    """Returns SQL for the row of what was true of a thing at a position, or of what was true of it next.

    Args:
        table: The table.
        ledger: SQL for the number of the ledger.
        key: SQL for each part of the thing's key.
        position: SQL for the position: what the row is true since may be after it.
    """
    which = " AND ".join(f"{column} = {part}" for column, part in zip(table.key, key, strict=True))
    chosen = f"SELECT rowid FROM main.{table.name} WHERE {which}"
    return (
        f"coalesce(({chosen} AND +ledger = {ledger} AND until > {position} ORDER BY until LIMIT 1),"
        f" ({chosen} AND ledger = {ledger} AND until IS NULL))"
    )


def earlier(table: TemporalTable, ledger_id: str, key: tuple[str, ...], first: int, last: int) -> Query:
    """Returns a select of what was true of a thing and ended from one position to another, the newest first."""
    sql = f"{_of_a_thing(table)} AND +{_HERE} AND until BETWEEN ? AND ? ORDER BY until DESC"
    return sql, [*key, ledger_id, first, last]


def _of_a_thing(table: TemporalTable) -> str:
    which = " AND ".join(f"{column} = ?" for column in table.key)
    return f"SELECT {', '.join(table.columns)}, since, until FROM main.{table.name} WHERE {which}"
