"""What a check of a ledger's file asks of it besides its events: its tables, as they are, whatever they hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from zenml.projections.database import LEDGERS, Database
from zenml.projections.temporal import LEDGER_ID
from zenml.projections.timeline.things import THING_ID

_TOGETHER = 500  # rows that are compared at once


class TableRows(NamedTuple):
    """The columns of a table, and its rows in the order of their cells: rows have no inherent order."""

    columns: list[str]
    cells: Iterator[tuple[Any, ...]]


def flaw(database: Database, name: str) -> str:
    """Returns what is wrong between a table, its rules and its indexes, in SQLite's words; empty for nothing.

    What is asked by way of an index must be what the table holds.
    """
    result = database.execute(f"PRAGMA integrity_check({name})").fetchone()
    return "" if result is None or result[0] == "ok" else str(result[0])


_IDS = {"ledger": ("applied", LEDGER_ID), "thing": ("things", THING_ID)}
"""By the column with the number of something: the table that numbers its ids, and what gives the id of a row."""


def rows(database: Database, name: str) -> TableRows:
    """Returns all rows of a view, with ids in the place of the numbers that stand for them."""
    shown: dict[str, str] = {}
    for column, *_ in database.execute(f"SELECT * FROM {name} LIMIT 0").description:
        table, name_of = _IDS.get(column, (None, ""))
        if table is None:
            shown[column] = column
        elif table != name:
            shown[f"{column}_id"] = name_of.format(name)
    order = ", ".join(map(str, range(1, len(shown) + 1)))
    return TableRows(
        [*shown], database.execute(f"SELECT {', '.join(shown.values())} FROM {name} ORDER BY {order}")
    )


def numbered_alike(one: Database, other: Database) -> bool:
    """Tells whether two files of views have the same numbers for the same ids."""
    return all(same_rows(one, other, table) for table, _ in _IDS.values())


def same_rows(one: Database, other: Database, name: str) -> bool:
    """Tells whether a view has the same rows in two files, numbers as they are, in a third of the time.

    What is different is for `rows` to say, by ids.
    """
    columns = ", ".join(map(str, range(1, len(one.execute(f"SELECT * FROM {name} LIMIT 0").description) + 1)))
    here, there = (file.execute(f"SELECT * FROM {name} ORDER BY {columns}") for file in (one, other))
    if [column[0] for column in here.description] != [column[0] for column in there.description]:
        return False
    while rows := here.fetchmany(_TOGETHER):
        if rows != there.fetchmany(_TOGETHER):
            return False
    return there.fetchone() is None


def tables(database: Database) -> set[str]:
    """Returns the names of all tables."""
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def view_version(database: Database) -> int | None:
    """Returns the version of the views; None if they are too damaged to tell, or not there."""
    try:
        row = database.execute("SELECT version FROM views").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def count(database: Database, name: str) -> int | None:
    """Returns the number of rows of a table; None if it cannot be read."""
    try:
        return int(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
    except sqlite3.Error:
        return None


def formats(database: Database) -> list[tuple[str, int, str]]:
    """Returns of each ledger that says so which format it has, and where the keys of its secrets are.

    Raises:
        StorageError: It cannot be read; a file of an earlier version has no such table.
    """
    return database.execute(f"SELECT ledger_id, format, keys FROM {LEDGERS} ORDER BY ledger_id").fetchall()


@contextmanager
def scratch() -> Iterator[Database]:
    """Gives an empty database for as long as it is needed.

    It is in memory as long as there is room in SQLite's cache, then in a file that nobody else sees.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA cache_size = -8192")  # 8 MiB: the usual two are soon full
        database.execute("BEGIN")
        yield database


def has_no_room(error: sqlite3.Error) -> bool:
    """Tells whether an error is that there is no room left."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


class Texts:
    """Texts by name, more of them than memory should hold, in a database that is not a ledger's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.execute("CREATE TEMP TABLE texts (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID")

    def note(self, name: str, text: str) -> str:
        """Keeps a text under a name that has none yet, and returns the one that it has."""
        if self._database.execute("INSERT OR IGNORE INTO temp.texts VALUES (?, ?)", (name, text)).rowcount:
            return text  # as nearly all of them
        return str(self._database.execute("SELECT text FROM temp.texts WHERE name = ?", (name,)).fetchone()[0])
