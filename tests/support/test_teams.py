"""What tests of shared profiles check would be noticed. Their database is here filled by hand."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.agreement import Record, check_answers, check_homes, record_at
from tests.support.plain_sql import execute, rows
from tests.support.program import Home, Result
from tests.support.teams import PROFILE, Score, race, register

TABLES = (
    "CREATE TABLE zenml_ledgers (ledger_id text, kind text, slot text, size int)",
    "CREATE TABLE zenml_events (ledger_id text, position int, topic text, state blob)",
    "CREATE TABLE zenml_changes (ledger_id text, change_id text, position int)",
)


@pytest.fixture
def alone(home: Home) -> Home:
    """A home whose active profile is called as a team's."""
    home.done("profile", "create", PROFILE, "--set")
    return home


def as_in_a_database(home: Home) -> str:
    """Writes the home's profile into a database as a shared one is kept, and returns its URL."""
    url = f"sqlite:///{home.base / 'team.db'}"
    (home.base / "team.db").unlink(missing_ok=True)
    execute(url, *TABLES)
    status = json.loads(home.done("ledger", "status", "-o", "json").stdout)
    (head,) = [head for head in status["heads"] if head["profile"] == PROFILE]
    ledger_id, size = head["ledger"], head["size"]
    with closing(sqlite3.connect(home.base / "team.db")) as database, database:
        database.execute("ATTACH ? AS own", (str(home.config / "ledger.db"),))
        database.execute("INSERT INTO zenml_ledgers VALUES (?, 'profile', 'default', ?)", (ledger_id, size))
        database.execute(
            "INSERT INTO zenml_events SELECT ?, originator_version, topic, state FROM own.stored_events"
            " WHERE originator_id = ?",
            (ledger_id, ledger_id.replace("-", "")),
        )
        database.execute(
            "INSERT INTO zenml_changes SELECT ledger_id, CAST(state AS text) ->> 'change_id', position"
            " FROM zenml_events WHERE topic = 'zenml:ChangeBegan'"
        )
    return url


def test_machines_that_agree_pass(alone: Home) -> None:
    register(alone, "prod").exits(0)
    record = record_at(as_in_a_database(alone))
    assert record.stacks == ["default", "prod"]
    check_homes([alone], record)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM zenml_events WHERE position = 3",
        "UPDATE zenml_ledgers SET size = size + 1",
        "UPDATE zenml_events SET state = CAST(replace(state, 'prod', 'dorp') AS blob) WHERE position = 7",
        "DELETE FROM zenml_changes WHERE position = 6",
        "UPDATE zenml_changes SET change_id = 'other' WHERE position = 6",
        "INSERT INTO zenml_events SELECT ledger_id, position, topic, state FROM zenml_events WHERE position = 7",
    ],
)
def test_a_database_that_is_not_whole_is_noticed(alone: Home, damage: str) -> None:
    register(alone, "prod").exits(0)
    register(alone, "next").exits(0)
    url = as_in_a_database(alone)
    execute(url, damage)
    with pytest.raises(AssertionError):
        record_at(url)


def test_a_home_that_lacks_what_the_database_has_is_noticed(alone: Home) -> None:
    before = record_at(as_in_a_database(alone))
    register(alone, "prod").exits(0)
    after = record_at(as_in_a_database(alone))
    check_homes([alone], after)
    with pytest.raises(AssertionError):
        check_homes([alone], before)
    with pytest.raises(AssertionError):
        check_homes([alone], after._replace(root=before.root))


@pytest.mark.parametrize(
    ("answers", "stacks"),
    [
        ({"a": 0}, ["a"]),
        ({"a": 6}, ["a"]),
        ({"a": 6}, []),
        ({"a": 1, "b": 4}, []),
    ],
)
def test_answers_that_are_true_pass(answers: dict[str, int], stacks: list[str]) -> None:
    check_answers(scored(answers), recorded(stacks))


@pytest.mark.parametrize(
    ("answers", "stacks"),
    [
        ({"a": 0}, []),
        ({"a": 0}, ["a", "a"]),
        ({"a": 6}, ["a", "a"]),
        ({"a": 1}, ["a"]),
        ({"a": 4}, ["a"]),
        ({"a": 0}, ["a", "b"]),
    ],
)
def test_answers_that_are_not_true_are_noticed(answers: dict[str, int], stacks: list[str]) -> None:
    with pytest.raises(AssertionError):
        check_answers(scored(answers), recorded(stacks))


def scored(answers: dict[str, int]) -> Score:
    score = Score()
    for name, code in answers.items():
        score.answered(name, Result((), code, "", ""))
    return score


def recorded(stacks: list[str]) -> Record:
    return Record("", [("zenml:StackRegistered", json.dumps({"name": name}).encode()) for name in stacks], "")


def test_a_race_answers_for_every_change_and_is_disturbed_when_asked(alone: Home) -> None:
    disturbed: list[int] = []

    def disturb(score: Score) -> None:
        score.wait_for(1)
        disturbed.append(len(score.recorded))

    score = race([alone, alone], 2, [alone], disturb)
    assert score.recorded == {"w1-0", "w1-1", "w2-0", "w2-1"}
    assert score.reports == []
    assert disturbed[0] >= 1
    check_answers(score, record_at(as_in_a_database(alone)))


def test_a_race_goes_on_after_a_change_that_was_refused(alone: Home) -> None:
    register(alone, "w1-0").exits(0)
    score = race([alone], 2)
    assert (score.refused, score.recorded) == ({"w1-0"}, {"w1-1"})
    assert "already" in score.reports[0]


def test_rows_are_read_from_the_file_that_the_url_names(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a b.db'}"
    execute(url, "CREATE TABLE numbers (n int)", "INSERT INTO numbers VALUES (1)")
    assert rows(url, "SELECT n FROM numbers") == [(1,)]
    assert (tmp_path / "a b.db").exists()
