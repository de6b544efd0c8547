"""The runs of a profile go along when it moves, and are recorded in one place only."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest

from tests.runs.recording import append, begin, ended, here, on, opened, seen
from tests.support import moves, plain_sql, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import LOCAL
from tests.support.program import Home
from zenml.api.moving import ProfileMover
from zenml.domain.errors import NotAllowedError
from zenml.runs.recording.moving import RunsMove
from zenml.stores.runs.stored import end_in
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.transactions import RecordingTransaction

STEPS = (
    (LockedShared, "commit"),
    (RecordingTransaction, "finish_views"),
    (ProfileMover, "_finish"),
    (RunsMove, "finish"),
)
"""Before each and after each a move can be killed."""


@pytest.fixture
def owner(tmp_path: Path) -> Home:
    """A machine with a profile of its own."""
    home = shared.machine(tmp_path / "owner", "owner")
    with on(home) as repository:
        repository.create_profile("team")
        repository.activate_profile("team", machine_wide=True)
    return home


def sizes(url: str) -> list[tuple[int, str | None]]:
    """Returns how many events of runs a database has, and where they have moved."""
    sql = "SELECT size, moved_to FROM zenml_ledgers WHERE kind = 'runs'"
    return [(size, moved_to) for size, moved_to in plain_sql.rows(url, sql)]


def member(tmp_path: Path, url: str, name: str = "member") -> Home:
    home = shared.machine(tmp_path / name, name)
    shared._make(home, "team", url)
    return home


@pytest.mark.parametrize("kind", KINDS)
def test_runs_go_along_to_databases_and_back(owner: Home, urls: list[str]) -> None:
    run_ids = [begin(owner).run_id]
    for size, to in enumerate((urls[0], urls[1], urls[0], LOCAL, urls[1]), start=1):
        moves.move(owner, "team", to)
        if to != LOCAL:
            assert sizes(to) == [(size, None)]
        run_ids.insert(0, begin(owner).run_id)
        assert [row.run_id for row in seen(owner)] == run_ids
    assert sizes(urls[1]) == [(6, None)]
    ((_, moved_to),) = sizes(urls[0])
    assert moved_to is not None
    assert moved_to.startswith("local:")


def test_a_member_sees_what_was_run_before_the_profile_was_shared(
    owner: Home, urls: list[str], tmp_path: Path
) -> None:
    run = begin(owner, "before")
    moves.move(owner, "team", urls[0])
    other = member(tmp_path, urls[0])
    assert [row.run_id for row in seen(other)] == [run.run_id]


def test_what_others_ran_comes_home(owner: Home, urls: list[str], tmp_path: Path) -> None:
    moves.move(owner, "team", urls[0])
    other = member(tmp_path, urls[0])
    run = begin(other)
    moves.move(owner, "team", LOCAL)
    assert [row.run_id for row in here(owner)] == [run.run_id]
    with on(other) as repository:
        _, _, store = opened(repository)
        before = end_in(store.path)
        with pytest.raises(NotAllowedError) as refused:
            store.append([ended(run.run_id)])
        assert refused.value.code == "ledger_withdrawn"
        assert end_in(store.path) == before


def test_runs_of_a_place_that_was_left_are_refused_there(owner: Home, urls: list[str], tmp_path: Path) -> None:
    moves.move(owner, "team", urls[0])
    other = member(tmp_path, urls[0])
    run = begin(other)
    moves.move(owner, "team", urls[1])
    with pytest.raises(NotAllowedError) as refused:
        append(other, ended(run.run_id))
    assert refused.value.code == "ledger_moved"
    with on(other) as repository:
        repository.update_profile("team", url=urls[1])
    append(other, ended(run.run_id))
    assert seen(owner)[0].outcome == "succeeded"


def test_runs_stay_where_they_are_if_the_profile_does(owner: Home, urls: list[str]) -> None:
    moves.move(owner, "team", urls[0])
    begin(owner)
    failing = mock.patch.object(ProfileMover, "_record", side_effect=NotAllowedError("It is refused."))
    with failing, pytest.raises(NotAllowedError):
        moves.move(owner, "team", urls[1])
    begin(owner)
    assert sizes(urls[0]) == [(2, None)]
    moves.move(owner, "team", urls[1])
    assert sizes(urls[1]) == [(2, None)]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["to", "between", "back"])
def test_a_move_that_is_killed_at_any_step_is_finished_by_the_same_command(
    owner: Home, tmp_path: Path, way: str
) -> None:
    begun, step = [begin(owner).run_id], 1
    while True:
        with ExitStack() as stack:
            one, other = (stack.enter_context(fresh_url("sqlite")) for _ in range(2))
            if way != "to":
                moves.move(owner, "team", one)
            begun.insert(0, begin(owner).run_id)
            to = {"to": one, "between": other, "back": LOCAL}[way]
            was_killed = moves.killed_at(step, lambda to=to: moves.move(owner, "team", to), STEPS)  # type: ignore[misc]
            moves.move(owner, "team", to)
            begun.insert(0, begin(owner).run_id)
            assert [row.run_id for row in seen(owner)] == begun, step
            if to != LOCAL:
                assert sizes(to) == [(len(begun), None)], step
            moves.move(owner, "team", LOCAL)
        if not was_killed:
            assert step > 8
            return
        step += 1


def test_a_killed_move_leaves_no_two_places_to_record_in(owner: Home, urls: list[str], tmp_path: Path) -> None:
    moves.move(owner, "team", urls[0])
    begin(owner)
    other = member(tmp_path, urls[0])
    seen(other)
    step = 1
    while moves.killed_at(step, lambda: moves.move(owner, "team", urls[1]), STEPS):
        open_places = [url for url in urls for _, moved_to in _rows(url) if moved_to is None]
        assert len(open_places) <= 1, step
        moves.move(owner, "team", urls[1])
        moves.move(owner, "team", urls[0])
        step += 1
    assert step > 8


def _rows(url: str) -> list[tuple[int, str | None]]:
    try:
        return sizes(url)
    except sqlite3.OperationalError:  # there are no tables yet
        return []
