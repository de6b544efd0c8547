"""Whose a change is: in a profile that machines share, one name on two hosts is two persons."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import shared
from tests.support.program import Home
from zenml.projections import database
from zenml.projections.machine import ProfileRow
from zenml.projections.timeline import history


class Team:
    """Two machines that share a profile; on both of them `root` works."""

    def __init__(self, base: Path, other: str = "root") -> None:
        self.one, self.other = (
            shared.machine(base / "one", "north"),
            shared.machine(base / "other", "south", other),
        )
        self.profile: ProfileRow = shared.begun(self.one, "team")
        self.one.done("stack", "rename", "default", "prod")
        shared.joined(self.one, self.other, self.profile)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def own(home: Home) -> list[str]:
    """Returns what `history --mine` tells of the profile's contents."""
    found = json.loads(home.done("history", "--mine", "-o", "json").stdout)["changes"]
    return [row["summary"] for row in found if "stack" in row["summary"]]


def renamed(home: Home) -> str:
    """Returns the name of the change that renamed the stack."""
    found = json.loads(home.done("history", "-o", "json").stdout)["changes"]
    return next(str(row["change"]) for row in found if row["summary"] == "rename stack 'default' to 'prod'")


def test_ones_own_are_those_from_this_host(team: Team) -> None:
    assert "rename stack 'default' to 'prod'" in own(team.one)
    assert own(team.other) == []
    team.other.done("stack", "rename", "prod", "mine")
    assert own(team.other) == ["rename stack 'prod' to 'mine'"]
    assert "rename stack 'prod' to 'mine'" in team.other.done("undo").stdout
    assert "activate profile" in team.other.done("undo", "--dry-run").stdout  # and not what was done on north
    assert "rename stack 'prod' to 'mine'" in team.other.done("redo").stdout


def test_that_of_another_host_needs_a_reason(team: Team) -> None:
    change = renamed(team.other)
    refused = team.other.run("undo", change, check=1)
    assert f"Change {change} (rename stack 'default' to 'prod') was made by root on host north." in refused.stderr
    assert f"zenml undo {change} --any-actor --reason 'why'" in refused.stderr
    team.other.run("undo", change, "--any-actor", check=1)
    team.other.done("undo", change, "--any-actor", "--reason", "asked")
    with closing(database.connect(str(team.other.config / "ledger.db"))) as file:
        undo, *_ = history.history(file)
        assert history.took_back_others(file, undo.change_id)


def test_what_is_in_the_way_is_said_with_the_host(team: Team) -> None:
    team.other.done("stack", "rename", "prod", "mine")
    shared.bring(team.other, team.one, team.profile)
    conflict = team.one.run("undo", renamed(team.one), check=3)
    assert ", by root on host south," in conflict.stderr
    assert "--any-actor --reason 'why'" in conflict.stderr


def test_two_names_are_two_persons_as_ever(tmp_path: Path) -> None:
    team = Team(tmp_path, "eve")
    refused = team.other.run("undo", renamed(team.other), check=1)
    assert "was made by root." in refused.stderr


def test_where_nobody_else_is_a_host_name_may_change(tmp_path: Path) -> None:
    home = shared.machine(tmp_path / "one", "north")
    home.done("stack", "rename", "default", "prod")
    away = {"TEST_HOST": "south", "ZENML_SESSION": "job"}
    there = json.loads(home.done("history", "--mine", "-o", "json", env=away).stdout)["changes"]
    assert next(row["summary"] for row in there if row["host"] == "north") == "rename stack 'default' to 'prod'"
    home.done("undo", there[0]["change"], env=away)


def test_what_was_made_on_this_machine_is_ones_own_whatever_it_is_called_by_now(team: Team) -> None:
    team.one.done("stack", "register", "s", "-o", "default", "-a", "default", "--set")
    away = {"TEST_HOST": "west"}
    change = json.loads(team.one.done("history", "--mine", "-o", "json", env=away).stdout)["changes"][0]
    assert change["summary"].startswith("register stack 's', activate stack 's'")
    team.one.done("undo", change["change"], env=away)


ANN = {"ZENML_USER": "ann"}


def test_who_chose_a_name_is_the_same_on_every_host(team: Team) -> None:
    team.one.run("stack", "register", "s", "-o", "default", "-a", "default", env=ANN, check=0)
    shared.bring(team.one, team.other, team.profile)
    assert own(team.other) == []
    found = json.loads(team.other.run("history", "--mine", "-o", "json", env=ANN, check=0).stdout)["changes"]
    assert [(row["summary"], row["host"], row["system_user"]) for row in found] == [
        ("register stack 's'", "north", "root")
    ]
    change = found[0]["change"]
    refused = team.other.run("undo", change, check=1)
    assert "was made by ann." in refused.stderr
    team.other.run("undo", change, env=ANN, check=0)
    with closing(database.connect(str(team.other.config / "ledger.db"))) as file:
        undo, *_ = history.history(file)
        assert (undo.actor, undo.host) == ("ann", "south")
        assert not history.took_back_others(file, undo.change_id)


def test_plain_undo_stops_at_what_one_did_on_another_host(team: Team) -> None:
    team.one.run("stack", "register", "s", "-o", "default", "-a", "default", env=ANN, check=0)
    shared.bring(team.one, team.other, team.profile)
    stopped = team.other.run("undo", env=ANN, check=1)
    assert "another session on north" in stopped.stderr


def test_a_chosen_name_is_not_that_of_the_system_on_another_host(tmp_path: Path) -> None:
    team = Team(tmp_path, "ann")
    team.one.run("stack", "register", "s", "-o", "default", "-a", "default", env=ANN, check=0)
    shared.bring(team.one, team.other, team.profile)
    assert own(team.other) == []
    team.other.done("stack", "rename", "prod", "mine")
    shared.bring(team.other, team.one, team.profile)
    found = json.loads(team.one.run("history", "--mine", "-o", "json", env=ANN, check=0).stdout)["changes"]
    assert [row["summary"] for row in found] == ["register stack 's'"]
