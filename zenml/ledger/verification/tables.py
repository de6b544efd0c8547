"""Tables of a ledger's file as SQLite sees them."""

from __future__ import annotations

import sqlite3


def flaw(database: sqlite3.Connection, name: str) -> str:
    """Returns what is wrong between a table, its rules and its indexes, in SQLite's words; empty for nothing.

    What is asked by way of an index must be what the table holds.
    """
    found = database.execute(f"PRAGMA integrity_check({name})").fetchone()
    return "" if found is None or found[0] == "ok" else str(found[0])


def rows(database: sqlite3.Connection, name: str) -> sqlite3.Cursor:
    """Returns all rows of a table, in the order of their cells: rows have no order of their own."""
    columns = len(database.execute(f"SELECT * FROM {name} LIMIT 0").description)
    return database.execute(f"SELECT * FROM {name} ORDER BY {', '.join(map(str, range(1, columns + 1)))}")
