"""What the commands print that verify, sign, export, close and back up the record of runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.runs.past_runs import alter
from tests.support.program import Home


@pytest.fixture
def ran(home: Home) -> Home:
    """A home in which a command ran."""
    home.done("stack", "register", "s", "-a", "default", "-o", "default", "--set")
    home.done("run", "--name", "nightly", "--", "true")
    return home


def year(home: Home) -> str:
    (file,) = (home.config / "runs").glob("*.db")
    return file.stem.rpartition("-")[2]


def test_verify_has_lines_for_runs(ran: Home) -> None:
    shown = ran.done("audit", "verify").stdout
    assert re.search(r"^runs +ok +1 file of runs, 2 events hashed again$", shown, re.MULTILINE)
    assert re.search(r"^runs views +ok +the views of 1 file equal a replay$", shown, re.MULTILINE)
    assert re.search(r"^runs seen +ok +all 2 events of runs that were seen here before$", shown, re.MULTILINE)
    verdicts = json.loads(ran.done("audit", "verify", "-o", "json").stdout)["verdicts"]
    assert {"runs", "runs_views", "runs_seen"} <= verdicts.keys()


def test_verify_ends_with_5_and_says_what_helps_where_runs_are_gone(ran: Home) -> None:
    (file,) = (ran.config / "runs").glob("*.db")
    file.unlink()
    answer = ran.run("audit", "verify")
    assert answer.exit == 5
    assert "runs seen:\n  ledger " in answer.stdout
    assert 'run "zenml ledger accept"' in answer.stderr


def test_a_checkpoint_of_runs_is_printed_and_listed(ran: Home) -> None:
    assert "\n2\n" in ran.done("audit", "checkpoint", "--runs", year(ran)).stdout
    listed = json.loads(ran.done("audit", "checkpoint", "--all", "-o", "json").stdout)["checkpoints"]
    assert [one["runs"] for one in listed if one["runs"] is not None] == [int(year(ran))]
    assert f"default (runs of {year(ran)})" in ran.done("audit", "checkpoint", "--all").stdout


def test_checkpoints_of_all_and_of_runs_are_not_asked_for_together(ran: Home) -> None:
    answer = ran.run("audit", "checkpoint", "--all", "--runs", "2026")
    assert answer.exit == 2
    assert "Use either --all or --runs." in answer.stderr


def test_runs_are_exported_to_a_file_and_to_standard_output(ran: Home, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    answer = ran.done("runs", "export", "--format", "openlineage", "--out", str(file))
    assert f"Exported 1 run to file '{file}'." in answer.stderr
    assert [json.loads(line)["eventType"] for line in file.read_text().splitlines()] == ["START", "COMPLETE"]
    (line,) = ran.done("runs", "export", "--name", "nightly").stdout.splitlines()
    assert json.loads(line)["name"] == "nightly"
    assert "Left out: 1 run, of which slsa has nothing to say." in ran.done("runs", "export", "-f", "slsa").stderr
    assert "export 1 run as jsonl" in ran.done("history", "--all").stdout


def test_without_any_run_an_export_is_empty(home: Home) -> None:
    home.done("stack", "list")
    answer = home.done("runs", "export", "--out", "-")
    assert answer.stdout == ""
    assert "Exported 0 runs." in answer.stderr


def test_a_dry_run_of_an_export_writes_nothing(ran: Home, tmp_path: Path) -> None:
    answer = ran.done("runs", "export", "--out", str(tmp_path / "runs.jsonl"), "--dry-run")
    assert "Dry run: would export 1 run" in answer.stderr
    assert not (tmp_path / "runs.jsonl").exists()


def test_this_year_is_not_closed(ran: Home) -> None:
    answer = ran.run("runs", "close", year(ran))
    assert answer.exit == 1
    assert f"The year {year(ran)} is not over." in answer.stderr
    assert f'Run "zenml runs close {year(ran)}" when it is.' in answer.stderr


def test_a_backup_says_where_the_runs_are(ran: Home, tmp_path: Path) -> None:
    shown = ran.done("ledger", "backup", str(tmp_path / "backup.db")).stdout
    assert re.search(r"^Wrote 2 events of runs \(.+\) to .+/backup\.db\.runs\.$", shown, re.MULTILINE)


@pytest.mark.parametrize("sql", ["DELETE FROM runs", "DELETE FROM run_stacks", "UPDATE runs SET outcome = 2"])
def test_false_views_are_rebuilt_by_the_command_that_verify_names(ran: Home, sql: str) -> None:
    (file,) = (ran.config / "runs").glob("*.db")
    alter(file, sql)
    answer = ran.run("audit", "verify", check=5)
    assert 'run "zenml ledger rebuild" to rebuild their views' in answer.stderr
    ran.done("ledger", "rebuild")
    ran.done("audit", "verify")


def test_views_without_any_run_are_not_believed(ran: Home) -> None:
    (file,) = (ran.config / "runs").glob("*.db")
    alter(file, "DELETE FROM runs")
    assert "nightly" in ran.done("runs", "list").stdout


@pytest.mark.parametrize("path", ["/nowhere", "/etc/passwd"])
def test_what_is_no_file_of_runs_is_not_said_to_be_one_of_a_restored_backup(ran: Home, path: str) -> None:
    answer = ran.run("audit", "verify", "--runs", path, check=5)
    assert "The record here is intact; that file of runs is not the one that was put away" in answer.stderr
    assert "ledger accept" not in answer.stderr
