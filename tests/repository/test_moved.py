"""What is said after a profile moved: the way back, and the way to where it is now. It works when it is pasted."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import moves, shared
from tests.support.databases import fresh_url
from tests.support.moves import LOCAL
from tests.support.program import Home
from tests.support.refusals import refused
from zenml.domain.errors import NotAllowedError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A machine with a profile of its own."""
    home = shared.machine(tmp_path / "one", "one")
    with moves.on(home) as repository:
        repository.create_profile("team")
        repository.activate_profile("team", machine_wide=True)
    return home


@pytest.fixture
def files() -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(fresh_url("sqlite")) for _ in range(2)]


def commands(text: str, needle: str) -> list[list[str]]:
    """Returns the commands in quotes of a text that have a word in them, as they are pasted."""
    return [shlex.split(command)[1:] for command in re.findall(r'"(zenml [^"]+)"', text) if needle in command]


def moved(home: Home) -> str:
    """Returns the name of the newest change that moved a profile."""
    rows = home.done("history", "--all").rows
    return next(row["CHANGE"] for row in rows if "move profile" in row["SUMMARY"])


def test_after_a_move_the_way_back_is_said_and_leads_back(home: Home, files: list[str]) -> None:
    home.done("profile", "rename", "team", "the team")
    places = [LOCAL, *files]
    for before, to in pairwise(places):
        answer = home.done("profile", "move", "the team", "--to", to)
        assert not commands(answer.stderr, "undo")
        (back,) = commands(answer.stderr, "move")
        home.done(*back)
        assert moves.open_places(home, "the team", files) == [before]
        home.done("profile", "move", "the team", "--to", to)


def test_a_move_is_never_next_to_undo(home: Home, files: list[str]) -> None:
    home.done("orchestrator", "register", "mine", "--flavor", "local")
    home.done("profile", "move", "team", "--to", files[0])
    home.done("undo")  # what was fitted to the new place
    shown = json.loads(home.done("history", "-o", "json").stdout)["changes"]
    assert "move profile" in next(it for it in shown if it["kind"] == "change" and not it["undone_by"])["summary"]
    assert not any(it["next_to_undo"] for it in shown)
    assert "next" not in home.done("show", moved(home)).stdout.split()
    assert "move team --to local" in refused(home.run("undo"), "moved a ledger").stderr


def test_undoing_a_move_is_refused_with_the_way_back(home: Home, files: list[str]) -> None:
    moves.move(home, "team", files[0])
    change = moved(home)
    for words in ([change], [change, "--dry-run"], [change, "--any-actor", "--reason", "why"]):
        answer = refused(home.run("undo", *words), "moved a ledger")
        assert "profile move team --to local" in answer.stderr
    elsewhere = home.run("undo", change, env={"ZENML_USER": "somebody-else"})
    assert "--any-actor" not in refused(elsewhere, "moved a ledger").stderr
    assert moves.open_places(home, "team", files) == [files[0]]
    moves.move(home, "team", files[1])
    back = refused(home.run("undo", moved(home)), "moved a ledger")
    assert commands(back.stderr, "move") == [["profile", "move", "team", "--to", files[0]]]


def test_what_stands_before_a_move_is_not_undone_past_it(home: Home, files: list[str]) -> None:
    (create,) = (
        row["CHANGE"] for row in home.done("history", "--all").rows if "create profile 'team'" in row["SUMMARY"]
    )
    moves.move(home, "team", files[0])
    moves.move(home, "team", files[1])
    home.done("profile", "set", "default")
    answer = refused(home.run("undo", create), "moved a ledger")
    assert commands(answer.stderr, "") == [["profile", "move", "team", "--to", files[0]]]


def test_whoever_uses_the_old_place_is_told_where_it_went_and_follows(
    home: Home, files: list[str], tmp_path: Path
) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(home, "team", files[0])
    shared.joined(home, other, shared._profile(home, "team"))
    other.done("profile", "rename", "team", "our team")
    moves.move(home, "team", files[1])
    home.done("stack", "rename", "default", "prod")
    answer = other.done("stack", "list")
    assert [row["STACK NAME"] for row in answer.rows] == ["default"]
    assert f"has moved to {files[1]}" in answer.stderr
    follow = ["profile", "update", "our team", "--url", files[1]]
    for words in (["stack", "rename", "default", "x"], ["profile", "upgrade", "our team"]):
        assert commands(refused(other.run(*words), files[1]).stderr, "update")[-1:] == [follow]
    assert commands(answer.stderr, "update") == [follow]
    moves.move(home, "team", LOCAL)
    moves.move(home, "team", files[0])  # which it left, and where the other one still looks
    assert [row["STACK NAME"] for row in other.done("stack", "list").rows] == ["prod"]
    moves.move(home, "team", files[1])
    other.done(*follow)
    assert [row["STACK NAME"] for row in other.done("stack", "list").rows] == ["prod"]


def test_whoever_joins_where_a_ledger_was_is_told_the_url(home: Home, files: list[str], tmp_path: Path) -> None:
    third = shared.machine(tmp_path / "three", "three")
    for to in files:
        moves.move(home, "team", to)
    answer = third.run("profile", "create", "t", "--store-type", "sql", "--url", files[0])
    assert not commands(refused(answer, f"has moved to {files[1]}").stderr, "")
    third.done("profile", "create", "t", "--store-type", "sql", "--url", files[1])


def test_a_ledger_that_one_machine_took_back_is_no_other_ones(
    home: Home, files: list[str], tmp_path: Path
) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(home, "team", files[0])
    shared.joined(home, other, shared._profile(home, "team"))
    moves.move(home, "team", LOCAL)
    answer = refused(other.run("stack", "rename", "default", "x"), "keeps it for itself")
    assert commands(answer.stderr, "copy") == [["profile", "copy", "team", "NEW_NAME"]]
    shared.hand_over(home, other, shared._profile(home, "team"))
    other.done("profile", "copy", "team", "mine")
    for to in (LOCAL, files[1]):
        with pytest.raises(NotAllowedError, match="keeps it for itself"):
            moves.move(other, "team", to)
    third = shared.machine(tmp_path / "three", "three")
    refused(
        third.run("profile", "create", "team", "--store-type", "sql", "--url", files[0]), "keeps it for itself"
    )


def test_an_undo_of_a_move_is_not_offered_from_elsewhere_or_for_a_label(
    home: Home, files: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    home.done("init", cwd=folder)
    home.done("profile", "move", "team", "--to", files[0], cwd=folder)
    home.done("undo", cwd=folder)  # what was fitted to the new place
    elsewhere = home.run("undo").exits(1)  # the next one was made in the folder
    assert commands(elsewhere.stderr, "") == [["profile", "move", "team", "--to", LOCAL]]
    home.done("label", "after", moved(home))
    labelled = home.run("undo", "after").exits(1)
    assert commands(labelled.stderr, "") == [["restore", "--to", "after"]]
