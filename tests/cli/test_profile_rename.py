from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.test_interrupted_choices import MOVE, WRITE_DOWN, die_at
from tests.support.program import Home

PARTS = ("-a", "default", "-o", "default")


@pytest.fixture
def team(used: Home) -> Home:
    used.done("profile", "create", "team")
    return used


def test_it_is_renamed_shown_undone_and_redone(team: Home) -> None:
    answer = team.done("profile", "rename", "team", "crew", "--reason", "there are more of us")
    assert answer.stdout == "Profile `team` successfully renamed as `crew`!\n"
    assert "to undo it" in answer.stderr
    assert "rename profile 'team' to 'crew'" in team.done("history").stdout
    assert "there are more of us" in team.done("show").stdout
    assert "Undone" in team.done("undo").stdout
    assert "team" in team.done("profile", "list").stdout
    team.done("redo")
    assert "crew" in team.done("profile", "describe", "crew").stdout
    assert team.done("audit", "verify").exit == 0


def test_a_dry_run_shows_what_would_be_different(team: Home) -> None:
    answer = team.done("profile", "rename", "team", "crew", "--dry-run")
    assert "ProfileRenamed: rename profile 'team' to 'crew'" in answer.stdout
    assert "- name  team" in answer.stdout
    assert "crew" not in team.done("profile", "list").stdout


def test_of_two_that_have_one_name_in_turn_both_are_shown(team: Home) -> None:
    answer = team.done("profile", "rename", "team", "crew", "-o", "json")
    renamed = json.loads(answer.stdout)["change"]["letters"]
    team.done("profile", "create", "team")
    answer = team.done("undo", renamed, "--cascade", "--dry-run")
    assert "- profile/team\n" in answer.stdout
    assert "  profile/team\n    - name  crew\n    + name  team\n" in answer.stdout


def test_what_is_refused_says_what_to_do(team: Home) -> None:
    assert "Nothing to change" in team.done("profile", "rename", "team", "team").stderr
    taken = team.run("profile", "rename", "team", "default", check=1)
    assert "Profile 'default' already exists." in taken.stderr
    assert "is not a valid profile name" in team.run("profile", "rename", "team", "a/b", check=1).stderr
    assert "Did you mean 'team'?" in team.run("profile", "rename", "taem", "x", check=1).stderr
    team.done("profile", "rename", "team", "crew")
    assert "It is called 'crew' now." in team.run("profile", "delete", "team", check=1).stderr


def test_the_same_key_renames_once(team: Home) -> None:
    words = ("profile", "rename", "team", "crew", "--idempotency-key", "k", "-o", "json")
    first, again = (json.loads(team.done(*words).stdout)["change"]["letters"] for _ in range(2))
    assert first == again


def test_an_old_name_in_a_variable_works_with_a_notice(team: Home) -> None:
    team.done("profile", "rename", "team", "crew")
    env = {"ZENML_ACTIVATED_PROFILE": "team"}
    answer = team.done("stack", "list", env=env)
    assert "Profile 'team', which ZENML_ACTIVATED_PROFILE names, is called 'crew' now." in answer.stderr
    assert team.done("status", env=env).stdout == "crew/default\n"
    config = json.loads(team.done("config", "-o", "json", env=env).stdout)["config"]
    assert config["profile"]["name"] == "crew"


def test_exports_name_the_profile_as_it_was_called_at_the_time(team: Home, tmp_path: Path) -> None:
    env = {"ZENML_ACTIVATED_PROFILE": "team"}
    team.done("stack", "register", "before", *PARTS, env=env)
    team.done("profile", "rename", "team", "crew")
    team.done("stack", "register", "after", *PARTS, env=env)
    for name in ("team", "crew"):
        out = tmp_path / f"{name}.jsonl"
        team.done("audit", "export", "--format", "jsonl", "--profile", name, "--out", str(out))
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        named = {it["entity"]["name"]: it["profile"] for it in lines if it.get("topic") == "zenml:StackRegistered"}
        assert named == {"default": "team", "before": "team", "after": "crew"}
    out = tmp_path / "record.ocsf"
    team.done("audit", "export", "--format", "ocsf", "--all", "--out", str(out))
    (line,) = (it for it in out.read_text().splitlines() if '"zenml:ProfileRenamed"' in it)
    assert json.loads(line)["activity_id"] == 5
    out = tmp_path / "record.jsonl"
    team.done("audit", "export", "--format", "jsonl", "--all", "--out", str(out))
    other = {"XDG_CONFIG_HOME": str(tmp_path / "elsewhere"), "XDG_STATE_HOME": str(tmp_path / "state")}
    team.done("audit", "import", str(out), env=other)
    assert "crew" in team.done("profile", "list", env=other).stdout
    team.done("audit", "verify", env=other)


@pytest.mark.slow
def test_of_two_that_rename_at_once_one_is_told_the_name_of_now(team: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda new: team.run("profile", "rename", "team", new), ("a", "b", "c", "d")))
    assert sorted(answer.exit for answer in answers) == [0, 1, 1, 1]
    done = next(answer.words[-1] for answer in answers if answer.exit == 0)
    assert all(f"It is called '{done}' now." in answer.stderr for answer in answers if answer.exit)


@pytest.mark.slow
@pytest.mark.parametrize(("call", "name"), [(MOVE, "crew"), (WRITE_DOWN, "team")])
def test_killed_in_the_middle_it_has_happened_or_not(team: Home, call: str, name: str) -> None:
    folder = team.folder("project")
    team.done("init", cwd=folder)
    team.done("profile", "set", "team", cwd=folder)
    die_at(team, folder, call, "profile", "rename", "team", "crew")
    assert name in team.done("profile", "list").stdout
    answer = team.done("profile", "get", cwd=folder)
    assert answer.stdout == f"Active profile is: {name}\n"
    assert "is called" not in answer.stderr
    assert f"active_profile_name: {name}" in (folder / ".zen" / "config.yaml").read_text()


def test_a_ledger_has_a_later_format_only_with_such_an_event(team: Home) -> None:
    def formats() -> list[int]:
        with closing(sqlite3.connect(team.config / "ledger.db")) as database:
            return sorted(number for (number,) in database.execute("SELECT format FROM ledgers"))

    assert formats() == [1, 1, 1]
    team.done("profile", "rename", "team", "crew")
    assert formats() == [1, 1, 2]
    with closing(sqlite3.connect(team.config / "ledger.db")) as database, database:
        database.execute("UPDATE ledgers SET format = 1")
    assert "is recorded as format 1, but its events are of format 2" in team.run("audit", "verify", check=5).stdout
