"""`zenml history`, as people and scripts see it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from benchmarks.synthetic import build
from tests.reliability.test_read_only import closed, without_powers
from tests.support.files import contents
from tests.support.program import ZENML, Home
from tests.support.refusals import hinted
from tests.support.tables import column, rows_of
from tests.support.terminal import ESCAPE, on_terminal
from zenml.projections.database import connect
from zenml.projections.timeline import history

PARTS = ("-a", "default", "-o", "default")
LATER = re.compile(r"followed by [k-z]{4,}")

__all__ = ["closed"]


@pytest.fixture
def lived(used: Home) -> Home:
    """A home in which a stack was made, renamed and deleted, and the deletion undone."""
    used.done("orchestrator", "register", "docker", "-f", "local_docker")
    used.done("stack", "register", "prod", "-a", "default", "-o", "docker", "--reason", "for the release")
    used.done("stack", "rename", "prod", "live")
    used.done("stack", "delete", "live", "--yes")
    used.done("undo", "--reason", "too early")
    return used


def summaries(home: Home, *words: str) -> list[str]:
    answer = home.done("history", *words)
    return column(answer.rows, "SUMMARY") if answer.rows else []


# --- what is shown ------------------------------------------------------------------------------


def test_a_pipe_gets_whole_cells_exact_times_and_what_became_of_each(lived: Home) -> None:
    answer = lived.done("history")
    undo, deleted, renamed, registered, component, first = answer.rows
    assert list(undo) == ["CHANGE", "TIME (UTC)", "ACTOR", "KIND", "SUMMARY", "REASON", "STATUS"]
    assert undo["SUMMARY"] == f"undo {deleted['CHANGE']}: delete stack 'live'"
    assert (undo["KIND"], undo["REASON"], undo["STATUS"]) == ("undo", "too early", "")
    assert deleted["STATUS"] == f"undone by {undo['CHANGE']}"
    assert renamed["STATUS"] == "next to undo"
    assert registered["STATUS"] == f"followed by {renamed['CHANGE']}"
    assert component["STATUS"] == f"followed by {registered['CHANGE']}"
    assert (first["KIND"], first["STATUS"]) == ("init", "")
    for row in answer.rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", row["TIME (UTC)"])
    assert not ESCAPE.search(answer.stdout)
    taken = lived.done("undo")
    assert f"Undone {renamed['CHANGE']}" in taken.stdout


def test_each_filter_is_wired(lived: Home) -> None:
    undo, deleted, renamed, registered, component, first = summaries(lived)
    actor = lived.done("history", "-n", "1").rows[0]["ACTOR"]
    assert summaries(lived, "--stack", "prod", "--own") == [undo, deleted, renamed, registered]
    assert summaries(lived, "--stack", "live", "--own", "--fold") == [renamed, registered]
    assert summaries(lived, "--component", "orchestrator/docker") == [component]
    assert summaries(lived, "--kind", "undo", "--kind", "init") == [undo, first]
    assert summaries(lived, "--grep", "RELEASE") == [registered]
    assert summaries(lived, "--grep", "rename prod") == [renamed]
    assert summaries(lived, "-n", "2") == [undo, deleted]
    assert summaries(lived, "--limit", "2", "--reverse") == [deleted, undo]
    assert summaries(lived, "--mine") == summaries(lived, "--actor", actor) == summaries(lived, "--all")
    assert summaries(lived, "--mine", "--profile", "default") == summaries(lived)
    automation = lived.done("history", "--mine", env={"CI": "1"})
    assert (automation.stdout, "No changes found." in automation.stderr) == ("", True)


def test_times_are_understood_and_said_back_where_they_were_guessed(lived: Home) -> None:
    every = summaries(lived)
    answer = lived.done("history", "--since", "2 hours ago", "--until", "tomorrow")
    assert column(answer.rows, "SUMMARY") == every
    assert re.search(r"^--since understood as \w{3} \d+ \w{3} \d{4} \d\d:\d\d(:\d\d)? UTC$", answer.stderr, re.M)
    assert re.search(r"^--until understood as .* UTC, which is in the future$", answer.stderr, re.M)
    middle = json.loads(lived.done("history", "-o", "json").stdout)["changes"][2]["time"]
    precise = lived.done("history", "--since", middle, "--until", middle)
    assert column(precise.rows, "SUMMARY") == [every[2]]
    assert "understood as" not in precise.stderr
    seconds = summaries(lived, "--since", f"{middle[:19]}Z", "--until", f"{middle[:10]} {middle[11:19]}Z")
    assert every[2] in seconds
    ahead = lived.run("history", "--since", "tomorrow", check=2)
    assert "'tomorrow' is in the future" in ahead.stderr
    assert summaries(lived, "--until", middle[:10]) == every
    assert summaries(lived, "--until", "2020-01-01") == []


def test_a_guessed_time_writes_nothing_and_warns_of_nothing(used: Home) -> None:
    used.done("history")  # a reader leaves an empty log
    before = contents(used.base)
    answer = used.done("history", "--since", "yesterday 17:00", env={"PYTHONWARNINGS": "error"})
    assert len(answer.stderr.splitlines()) == len(used.done("history").stderr.splitlines()) + 1
    assert contents(used.base) == before


def test_another_profile_can_be_looked_at(lived: Home) -> None:
    lived.done("profile", "create", "team")
    lived.done("profile", "set", "team")
    lived.done("stack", "rename", "default", "theirs")
    lived.done("profile", "set", "default")
    assert "rename stack 'default' to 'theirs'" not in summaries(lived)
    assert "rename stack 'default' to 'theirs'" in summaries(lived, "--profile", "team")
    assert "rename stack 'prod' to 'live'" not in summaries(lived, "--profile", "team")
    assert "rename stack 'default' to 'theirs'" in summaries(lived, "--all", "--stack", "default")


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kind", "undone"), "init, change, undo, redo"),
        (("--since", "the other day, or so"), "'the other day, or so' cannot be read as a time"),
        (("--until", "2026-13-01"), "'2026-13-01' cannot be read as a time"),
        (("--limit", "0"), "0 is less than 1"),
        (("--all", "--profile", "default"), "--all"),
        (("--output", "csv"), "'jsonl'"),
    ],
    ids=str,
)
def test_a_command_line_that_cannot_be_meant_is_a_usage_error(
    used: Home, words: tuple[str, ...], said: str
) -> None:
    answer = used.run("history", *words, check=2)
    assert said in answer.stderr, answer.report()
    assert not answer.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--stack", "prd"), "Did you mean 'prod'?"),
        (("--stack", "lvie"), "Did you mean 'live'?"),
        (("--component", "orchestrator/dokcer"), "Did you mean 'docker'?"),
        (("--component", "artifact_store/defalt"), "Did you mean 'default'?"),
        (("--component", "orchestrater/docker"), "Did you mean 'orchestrator'?"),
        (("--profile", "defalt"), "Did you mean 'default'?"),
    ],
    ids=str,
)
def test_what_never_was_is_refused_with_a_suggestion(lived: Home, words: tuple[str, ...], said: str) -> None:
    answer = lived.run("history", *words, check=1)
    assert said in answer.stderr, answer.report()
    if "is no" not in answer.stderr and "no type" not in answer.stderr:
        hinted(answer, lived)


# --- where it is shown --------------------------------------------------------------------------


def test_a_terminal_gets_ages_and_a_table_that_fits(lived: Home) -> None:
    for columns in (80, 100, 200):
        drawn = on_terminal(lived, "history", columns=columns)
        assert "\x1b[2m" in drawn  # what is undone is dim
        plain = ESCAPE.sub("", drawn)
        assert max(cell_len(line) for line in plain.splitlines() if line[:1] in "┏┃┠┗") <= columns
        assert not re.search(r"\d\d:\d\d:\d\d", plain)
        rows = rows_of(plain)
        assert [name for name in rows[0] if name not in ("ACTOR", "REASON")] == [
            "CHANGE",
            "AGO",
            "SUMMARY",
            "STATUS",
        ]
        assert "In every row: ACTOR: " in plain or "ACTOR" in rows[0]
        told = " ".join(row["SUMMARY"] for row in rows)
        assert "delete stack 'live'" in told  # wrapped at blanks, and nothing is lost
        assert "REASON: too early" in plain or "too early" in column(rows, "REASON")
        assert "next to undo" in column(rows, "STATUS")
    assert not ESCAPE.search(on_terminal(lived, "history", env={"NO_COLOR": "1"}))


def test_what_is_longer_than_the_screen_goes_through_a_pager(lived: Home, tmp_path: Path) -> None:
    def pager(name: str) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho through {name} with $LESS $1; exec cat\n")
        path.chmod(0o755)
        return str(path)

    def drawn(rows: int = 10, **env: str) -> str:
        return on_terminal(lived, "history", rows=rows, env={"LESS": "", **env})

    less, ours = pager("less"), pager("ours")
    found = f"{tmp_path}:/usr/bin:/bin"
    assert "through ours with -x" in drawn(ZENML_PAGER=f"{ours} -x", PAGER=less)
    assert "through less" in drawn(PAGER=less)
    assert "through less with FRX" in on_terminal(lived, "history", rows=10, env={"PATH": found})
    assert "through less with S" in on_terminal(lived, "history", rows=10, env={"PATH": found, "LESS": "S"})
    assert "through" not in drawn(rows=60, PAGER=less)
    for none in ("", "cat", "/nowhere/pager --fancy", "'"):
        plain = drawn(ZENML_PAGER=none, PAGER=less)
        assert "through" not in plain
        assert plain.splitlines()[-2].startswith("┗")
    assert "through" not in lived.done("history", env={"PAGER": less}).stdout


def test_a_pager_that_is_left_early_is_no_error(lived: Home) -> None:
    for old, new in (("live", "a"), ("a", "b"), ("b", "c")):
        lived.done("stack", "rename", old, new, "--reason", "because " * 2000)  # more than a pipe holds
    drawn = on_terminal(lived, "history", rows=10, env={"PAGER": "head -n 1"})
    assert drawn.splitlines()[-1].startswith("┏")
    assert "Error" not in drawn


def test_a_reader_that_goes_early_is_no_error(lived: Home) -> None:
    for words in (["history"], ["history", "-o", "jsonl"]):
        piped = f"{ZENML} {' '.join(words)} | head -n 1"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", piped],
            env=lived.variables(),
            cwd=lived.work,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 1), done.stderr
        assert "Error" not in done.stderr


# --- when things are broken ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE changes",
        "DROP TABLE change_subjects",
        "DELETE FROM change_parts",
        "ALTER TABLE changes DROP COLUMN reason",
        "ALTER TABLE change_parts RENAME COLUMN number TO numero",
        "UPDATE views SET version = 0",
        "DROP TABLE views",
        "DELETE FROM applied",
    ],
)
def test_a_damaged_view_is_made_anew(lived: Home, harm: str) -> None:
    before = lived.done("history", "-o", "json")
    with closing(sqlite3.connect(lived.config / "ledger.db")) as database, database:
        database.execute(harm)
    assert lived.done("history", "-o", "json") == before


def test_a_change_is_shown_though_its_view_is_damaged(lived: Home) -> None:
    before = [lived.done(*words) for words in (("show",), ("history",))]
    for answer in before:
        with closing(sqlite3.connect(lived.config / "ledger.db")) as database, database:
            database.executescript("DROP INDEX plans_approved; ALTER TABLE change_subjects DROP COLUMN subject")
        assert lived.done(*answer.words) == answer


def test_a_damaged_view_in_a_folder_that_cannot_be_written_is_read_all_the_same(closed: Home) -> None:
    before = without_powers(closed, "history").exits(0)
    file = closed.config / "ledger.db"
    file.chmod(0o600)
    closed.config.chmod(0o700)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE change_subjects")
    closed.config.chmod(0o500)
    file.chmod(0o400)
    bytes_before = file.read_bytes()
    for words in (("history",), ("stack", "list"), ("show",)):
        without_powers(closed, *words).exits(0)
    assert without_powers(closed, "history").stdout == before.stdout
    assert file.read_bytes() == bytes_before


def test_reading_changes_no_byte(lived: Home) -> None:
    before = contents(lived.config)
    for words in (("history", "--all", "--fold"), ("history", "--stack", "prod", "-o", "yaml"), ("show",)):
        lived.done(*words)
    assert {path: data for path, data in contents(lived.config).items() if path in before} == before


def test_a_long_history_takes_as_much_longer_as_it_is_longer(tmp_path: Path) -> None:
    def steps(events: int) -> int:
        """Returns how much the database has to do, in thousands of its steps: no clock is asked."""
        folder, count = tmp_path / str(events), 0
        build(str(folder), events)

        def counted() -> None:
            nonlocal count
            count += 1

        with closing(connect(str(folder / "ledger.db"))) as database:
            database.set_progress_handler(counted, 1000)
            assert len(history.history(database)) > events / 4
        return count

    few, many = steps(5_000), steps(20_000)
    assert 0 < many < 6 * few
