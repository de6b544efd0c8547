"""Text in a view that is no UTF-8: the error that the driver raises of it has no code of SQLite's."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.ledger.machines import Machine, machine, used

__all__ = ["machine", "used"]


def test_a_view_with_bytes_that_are_no_text_is_named(used: Machine) -> None:
    with closing(sqlite3.connect(used.file)) as database, database:
        database.execute("UPDATE stacks SET name = CAST(x'ff41' AS TEXT)")
    replay = used.repository().verify().verdicts["replay"]
    assert any("'stacks' cannot be read" in problem.message for problem in replay.problems)
