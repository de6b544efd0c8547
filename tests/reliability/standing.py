"""What a failure must leave as it was: everything the ledger holds, row by row, and every other file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.files import SCRATCH, contents
from tests.support.program import Home

Everything = tuple[dict[str, list[tuple[Any, ...]]], dict[Path, bytes]]
APART = ("ledger.db", "attempts.jsonl")  # compared row by row; and the place where failures are noted


def rows(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Returns every row of every table of a ledger's file: events, heads, keys and views."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for (name,) in names}


def everything(home: Home) -> Everything:
    files = {
        path: data
        for path, data in contents(home.base).items()
        if path.name not in APART and not path.name.endswith(SCRATCH)
    }
    return rows(home.config / "ledger.db"), files


@contextmanager
def unchanged(home: Home) -> Iterator[None]:
    """Checks that what happens inside loses nothing and leaves nothing half done."""
    before = everything(home)
    yield
    after = everything(home)
    assert after[0] == before[0]
    assert after[1] == before[1]
