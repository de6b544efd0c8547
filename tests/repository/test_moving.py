"""A profile moves to a database, to another one, and back: the same ledger, written in one place only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import LOCAL
from tests.support.program import Home
from tests.support.refusals import refused
from zenml.domain.errors import AlreadyExistsError, NotAllowedError

PASSWORD = "hunter2-of-the-team"
SETTINGS = {"host": "h", "database": "d", "username": "u", "password": PASSWORD}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A machine with a profile of its own, which has a label and a secret."""
    home = shared.machine(tmp_path / "one", "one")
    with moves.on(home) as repository:
        repository.create_profile("team")
        repository.activate_profile("team", machine_wide=True)
        repository.register_component("metadata_store", "db", "mysql", SETTINGS)
        repository.put_label("release")
    return home


@pytest.fixture(params=KINDS)
def urls(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Two databases of a kind."""
    with ExitStack() as stack:
        yield [stack.enter_context(fresh_url(request.param)) for _ in range(2)]


@pytest.fixture
def files() -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(fresh_url("sqlite")) for _ in range(2)]


def copy_stack(home: Home, name: str) -> None:
    with moves.on(home) as repository:
        repository.copy_stack("default", name)


def check(home: Home) -> None:
    """Makes sure that all that was recorded is right, and that its secret opens."""
    with moves.on(home) as repository:
        assert repository.verify().ok
    assert password(home) == PASSWORD


def password(home: Home) -> str:
    with moves.on(home) as repository:
        return str(repository.get_stack_component("metadata_store", "db").parameters["password"])


def test_a_profile_moves_to_databases_and_back(home: Home, urls: list[str]) -> None:
    ledger_id = shared._profile(home, "team").profile_ledger_id
    before = home.done("history", "--reverse", "-o", "json").stdout
    for number, to in enumerate((*urls, urls[0], LOCAL, urls[1])):
        home.done("profile", "move", "team", "--to", to)
        assert moves.open_places(home, "team", urls) == [to]
        assert shared._profile(home, "team").profile_ledger_id == ledger_id
        copy_stack(home, f"s{number}")
        row = moves.row(to) if to != LOCAL else None
        assert row is None or (row.size, row.frontier) == moves.end(home, "team")
        check(home)
    assert home.done("stack", "list", "--at", "release").rows[0]["STACK NAME"] == "default"
    assert "hunter2" not in before


def test_others_join_where_it_came_to_and_open_its_secrets(home: Home, urls: list[str], tmp_path: Path) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(home, "team", urls[0])
    shared.joined(home, other, shared._profile(home, "team"))
    shared.hand_over(home, other, shared._profile(home, "team"))
    check(other)
    (place,) = (row["VALUE"] for row in other.done("artifact-store", "describe", "default").rows[-1:])
    assert str(other.config) in place  # each machine has its own folder


def test_a_machine_that_had_no_secrets_yet_takes_those_of_a_profile(
    home: Home, files: list[str], tmp_path: Path
) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(home, "team", files[0])
    shared.joined(home, other, shared._profile(home, "team"))
    shared.hand_over(home, other, shared._profile(home, "team"))
    moves.move(other, "team", LOCAL)
    check(other)


def test_a_second_move_to_the_same_place_changes_nothing(home: Home, files: list[str]) -> None:
    assert "already there" in home.done("profile", "move", "team", "--to", LOCAL).stdout
    moves.move(home, "team", files[0])
    before = home.done("history", "--all", "-o", "json").stdout
    assert "already there" in home.done("profile", "move", "team", "--to", files[0]).stdout
    assert home.done("history", "--all", "-o", "json").stdout == before


def test_a_place_that_has_another_ledger_is_refused(home: Home, urls: list[str]) -> None:
    home.done("profile", "create", "other", "--store-type", "sql", "--url", urls[0])
    refused(home.run("profile", "move", "team", "--to", urls[0]), "another profile's ledger")
    assert moves.open_places(home, "team", urls) == [LOCAL]
    home.done("profile", "move", "team", "--to", f"{urls[0]}#team")
    with pytest.raises(AlreadyExistsError, match="under another name"):
        moves.move(home, "team", f"{urls[0]}#again")


def test_nobody_begins_or_joins_where_a_ledger_is_still_arriving(
    home: Home, files: list[str], tmp_path: Path
) -> None:
    assert moves.killed_at(4, lambda: moves.move(home, "team", files[0]))
    other = shared.machine(tmp_path / "two", "two")
    refused(other.run("profile", "create", "t", "--store-type", "sql", "--url", files[0]), "still being moved")
    home.done("stack", "rename", "default", "meanwhile")  # it is where it was
    moves.move(home, "team", files[0])
    shared.joined(home, other, shared._profile(home, "team"))
    assert [row["STACK NAME"] for row in other.done("stack", "list").rows] == ["meanwhile"]


@pytest.mark.parametrize("journey", ["there", "on", "back"])
def test_a_killed_move_ends_right_when_it_is_done_again(home: Home, files: list[str], journey: str) -> None:
    places = {"there": [LOCAL, files[0]], "on": files, "back": [files[0], LOCAL]}[journey]
    if places[0] != LOCAL:
        moves.move(home, "team", places[0])
    step, killed = 0, True
    while killed:
        step += 1
        killed = moves.killed_at(step, lambda: moves.move(home, "team", places[1]))
        possible = moves.open_places(home, "team", files)
        assert len(possible) <= 1, f"after step {step}"
        if possible == places[:1]:
            copy_stack(home, f"meanwhile-{step}")
        moves.move(home, "team", places[1])
        assert moves.open_places(home, "team", files) == [places[1]], f"after step {step}"
        copy_stack(home, f"after-{step}")
        check(home)
        moves.move(home, "team", places[0])
    assert step > 5
    names = {row["STACK NAME"] for row in home.done("stack", "list").rows}
    assert {f"after-{number}" for number in range(1, step + 1)} <= names


def test_a_profile_that_moved_cannot_come_back_as_it_was_by_a_restore(home: Home, files: list[str]) -> None:
    with moves.on(home) as repository:
        then = repository.history(limit=1)[0].letters
        repository.move_profile("team", files[0])
        repository.activate_profile("default", machine_wide=True)
        repository.delete_profile("team")
        with pytest.raises(NotAllowedError, match="in one place only"):
            repository.restore(then, everything=True)


def test_a_rehearsed_move_writes_nothing(home: Home, urls: list[str]) -> None:
    answer = home.done("profile", "move", "team", "--to", urls[0], "--dry-run")
    assert "move profile 'team' to" in answer.stdout
    assert moves.row(urls[0]) is None
    assert moves.open_places(home, "team", urls) == [LOCAL]
    home.done("profile", "create", "other", "--store-type", "sql", "--url", urls[1])
    refused(home.run("profile", "move", "team", "--to", urls[1], "--dry-run"), "another profile's ledger")


def test_a_password_in_the_url_is_told_to_nobody(home: Home, tmp_path: Path) -> None:
    answer = home.run("profile", "move", "team", "--to", "postgresql://u:hunter3@127.0.0.1:1/zenml")
    refused(answer, "cannot be reached")
    assert "hunter3" not in answer.output
    assert b"hunter3" not in (home.config / "attempts.jsonl").read_bytes()
