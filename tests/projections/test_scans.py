"""Nothing that people do reads a table that grows from end to end, but what has to."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.ledger.machines import Machine
from zenml.cli.entry import main
from zenml.projections.database import STORED, VIEWS

GROWING = {*VIEWS, *STORED} - {"views", "applied", "heads"}
"""Of ledgers there are as many as profiles, and one more."""

MAY = {
    "profiles_shared": "an index of the profiles that are or were shared: nearly always none",
    "_now": "an index of what is there, not of what was: the seal of the views covers all of it",
    "ORDER BY number DESC": "the newest changes first, until there are enough",
    "instr(": "every secret that ever was, for who asks where they are",
    "FROM keys WHERE ledger_id": "as many as there are secrets, until the first was noted",
    "EXISTS (SELECT 1 FROM": "whether a view has any row: it ends at the first",
}
"""What may be read so, by a part of the statement or of the step, and why."""

SESSION = """
stack list
stack register prod -a default -o default
artifact-store register data --type local --path /data
stack copy prod later
stack update later -a data
stack rename later better
artifact-store update data --path /data/2
label set v1
stack set better
undo
redo
stack delete prod --yes
undo
status
stack get
stack describe
stack list -o json
artifact-store list
artifact-store describe data
profile list
profile create team
profile set team
profile set default
history
history --limit 3 -o json
history --all
history --stack better
history --stack better --own
history --kind undo
history --grep prod
history --since 2020-01-01
show
show v1
stack list --at v1
history --at v1
diff v1
diff v1 profile/default
blame stack/better
undo --dry-run
stack register dry -a default -o default --dry-run
export
restore --to v1
undo
secret list
init
"""


@pytest.fixture
def statements(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Every statement that is run from now on, whoever opens the file: there is a ledger already."""
    machine.repository().list_stacks()
    run: set[str] = set()
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def traced(*given: Any, **named: Any) -> sqlite3.Connection:
        database = connect(*given, **named)
        database.set_trace_callback(run.add)
        return database

    monkeypatch.setattr(sqlite3, "connect", traced)
    yield run
    monkeypatch.setattr(sqlite3, "connect", connect)


def test_no_command_scans_what_grows(
    machine: Machine, statements: set[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for line in SESSION.strip().splitlines():
        monkeypatch.setattr(sys, "argv", ["zenml", *line.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code, (line, capfd.readouterr().err)
    with closing(sqlite3.connect(machine.file)) as database:
        scans = {scan for sql in list(statements) for scan in _scans(database, sql)}
    assert not scans, "\n".join(sorted(f"{table}: {sql}" for table, sql in scans))


def _scans(database: sqlite3.Connection, sql: str) -> Iterator[tuple[str, str]]:
    """Yields the tables that a statement reads from end to end, and should not."""
    if not sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
        return
    try:
        steps = [str(step) for *_, step in database.execute(f"EXPLAIN QUERY PLAN {sql}")]
    except sqlite3.OperationalError:  # of another file, or of tables that are gone
        return
    for step in steps:
        found = re.match(r"SCAN (?:main\.|temp\.)?(\w+)", step)
        if found and _table(sql, found[1]) in GROWING and not any(part in sql or part in step for part in MAY):
            yield step, re.sub(r"'[^']*'|\b\d+\b", "?", sql)


def _table(sql: str, name: str) -> str:
    """Returns the table that a statement calls so."""
    found = re.search(rf"\b(?:FROM|JOIN|UPDATE) (?:main\.)?(\w+) (?:AS )?{name}\b", sql)
    return found[1] if found and found[1] in GROWING else name
