"""Views can be thrown away: made anew they are the same, row for row, and nobody has to ask for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.ledger.histories import PARTS, Wanderer, everything
from tests.ledger.machines import Machine
from tests.support.sizes import LONG_HISTORY
from zenml.domain.errors import DamagedLedgerError
from zenml.projections import rows
from zenml.projections.database import VIEWS
from zenml.repository import Repository

KEPT = {"stored_events", "heads", "keys", "ledgers"}
READS: tuple[Callable[[Repository], object], ...] = (
    lambda here: here.history(everything=True),
    lambda here: here.list_stacks(),
)


def test_rebuilt_is_the_same_after_a_history_with_everything(machine: Machine) -> None:
    everything(machine)
    before = machine.tables()
    counted: list[int] = []
    assert machine.repository().rebuild(counted.append) == len(machine.events())
    assert counted[-1] == len(machine.events())
    assert machine.tables() == before


@pytest.mark.parametrize("seed", range(3, 7))
def test_rebuilt_is_the_same_after_a_random_history(machine: Machine, seed: int) -> None:
    Wanderer(machine, seed).walk(50)
    before = machine.tables()
    assert any(row[3] == "undo" for row in before["changes"])
    machine.repository().rebuild()
    assert machine.tables() == before


def test_numbers_are_the_same_when_not_all_of_them_are_remembered(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(machine)
    before = machine.tables()
    monkeypatch.setattr(rows, "_REMEMBERED", 3)
    machine.repository().rebuild()
    assert machine.tables() == before


def test_the_id_of_a_ledger_is_in_one_view(used: Machine) -> None:
    has_id = {name for name in VIEWS for column in _columns(used, name) if column == "ledger_id"}
    assert has_id == {"applied"}
    assert {name for name in VIEWS if "change_id" in _columns(used, name)} <= {
        "changes",
        "change_targets",
        "labels",
    }


def _columns(machine: Machine, name: str) -> set[str]:
    return {column for (column,) in machine.query("SELECT name FROM pragma_table_info(?)", name)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 12))
def test_rebuilt_is_the_same_after_a_long_random_history(machine: Machine, seed: int) -> None:
    Wanderer(machine, seed).walk(LONG_HISTORY)
    before = machine.tables()
    machine.repository().rebuild()
    assert machine.tables() == before


def test_every_table_is_a_view_or_is_kept(used: Machine) -> None:
    assert used.tables().keys() == {*VIEWS, *KEPT}


def test_tables_of_others_are_never_dropped(used: Machine) -> None:
    with closing(sqlite3.connect(used.file)) as database, database:
        database.execute("CREATE TABLE of_a_newer_version (fact TEXT)")
        database.execute("INSERT INTO of_a_newer_version VALUES ('dear')")
        database.execute("UPDATE views SET version = version + 1")
    used.repository().list_stacks()
    assert used.query("SELECT fact FROM of_a_newer_version") == [("dear",)]


@pytest.mark.parametrize("damage", ["DELETE FROM", "DROP TABLE"])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_that_is_missing_or_empty_is_made_anew_by_whoever_comes_next(
    used: Machine, name: str, damage: str
) -> None:
    here = used.repository()
    here.combine_stack("prod", PARTS, activate=True)
    here.undo()
    before = used.tables()
    for read in READS:
        expected = read(here)
        _damage(used, f"{damage} {name}")
        assert read(here) == expected
        assert used.tables() == before
    _damage(used, f"{damage} {name}")
    here.rename_stack("default", "main")
    assert here.active_stack_name == "main"
    before = used.tables()
    here.rebuild()
    assert used.tables() == before


def _damage(machine: Machine, sql: str) -> None:
    with closing(sqlite3.connect(machine.file)) as database, database:
        database.execute(sql)


@pytest.mark.parametrize("version", [0, 999])
def test_views_of_another_version_are_made_anew(used: Machine, version: int) -> None:
    before = used.tables()
    used.tamper("UPDATE views SET version = ?", version)
    used.tamper("UPDATE stacks SET name = 'as it was shown then'")
    assert used.repository().active_stack_name == "default"
    assert used.tables() == before


def test_views_behind_their_ledger_are_made_anew(used: Machine) -> None:
    before = used.tables()
    used.tamper("UPDATE applied SET position = position - 1")
    assert used.repository().active_stack_name == "default"
    assert used.tables() == before


@pytest.mark.parametrize(
    "state", [b"no JSON", b"{}", b"[]", b'{"components":1,"name":"x","stack_id":[]}', b'{"components":{"a":[]}}']
)
def test_an_event_that_cannot_be_read_is_named(used: Machine, state: bytes) -> None:
    row = next(row for row in used.events() if row.topic == "zenml:StackRegistered")
    used.tamper("UPDATE stored_events SET state = ? WHERE rowid = ?", state, row.rowid)
    with pytest.raises(DamagedLedgerError, match=rf"position {row.position} of the ledger {row.ledger_id}"):
        used.repository().rebuild()
    assert used.repository().active_stack_name == "default"  # the views are as they were


def test_a_file_that_is_no_ledger_is_an_error_in_words(machine: Machine) -> None:
    machine.config.mkdir()
    machine.file.write_text("SQLite? No.\n" * 100)
    for act in (lambda: machine.repository().list_stacks(), lambda: machine.repository().rebuild()):
        with pytest.raises(DamagedLedgerError, match=r"ledger\.db cannot be"):
            act()


def test_a_damaged_head_is_an_error_in_words(used: Machine) -> None:
    used.tamper("UPDATE heads SET frontier = x'00'")
    with pytest.raises(DamagedLedgerError, match="head of the ledger"):
        used.repository().rename_stack("default", "main")
