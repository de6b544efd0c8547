"""Everything the program computes from its events, for comparing before and after a rebuild."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

# What the program stores because nothing else says it. Every other table is computed.
STORED = {"stored_events", "heads", "keys", "sqlite_sequence"}


def views(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Returns the rows of every computed table of a ledger's file, sorted."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {
            name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in tables
            if name not in STORED
        }
