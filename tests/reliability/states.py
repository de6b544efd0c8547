"""What must be true of a home after whatever happened to the processes that wrote to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.evidence.second import check_ledger
from tests.support.program import Home
from tests.support.tables import column
from tests.support.views import views

PARTS = ("-a", "default", "-o", "default", "-m", "default")


def stacks(home: Home) -> list[str]:
    return column(home.done("stack", "list").rows, "STACK NAME")


def query(home: Home, sql: str) -> list[tuple[Any, ...]]:
    """Asks the ledger's file itself."""
    with closing(sqlite3.connect(f"{(home.config / 'ledger.db').as_uri()}?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchall()


def reasons(home: Home) -> list[str]:
    """Returns the reasons of all changes that were given one, in the order of the changes."""
    return [reason for (reason,) in query(home, "SELECT reason FROM changes WHERE reason <> '' ORDER BY number")]


def check_whole(home: Home) -> None:
    """Checks the file from below: positions without gaps, whole changes, right hashes, views like rebuilt ones."""
    file = home.config / "ledger.db"
    ledgers = check_ledger(str(file))
    assert {ledger: found["problems"] for ledger, found in ledgers.items() if found["problems"]} == {}
    assert dict(query(home, "SELECT ledger_id, size FROM heads")) == {
        ledger: found["size"] for ledger, found in ledgers.items()
    }
    assert query(home, "PRAGMA integrity_check(stored_events)") == [("ok",)]
    before = views(file)
    assert before["changes"]
    home.done("ledger", "rebuild")
    assert views(file) == before
