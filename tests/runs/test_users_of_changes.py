"""How many runs used what a change wrote, and what an undo says of those that go on."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.ledger.machines import Machine
from tests.runs.past_runs import file_of_runs, going_on, ran
from zenml.history.change_details import ChangeDetails
from zenml.repository import Repository

KEEPS = "Run {run} 'nightly' is running on stack 'prod' and keeps what it started with."


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def here(machine: Machine, said: list[str]) -> Repository:
    repository = Repository(notify=said.append)
    repository.register_component("artifact_store", "data", "local", {"path": "/data/one"})
    repository.combine_stack("prod", {"artifact_store": "data", "orchestrator": "default"})
    return repository


def _newest(here: Repository) -> str:
    return here.history(limit=1)[0].letters


def _runs(here: Repository, change: str) -> int | None:
    details: ChangeDetails = here.show(change, rehearse=False)
    assert details.document()["runs"] == details.runs
    return details.runs


def test_a_change_says_how_many_runs_used_what_it_wrote(here: Repository) -> None:
    combined = _newest(here)
    ran(here, "prod")
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    second = _newest(here)
    ran(here, "prod")
    ran(here, "prod")
    ran(here, "default")
    here.update_component("artifact_store", "data", {"path": "/data/three"})
    third = _newest(here)
    assert _runs(here, combined) == 3
    assert _runs(here, second) == 2
    assert _runs(here, third) == 0
    here.undo()
    ran(here, "prod")
    assert _runs(here, _newest(here)) == 1
    assert _runs(here, second) == 2  # what an undo put back, the undo wrote


def test_a_component_that_was_placed_is_used_until_another_takes_its_place(here: Repository) -> None:
    here.update_stack("prod", {"artifact_store": "default"})
    placed = _newest(here)
    ran(here, "prod")
    here.update_stack("prod", {"artifact_store": "data"})
    ran(here, "prod")
    assert _runs(here, placed) == 1


def test_a_name_and_what_was_taken_away_are_used_by_nobody(here: Repository) -> None:
    ran(here, "prod")
    here.rename_stack("prod", "live")
    renamed = _newest(here)
    ran(here, "live")
    assert _runs(here, renamed) == 0


def test_where_nothing_ran_no_change_was_used(here: Repository) -> None:
    assert _runs(here, _newest(here)) == 0


def test_a_damaged_file_of_runs_is_said_and_fails_nothing(
    here: Repository, machine: Machine, said: list[str]
) -> None:
    going_on(here, "prod", "nightly")
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    file_of_runs(machine).write_bytes(b"no database" * 1000)
    said.clear()
    assert _runs(here, _newest(here)) is None
    assert len(said) == 1
    assert said[0].startswith("The runs that used it cannot be counted: The ledger ")
    said.clear()
    assert here.undo() is not None
    assert len(said) == 1
    assert said[0].startswith("Whether a run uses what this takes away cannot be told: The ledger ")


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_undo_says_of_a_run_that_goes_on_that_it_keeps_what_is_taken_away(
    here: Repository, said: list[str], dry_run: bool
) -> None:
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    run_id = going_on(here, "prod", "nightly").event.run_id
    said.clear()
    undoing = Repository(notify=said.append, dry_run=dry_run)
    assert undoing.undo() is not None
    assert said == [KEEPS.format(run=here.get_run(run_id).info.run)]


def test_a_redo_and_a_restore_say_so_too(here: Repository, said: list[str]) -> None:
    point = _newest(here)
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    here.undo()
    run = here.get_run(going_on(here, "prod", "nightly").event.run_id).info.run
    said.clear()
    here.redo()
    assert said == [KEEPS.format(run=run)]
    said.clear()
    here.undo()
    assert said == []  # what it takes away, the run did not have
    here.update_stack("prod", {"artifact_store": "default"})
    run_on_default = here.get_run(going_on(here, "prod", "nightly").event.run_id).info.run
    said.clear()
    here.restore(point)
    assert said == [KEEPS.format(run=run_on_default)]


def test_nothing_is_said_of_what_no_run_uses_or_of_runs_that_ended(here: Repository, said: list[str]) -> None:
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    ran(here, "prod", "nightly")
    going_on(here, "default", "nightly")
    said.clear()
    here.undo()
    assert said == []


def test_of_many_runs_a_few_are_named(here: Repository, said: list[str]) -> None:
    here.update_component("artifact_store", "data", {"path": "/data/two"})
    for _ in range(5):
        going_on(here, "prod", "nightly")
    said.clear()
    here.undo()
    assert len(said) == 4
    assert said[-1] == "So do 2 more runs."


def test_an_undo_that_takes_a_stack_away_says_so(here: Repository, said: list[str]) -> None:
    run_id = going_on(here, "prod", "nightly").event.run_id
    said.clear()
    here.undo()
    assert said == [KEEPS.format(run=here.get_run(run_id).info.run)]
    assert here.get_run(run_id).info.outcome == "running"


def test_the_file_is_left_as_it_was_by_who_looks(here: Repository, machine: Machine) -> None:
    ran(here, "prod")
    with closing(sqlite3.connect(file_of_runs(machine))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = file_of_runs(machine).read_bytes()
    here.show(rehearse=True)
    assert file_of_runs(machine).read_bytes() == before
