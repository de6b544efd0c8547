"""Whatever a profile has is compared, restored, blamed and exported, or it is said here why not.

Where a table is added with its events and forgotten in one of these, `diff` says that there is no difference and
`restore` that there is nothing to change, both falsely. The tables are found by themselves, and so is what changed
in them in a history that has everything in it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import pytest

from tests.ledger.machines import Machine
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import LedgerError
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, TemporalTable, select
from zenml.repository import Repository
from zenml.snapshot.exports import profile_export
from zenml.snapshot.infos import ComponentInfo
from zenml.snapshot.snapshot import Snapshot

NAMES = "a label names a point of the past: going back to it would take it away, and a file has no past"
NO_BLAME = {
    ("labels", "blamed"): "its only value is the change that it names, which `label list` shows",
    ("approval_rules", "blamed"): "its only value is a number, and `history` shows who set it",
    ("flavors", "blamed"): "nothing in it can be changed: `history` shows who registered it",
}
RULES = "a rule says who has to agree, and is no part of what a profile is made of: who goes back does not lift it"
LEFT_OUT = {
    **{("labels", "restored"): NAMES, ("labels", "exported"): NAMES},
    **{("approval_rules", "restored"): RULES, ("approval_rules", "exported"): RULES},
    **NO_BLAME,
}
"""What is not done for a table, and why."""


class Changed(NamedTuple):
    """A change of a profile that changed rows of a table."""

    letters: str
    before: str
    cells: frozenset[tuple[str, str]]


Rows = dict[tuple[str, ...], tuple[str | None, ...]]


class Past:
    """The rows of every table of a profile, as they were after each of its changes."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        with closing(sqlite3.connect(machine.file)) as database:
            (self.ledger,) = database.execute(
                "SELECT profile_ledger_id FROM profiles WHERE name = 'default' AND until IS NULL"
            ).fetchone()
            self.tables = [table for table in RECORDS.values() if self._has(database, table)]
            parts = database.execute(
                "SELECT letters, p.position + count AS last FROM change_parts p JOIN changes USING (number)"
                " JOIN applied USING (ledger) WHERE ledger_id = ? ORDER BY last",
                (self.ledger,),
            ).fetchall()
            states = [
                (letters, {table.name: self._rows(database, table, end) for table in self.tables})
                for letters, end in parts
            ]
        self.states = dict(states)
        self.changes = [
            Changed(letters, earlier, frozenset(self._cells(before, after)))
            for (earlier, before), (letters, after) in pairwise(states)
        ]

    def _has(self, database: sqlite3.Connection, table: TemporalTable) -> bool:
        sql = f"SELECT EXISTS (SELECT 1 FROM {table.name} WHERE ledger = {LEDGER.format('?')})"
        return bool(database.execute(sql, (self.ledger,)).fetchone()[0])

    def _rows(self, database: sqlite3.Connection, table: TemporalTable, at: int | None) -> Rows:
        found = database.execute(*select(table, self.ledger, at)).fetchall()
        keys = len(table.key)
        return {tuple(row[:keys]): tuple(row[keys:-1]) for row in found}

    def _cells(self, before: dict[str, Rows], after: dict[str, Rows]) -> Iterator[tuple[str, str]]:
        for table in self.tables:
            old, new = before[table.name], after[table.name]
            for key in old.keys() | new.keys():
                if key not in old or key not in new:
                    yield table.name, "came" if key in new else "went"
                    continue
                yield from (
                    (table.name, column)
                    for column, was, is_now in zip(table.columns, old[key], new[key], strict=True)
                    if was != is_now
                )

    def now(self) -> dict[str, Rows]:
        with closing(sqlite3.connect(self.machine.file)) as database:
            return {table.name: self._rows(database, table, None) for table in self.tables}


@pytest.fixture
def past(lived: Machine) -> Past:
    lived.repository().activate_profile("default", machine_wide=True)
    return Past(lived)


def check(past: Past, aspect: str, holds: Callable[[Repository, Changed], bool]) -> None:
    """Checks that each cell that changed in a history is seen at least in one of the changes that changed it."""
    seen: dict[tuple[str, str], list[bool]] = defaultdict(list)
    here = past.machine.repository()
    for changed in past.changes:
        cells = {cell for cell in changed.cells if (cell[0], aspect) not in LEFT_OUT}
        if cells:
            held = holds(here, changed)
            for cell in cells:
                seen[cell].append(held)
    wanted = {table.name for table in past.tables} - {table for table, left in LEFT_OUT if left == aspect}
    assert {table for table, _ in seen} == wanted, "a table of which nothing changes in the history"
    assert [cell for cell, held in seen.items() if not any(held)] == []


def test_the_tables_are_found(past: Past) -> None:
    names = {table.name for table in past.tables}
    assert names >= {"components", "parameters", "stacks", "stack_components", "flavors", "labels"}
    assert {table for table, _ in LEFT_OUT} <= names


def test_every_table_is_compared(past: Past) -> None:
    check(past, "compared", lambda here, it: bool(here.diff(it.before, it.letters).differences))


def test_every_table_is_exported(past: Past) -> None:
    def exported(here: Repository, point: str) -> str:
        return here.at(point).ask(profile_export)

    def differs(here: Repository, it: Changed) -> bool:
        one, other = (exported(here, point).split("\n", 3)[-1] for point in (it.before, it.letters))
        return one != other

    check(past, "exported", differs)


def _components(now: Snapshot, kind: str) -> list[ComponentInfo]:
    return now.components(kind)


def test_every_table_is_blamed(past: Past) -> None:
    def blamed(here: Repository, it: Changed) -> bool:
        then, named = here.at(it.letters), set()
        for look in (here.at(it.before), then):  # what went has its lines too
            named |= {("stack", stack.name) for stack in look.stacks}
            for kind in COMPONENT_TYPES:
                named |= {(kind, component.name) for component in look.ask(partial(_components, kind=kind))}
        lines = [line for kind, name in named for line in then.blame(kind, name, every=True)]
        changes = [change for line in lines for change in (line.author, line.put_back_by, line.ended_by)]
        return any(change is not None and change.letters == it.letters for change in changes)

    check(past, "blamed", blamed)


def test_every_table_is_restored(past: Past) -> None:
    def restored(here: Repository, it: Changed) -> bool:
        try:
            change = here.restore(it.before)
        except LedgerError:
            return False  # something is in use elsewhere by now
        now, then = past.now(), past.states[it.before]
        if change is not None:
            here.undo(change.letters)
        left = {table for table, aspect in LEFT_OUT if aspect == "restored"}
        return all(now[name] == then[name] for name in now if name not in left)

    check(past, "restored", restored)
