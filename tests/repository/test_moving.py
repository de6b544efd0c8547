"""A profile moves to a database, to another one, and back: the same ledger, written in one place only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.ledger.machines import Row
from tests.repository.owners import PASSWORD, password
from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import LOCAL
from tests.support.program import Home
from tests.support.refusals import refused
from tests.support.removals import places, redact
from zenml import paths
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.projections import stored_events
from zenml.projections.database import open_still
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place

CANARY = "canary-of-a-customer"


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
        repository.copy_stack("prod", name)


def check(home: Home) -> None:
    """Makes sure that all that was recorded is right, and that its secret opens."""
    with moves.on(home) as repository:
        assert repository.verify().ok
    assert password(home) == PASSWORD


def test_a_profile_moves_to_databases_and_back(owner: Home, urls: list[str]) -> None:
    ledger_id = shared._profile(owner, "team").profile_ledger_id
    before = owner.done("history", "--reverse", "-o", "json").stdout
    for number, to in enumerate((*urls, urls[0], LOCAL, urls[1])):
        owner.done("profile", "move", "team", "--to", to)
        assert moves.open_places(owner, "team", urls) == [to]
        assert shared._profile(owner, "team").profile_ledger_id == ledger_id
        copy_stack(owner, f"s{number}")
        row = moves.row(to) if to != LOCAL else None
        assert row is None or (row.size, row.frontier) == moves.end(owner, "team")
        check(owner)
    assert owner.done("stack", "list", "--at", "release").rows[0]["STACK NAME"] == "prod"
    assert "hunter2" not in before


def test_what_was_redacted_meanwhile_does_not_come_back_where_it_was_before(
    owner: Home, urls: list[str], tmp_path: Path
) -> None:
    ledger_id = shared._profile(owner, "team").profile_ledger_id
    with moves.on(owner) as repository, repository.change(reason=CANARY):
        repository.rename_stack("prod", "renamed")
    for to in urls:
        moves.move(owner, "team", to)
    with moves.on(owner) as repository:
        redact(repository, {ledger_id: places(stored(owner), ledger_id, CANARY)})
    assert CANARY in texts(urls[0], ledger_id), "nobody can write to the place that was left"
    moves.move(owner, "team", urls[0])
    assert CANARY not in texts(urls[0], ledger_id)
    later = shared.machine(tmp_path / "later", "later")
    shared.joined(owner, later, shared._profile(owner, "team"))
    assert not places(stored(later), ledger_id, CANARY)
    moves.move(owner, "team", LOCAL)
    assert not places(stored(owner), ledger_id, CANARY)
    assert password(owner) == PASSWORD


def texts(url: str, ledger_id: str) -> str:
    """Returns all events of a ledger as a database has them."""
    with closing(SharedDatabase(read_place(url), patience=10)) as database:
        return "\n".join(event.state.decode() for event in database.events(ledger_id, 0))


def stored(home: Home) -> list[Row]:
    with open_still(paths.ledger_file(str(home.config))) as database:
        return [
            Row(row.rowid, row.ledger_id, row.position, row.topic, row.text.decode())
            for row in stored_events.events(database)
        ]


def test_others_join_where_it_came_to_and_open_its_secrets(owner: Home, urls: list[str], tmp_path: Path) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(owner, "team", urls[0])
    shared.joined(owner, other, shared._profile(owner, "team"))
    shared.hand_over(owner, other, shared._profile(owner, "team"))
    check(other)
    (place,) = (row["VALUE"] for row in other.done("artifact-store", "describe", "default").rows[-1:])
    assert str(other.config) in place  # each machine has its own folder


def test_a_machine_that_had_no_secrets_yet_takes_those_of_a_profile(
    owner: Home, files: list[str], tmp_path: Path
) -> None:
    other = shared.machine(tmp_path / "two", "two")
    moves.move(owner, "team", files[0])
    shared.joined(owner, other, shared._profile(owner, "team"))
    shared.hand_over(owner, other, shared._profile(owner, "team"))
    moves.move(other, "team", LOCAL)
    check(other)


def test_a_second_move_to_the_same_place_changes_nothing(owner: Home, files: list[str]) -> None:
    assert "already there" in owner.done("profile", "move", "team", "--to", LOCAL).stdout
    moves.move(owner, "team", files[0])
    before = owner.done("history", "--all", "-o", "json").stdout
    assert "already there" in owner.done("profile", "move", "team", "--to", files[0]).stdout
    assert owner.done("history", "--all", "-o", "json").stdout == before


def test_a_place_that_has_another_ledger_is_refused(owner: Home, urls: list[str]) -> None:
    owner.done("profile", "create", "other", "--store-type", "sql", "--url", urls[0])
    refused(owner.run("profile", "move", "team", "--to", urls[0]), "another profile's ledger")
    assert moves.open_places(owner, "team", urls) == [LOCAL]
    owner.done("profile", "move", "team", "--to", f"{urls[0]}#team")
    with pytest.raises(AlreadyExistsError, match="under another name"):
        moves.move(owner, "team", f"{urls[0]}#again")


def test_nobody_begins_or_joins_where_a_ledger_is_still_arriving(
    owner: Home, files: list[str], tmp_path: Path
) -> None:
    assert moves.killed_at(4, lambda: moves.move(owner, "team", files[0]))
    other = shared.machine(tmp_path / "two", "two")
    refused(other.run("profile", "create", "t", "--store-type", "sql", "--url", files[0]), "still being moved")
    owner.done("stack", "rename", "prod", "meanwhile")  # it is where it was
    moves.move(owner, "team", files[0])
    shared.joined(owner, other, shared._profile(owner, "team"))
    assert [row["STACK NAME"] for row in other.done("stack", "list").rows] == ["meanwhile"]


# from one database to another: both ends of a move are in each kind
@pytest.mark.slow
@pytest.mark.parametrize(
    ("urls", "journey"),
    [("sqlite", "there"), ("sqlite", "on"), ("sqlite", "back"), ("postgresql", "on"), ("mysql", "on")],
    indirect=["urls"],
)
def test_a_killed_move_ends_right_when_it_is_done_again(owner: Home, urls: list[str], journey: str) -> None:
    places = {"there": [LOCAL, urls[0]], "on": urls, "back": [urls[0], LOCAL]}[journey]
    if places[0] != LOCAL:
        moves.move(owner, "team", places[0])
    step, killed = 0, True
    while killed:
        step += 1
        killed = moves.killed_at(step, lambda: moves.move(owner, "team", places[1]))
        possible = moves.open_places(owner, "team", urls)
        assert len(possible) <= 1, f"after step {step}"
        if possible == places[:1]:
            copy_stack(owner, f"meanwhile-{step}")
        moves.move(owner, "team", places[1])
        assert moves.open_places(owner, "team", urls) == [places[1]], f"after step {step}"
        copy_stack(owner, f"after-{step}")
        check(owner)
        moves.move(owner, "team", places[0])
    assert step > 5
    names = {row["STACK NAME"] for row in owner.done("stack", "list").rows}
    assert {f"after-{number}" for number in range(1, step + 1)} <= names


def test_a_profile_that_moved_cannot_come_back_as_it_was_by_a_restore(owner: Home, files: list[str]) -> None:
    with moves.on(owner) as repository:
        then = repository.history(limit=1)[0].letters
        repository.move_profile("team", files[0])
        repository.activate_profile("default", machine_wide=True)
        repository.delete_profile("team")
        with pytest.raises(NotAllowedError, match="in one place only"):
            repository.restore(then, everything=True)


def test_a_rehearsed_move_writes_nothing(owner: Home, urls: list[str]) -> None:
    answer = owner.done("profile", "move", "team", "--to", urls[0], "--dry-run")
    assert "move profile 'team' to" in answer.stdout
    assert moves.row(urls[0]) is None
    assert moves.open_places(owner, "team", urls) == [LOCAL]
    owner.done("profile", "create", "other", "--store-type", "sql", "--url", urls[1])
    refused(owner.run("profile", "move", "team", "--to", urls[1], "--dry-run"), "another profile's ledger")


def test_a_password_in_the_url_is_told_to_nobody(owner: Home, tmp_path: Path) -> None:
    answer = owner.run("profile", "move", "team", "--to", "postgresql://u:hunter3@127.0.0.1:1/zenml")
    refused(answer, "cannot be reached")
    assert "hunter3" not in answer.output
    assert b"hunter3" not in (owner.config / "attempts.jsonl").read_bytes()
