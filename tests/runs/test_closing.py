"""The record of a year's runs is closed: its root stays, its file may go, and a copy of it can be compared."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing as closed_after
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import BEGAN, Stored, Tampering
from tests.runs.made_runs import in_2025, record_run, run_sql, runs_files, runs_ledger
from zenml.api.runs import closing
from zenml.api.runs.running import WantedRun
from zenml.cli.answers.runs.listed import list_all
from zenml.cli.answers.runs.rerun import like_run
from zenml.cli.commands.runs.close import close
from zenml.cli.commands.runs.export import export
from zenml.custody.runs.listed import listed_runs
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, NotFoundError, RunNotFoundError
from zenml.ledger.ids import new_change_id
from zenml.projections.runs import ledgers
from zenml.repository import Repository

THEN = "2025-06-01T12:00:00.000000Z"


@pytest.fixture
def here(machine: Machine) -> Repository:
    """A machine on which two runs ended in 2025."""
    here = machine.repository()
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
    with in_2025():
        record_run(here, "first")
        record_run(here, "second", 1)
    return here


@pytest.fixture
def file(machine: Machine, here: Repository) -> Path:
    (only,) = runs_files(machine)
    assert only.name.endswith("-2025.db")
    return only


def closed(here: Repository) -> tuple[int | None, str | None]:
    with here.reading() as snapshot:
        (row,) = ledgers.runs_ledgers(snapshot.connection, snapshot.ledger_id)
    return row.size, row.root


def test_where_the_runs_of_a_year_end_is_recorded(here: Repository, file: Path) -> None:
    closable = here.closable_runs(2025)
    change = here.close_runs(closable)
    assert change is not None
    assert closed(here) == (4, closable.root)
    assert file.exists()
    assert here.verify().ok
    assert here.closable_runs(2025).is_closed


def test_nothing_is_recorded_any_more_in_a_closed_year(here: Repository, file: Path) -> None:
    here.close_runs(here.closable_runs(2025))
    with (
        in_2025(),
        pytest.raises(NotAllowedError, match="closed"),
    ):
        record_run(here)
    assert here.closable_runs(2025).size == 4
    record_run(here, "this year")
    assert here.verify().ok


def test_what_was_closed_and_not_recorded_is_recorded_by_whoever_closes_it_next(here: Repository) -> None:
    closable = here.closable_runs(2025)

    def close_runs_ledger(*what: object) -> None:
        raise NotAllowedError("Not now.")

    failing = mock.patch.object(closing, "close_runs_ledger", close_runs_ledger)
    with failing, pytest.raises(NotAllowedError, match="Not now"):
        here.close_runs(closable)
    assert closed(here) == (None, None)
    with in_2025(), pytest.raises(NotAllowedError, match="is closed"):
        record_run(here, "late")
    assert here.close_runs(here.closable_runs(2025)) is not None
    assert closed(here) == (4, closable.root)


def test_the_file_may_go_and_is_not_missed(here: Repository, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "put-away.db"
    here.close_runs(here.closable_runs(2025))
    shutil.copyfile(file, copy)
    shutil.copyfile(f"{file}-wal", f"{copy}-wal") if Path(f"{file}-wal").exists() else None
    assert here.close_runs(here.closable_runs(2025), delete=True) is None
    assert not [path for path in file.parent.iterdir() if path.name.startswith(file.name)]
    found = here.verify(runs=[copy])
    assert found.ok
    assert str(found.verdicts["runs"].text).endswith("closed and not here: 2025")
    assert str(found.against[0].verdict.text).startswith("all 4 events of the runs of 2025")


@pytest.mark.parametrize("removed", range(4))
def test_a_deletion_that_was_cut_short_leaves_no_log_alone_and_is_done_by_the_same_again(
    here: Repository, file: Path, removed: int
) -> None:
    here.close_runs(here.closable_runs(2025))
    unlink, left = os.unlink, removed

    def cut_short(path: str) -> None:
        nonlocal left
        if path.startswith(str(file)):
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
        unlink(path)

    with closed_after(sqlite3.connect(file)) as reader:  # as long as somebody has it open, its log is there
        reader.execute("SELECT count(*) FROM runs").fetchone()
        with mock.patch("os.unlink", cut_short), suppress(KeyboardInterrupt):
            here.close_runs(here.closable_runs(2025), delete=True)
        assert file.exists() == (removed < 3), "what has the events goes last"
        assert here.closable_runs(2025).size == 4
    close(2025, delete=True, yes=True)
    assert not list(file.parent.glob(f"{file.name}*"))
    assert here.verify().ok


def test_what_an_earlier_deletion_left_of_the_log_goes(here: Repository, file: Path) -> None:
    here.close_runs(here.closable_runs(2025), delete=True)
    log = Path(f"{file}-wal")
    log.write_bytes(b"in clear")
    close(2025, delete=True, yes=True)
    assert not log.exists()
    assert not file.exists()


def test_nothing_is_deleted_while_somebody_is_in_the_middle_of_reading_it(
    here: Repository, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the log has would be missing from the file, if the rest was cut short."""
    monkeypatch.setattr("zenml.stores.runs.file._PATIENCE", 0)
    with closed_after(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchone()
        here.close_runs(here.closable_runs(2025))
        with pytest.raises(NotAllowedError, match="Somebody still reads"):
            here.close_runs(here.closable_runs(2025), delete=True)
        assert file.exists()
    here.close_runs(here.closable_runs(2025), delete=True)
    assert not file.exists()


def test_a_copy_that_was_changed_is_not_what_was_closed(here: Repository, file: Path, tmp_path: Path) -> None:
    here.close_runs(here.closable_runs(2025))
    copy = tmp_path / "put-away.db"
    shutil.copyfile(file, copy)
    for ending in ("-wal", "-shm"):
        if Path(f"{file}{ending}").exists():
            shutil.copyfile(f"{file}{ending}", f"{copy}{ending}")
    run_sql(copy, "DELETE FROM stored_events WHERE originator_version = 4")
    run_sql(copy, "UPDATE heads SET size = 3")
    found = here.verify(runs=[copy])
    assert not found.ok
    assert any("when they were closed with 4 events" in it.message for it in found.against[0].verdict.problems)


def test_what_is_no_file_of_runs_is_said_to_be_none(here: Repository, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing", encoding="utf-8")
    found = here.verify(runs=[tmp_path / "text", tmp_path / "absent"])
    assert [len(compared.verdict.problems) for compared in found.against] == [1, 1]


def test_a_year_that_is_not_over_is_not_closed(here: Repository) -> None:
    record_run(here, "this year")
    now = mock.patch("zenml.api.runs.closing.utc_now", return_value=THEN)
    with now, pytest.raises(NotAllowedError, match="The year 2025 is not over"):
        here.closable_runs(2025)


def test_a_year_without_runs_cannot_be_closed(here: Repository) -> None:
    with pytest.raises(NotFoundError, match="No runs of 1999"):
        here.closable_runs(1999)


def test_a_year_of_which_a_run_goes_on_is_not_closed(here: Repository) -> None:
    with in_2025():
        record_run(here, "goes on", exit_code=None)
    with pytest.raises(NotAllowedError, match="Of the year 2025 1 run goes on"):
        here.closable_runs(2025)


def test_altered_runs_are_not_closed(here: Repository, file: Path) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version = 2")
    with pytest.raises(DamagedLedgerError, match="were altered, and stay as they are: Position 2 is missing"):
        here.closable_runs(2025)


def test_runs_that_are_gone_are_not_closed(here: Repository, file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    with pytest.raises(DamagedLedgerError, match="4 events were seen here, but only 0 are there"):
        here.closable_runs(2025)


def test_a_dry_run_closes_nothing(machine: Machine, here: Repository, file: Path) -> None:
    trying = Repository(notify=lambda sentence: None, dry_run=True)
    assert trying.close_runs(trying.closable_runs(2025), delete=True) is not None
    assert closed(here) == (None, None)
    assert file.exists()


def test_what_was_closed_is_not_undone(here: Repository) -> None:
    change = here.close_runs(here.closable_runs(2025))
    assert change is not None
    with pytest.raises(NotAllowedError):
        here.undo(change.letters)


def test_a_list_of_runs_says_which_years_were_put_away(
    here: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    here.close_runs(here.closable_runs(2025), delete=True)
    list_all()
    assert "The runs of 2025 are closed, and their file is not here any more." in capsys.readouterr().err


def test_an_export_says_which_years_were_put_away(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert here.export_runs(io.BytesIO()).put_away == []
    here.close_runs(here.closable_runs(2025), delete=True)
    assert here.export_runs(io.BytesIO()).put_away == [2025]
    export(dry_run=True)
    assert "The runs of 2025 are closed, and their file is not here any more." in capsys.readouterr().err


@pytest.mark.parametrize(
    "asks",
    [
        lambda here: here.get_run("nightly"),
        lambda here: here.runs(before="nightly"),
        lambda here: here.compare_runs("nightly", "nightly"),
        lambda here: like_run(here, WantedRun(), "nightly"),
    ],
)
def test_a_run_that_is_not_found_may_be_of_a_year_that_was_put_away(
    here: Repository, asks: Callable[[Repository], object]
) -> None:
    here.close_runs(here.closable_runs(2025), delete=True)
    with pytest.raises(RunNotFoundError, match="Run 'nightly' is not here") as error:
        asks(here)
    assert error.value.code == "run_not_found"
    assert error.value.hint == (
        "The runs of 2025 are closed, and their file is not here any more. It may be one of them."
    )


def append(machine: Machine, topic: str, fields: dict[str, object]) -> int:
    """Appends an event to the profile's ledger as whoever may append to it could; returns its position."""
    tampering = Tampering(machine.file)
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    began = [event for event in events if event.topic == BEGAN][-1].with_fields(change_id=new_change_id(), count=1)
    ((last,),) = tampering.ask("SELECT max(rowid) FROM stored_events")
    added = [Stored(last + 1, 0, BEGAN, began.fields), Stored(last + 2, 0, topic, dict(fields))]
    tampering.forge(ledger_id, [*events, *added])
    return len(events) + 2


def what_was_not_allowed(machine: Machine) -> list[tuple[int | None, str]]:
    verdict = machine.repository().verify().verdicts["runs"]
    return [(it.position, it.message) for it in verdict.problems if "which were closed before" in it.message]


@pytest.mark.parametrize("topic", ["zenml:RunsLedgerClosed", "zenml:RunsLedgerBegan"])
@pytest.mark.parametrize("is_other", [False, True])
def test_what_is_said_of_closed_runs_afterwards_is_found(
    machine: Machine, here: Repository, topic: str, is_other: bool
) -> None:
    here.close_runs(here.closable_runs(2025))
    assert what_was_not_allowed(machine) == []
    runs_id = new_change_id() if is_other else runs_ledger(here).runs_ledger_id
    end = {"size": 2, "root": "ab" * 32} if topic.endswith("Closed") else {}
    position = append(machine, topic, {"runs_ledger_id": runs_id, "year": 2025, **end})
    does = "closes" if end else "begins"
    sentence = f"The event {does} the runs of 2025, which were closed before."
    assert what_was_not_allowed(machine) == [(position, sentence)]


@pytest.mark.parametrize("topic", ["zenml:RunsLedgerClosed", "zenml:RunsLedgerBegan"])
def test_what_was_said_first_of_where_runs_end_counts(machine: Machine, here: Repository, topic: str) -> None:
    here.close_runs(here.closable_runs(2025))
    first = closed(here)
    end = {"size": 2, "root": "ab" * 32} if topic.endswith("Closed") else {}
    append(machine, topic, {"runs_ledger_id": runs_ledger(here).runs_ledger_id, "year": 2025, **end})
    again = machine.repository()
    again.rebuild()
    assert closed(again) == first
    with again.reading() as snapshot:
        (listed,) = listed_runs(snapshot.connection, again.config_directory)
    assert (listed.size, listed.root) == first
