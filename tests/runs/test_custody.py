"""Checkpoints of runs are signed and compared, and backups of their files are made and restored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.runs.made_runs import record_run, run_sql, runs_files, runs_ledger
from zenml.domain.errors import AlreadyExistsError, DamagedLedgerError, NotFoundError


@pytest.fixture
def machine(machine: Machine) -> Machine:
    """A machine on which two runs ended."""
    here = machine.repository()
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
    record_run(here, "first")
    record_run(here, "second", 1)
    return machine


@pytest.fixture
def file(machine: Machine) -> Path:
    (only,) = runs_files(machine)
    return only


@pytest.fixture
def year(machine: Machine) -> int:
    return runs_ledger(machine.repository()).year


def put_back(copy: Path, file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copyfile(copy, file)


def restore(machine: Machine, backup: Path) -> None:
    """Does what the help of the backup says."""
    put_back(backup, machine.file)
    shutil.rmtree(machine.config / "runs")
    shutil.copytree(f"{backup}.runs", machine.config / "runs")


def test_the_ends_of_runs_are_signed_with_those_of_all_ledgers(machine: Machine, year: int) -> None:
    done = machine.repository().checkpoint_all()
    assert not done.refused
    (of_runs,) = [signed for signed in done.signed if signed.runs is not None]
    assert (of_runs.runs, of_runs.size, of_runs.profile) == (year, 4, "default")
    assert of_runs.document()["runs"] == year
    found = machine.repository().verify()
    assert found.ok
    assert str(found.verdicts["runs_seen"].text).endswith("; 1 checkpoint signed here")


def test_the_runs_of_one_year_are_signed_alone_and_again_when_they_went_on(machine: Machine, year: int) -> None:
    first = machine.repository().checkpoint(runs=year)
    assert machine.repository().checkpoint(runs=year).unchanged
    record_run(machine.repository(), "third")
    second = machine.repository().checkpoint(runs=year)
    assert (first.size, second.size) == (4, 6)
    assert first.origin == second.origin


def test_of_a_year_without_runs_nothing_is_signed(machine: Machine) -> None:
    with pytest.raises(NotFoundError, match="No runs of 1999 are recorded here"):
        machine.repository().checkpoint(runs=1999)


def test_altered_runs_are_not_signed(machine: Machine, file: Path, year: int) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version = 2")
    with pytest.raises(DamagedLedgerError, match="was altered, so nothing is signed: position 2 is missing"):
        machine.repository().checkpoint(runs=year)


def test_a_checkpoint_of_runs_that_was_kept_elsewhere_is_compared(
    machine: Machine, tmp_path: Path, year: int
) -> None:
    note = tmp_path / "runs.note"
    note.write_text(machine.repository().checkpoint(runs=year).note, encoding="utf-8")
    record_run(machine.repository(), "third")
    assert machine.repository().verify(against=[note]).ok


def test_a_root_that_is_written_down_is_found_among_those_of_runs(machine: Machine, year: int) -> None:
    signed = machine.repository().checkpoint(runs=year)
    record_run(machine.repository(), "third")
    assert machine.repository().verify(against=[signed.root, f"4:{signed.root}"]).ok
    assert not machine.repository().verify(against=[f"5:{signed.root}"]).ok


def test_a_backup_takes_the_runs_along_and_is_right_once_it_was_accepted(machine: Machine, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    done = machine.repository().backup(backup)
    assert [copy.events for copy in done.runs] == [4]
    machine.repository().combine_stack("later", {"orchestrator": "default", "artifact_store": "default"})
    record_run(machine.repository(), "later")
    restore(machine, backup)
    assert not machine.repository().verify().ok
    accepted = machine.repository().accept_ledger()
    assert any("went backwards: 6 events were seen here, and 4" in it.sentence for it in accepted.contradictions)
    assert machine.repository().verify().ok
    record_run(machine.repository(), "goes on")
    assert machine.repository().verify().ok


def test_signed_runs_that_went_back_are_signed_under_another_name(
    machine: Machine, tmp_path: Path, year: int
) -> None:
    backup = tmp_path / "backup.db"
    machine.repository().backup(backup)
    record_run(machine.repository(), "later")
    first = machine.repository().checkpoint(runs=year)
    restore(machine, backup)
    with pytest.raises(DamagedLedgerError, match="does not continue from the checkpoint of 6 events"):
        machine.repository().checkpoint(runs=year)
    machine.repository().accept_ledger()
    assert machine.repository().checkpoint(runs=year).origin == f"{first.origin}/2"
    assert machine.repository().verify().ok


def test_runs_from_after_a_backup_of_the_ledger_alone_are_put_aside(machine: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "other")
    other.base.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(other.config))
        here, backup = other.repository(), tmp_path / "before.db"
        here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
        here.backup(backup)
        record_run(here)
        (file,) = runs_files(other)
        put_back(backup, other.file)
        accepted = here.accept_ledger()
        assert [Path(path) for path, _ in accepted.strays] == [file]
        assert Path(f"{file}.old").exists()
        record_run(here)
        assert here.verify().ok


def test_a_folder_of_an_earlier_backup_is_replaced_only_on_purpose(machine: Machine, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    machine.repository().backup(backup)
    stale = tmp_path / "backup.db.runs" / "stale.db"
    stale.write_bytes(b"")
    backup.unlink()
    with pytest.raises(AlreadyExistsError, match=r"backup\.db\.runs already exists"):
        machine.repository().backup(backup)
    assert not backup.exists()
    machine.repository().backup(backup, overwrite=True)
    assert not stale.exists()
