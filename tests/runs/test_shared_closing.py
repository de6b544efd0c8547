"""The runs of a year of a shared profile are closed for everybody, and deleted where they are kept."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

import pytest

from tests.runs.closed import close_2025, opened_2025, recorded_2025, run_in_2025, store_of_closed, stored
from tests.runs.made_runs import in_2025
from tests.runs.recording import beginning, cut, ended, note, on, opened
from tests.support import moves, plain_sql, shared
from tests.support.databases import KINDS
from tests.support.moves import LOCAL
from tests.support.program import Home
from zenml.api.runs import closing
from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError
from zenml.ledger import sessions
from zenml.ledger.ids import new_id
from zenml.runs.recording.lost import settle
from zenml.runs.recording.spool import RunsPlace, left_behind, make_room
from zenml.runs.running.started import salted
from zenml.stores.runs.stored import end_in

NOTES = 8


@pytest.fixture
def url(urls: list[str]) -> str:
    return urls[0]


@pytest.fixture
def two(tmp_path: Path, url: str) -> tuple[Home, Home]:
    """Two machines that share a profile, of which each ran something in 2025 and has all of it."""
    one, other = (shared.machine(tmp_path / name, name, "ann") for name in ("one", "other"))
    for home in (one, other):
        shared._make(home, "team", url)
    run_in_2025(one, "first")
    run_in_2025(other, "second")
    opened_2025(one).catch_up()
    return one, other


def verify(home: Home) -> str:
    """Verifies what a machine has; returns what is said of its runs."""
    with on(home) as repository:
        found = repository.verify()
    assert found.ok, found.verdicts
    return str(found.verdicts["runs"].text)


@pytest.mark.parametrize("kind", KINDS)
def test_where_the_runs_end_is_recorded_and_nobody_adds_to_them(two: tuple[Home, Home], url: str) -> None:
    one, other = two
    stale, before = opened_2025(other), end_in(opened_2025(other).path)
    run = run_in_2025(one, "third")
    assert close_2025(one) is not None
    assert stored(url) == (6, "closed", 6)
    with pytest.raises(NotAllowedError) as refused:
        stale.append([note(run.run_id, "late")])
    assert refused.value.code == "runs_closed"
    assert stored(url) == (6, "closed", 6)
    row = recorded_2025(other)
    stale.catch_up()
    end = end_in(stale.path)
    assert (row.size, row.root) == (end.size, end.root().hex())
    assert end != before
    for home in two:
        verify(home)
    assert close_2025(other) is None, "it is closed already"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_deleted_is_gone_there_and_here_and_copies_of_others_stay(
    two: tuple[Home, Home], url: str, tmp_path: Path
) -> None:
    one, other = two
    file, copy = Path(opened_2025(one).path), Path(opened_2025(other).path)
    close_2025(one, delete=True)
    assert stored(url) == (4, "removed", 0)
    assert not file.exists()
    with on(one) as repository:
        assert list(repository.runs()) == []
    assert verify(one).endswith("closed and not here: 2025")
    assert not file.exists(), "nobody brings it again"
    with on(other) as repository:
        assert [run.name for run in repository.runs()] == ["second", "first"]
    verify(other)
    late = shared.machine(tmp_path / "late", "late")
    shared._make(late, "team", url)
    with on(late) as repository:
        assert list(repository.runs()) == []
    verify(late)
    close_2025(other, delete=True)
    assert not copy.exists()
    assert verify(other).endswith("closed and not here: 2025")


def test_a_part_of_what_was_deleted_is_no_damage_and_may_go(two: tuple[Home, Home], url: str) -> None:
    one, other = two
    opened_2025(other).catch_up()
    run_in_2025(one, "third")
    close_2025(one, delete=True)
    with on(other) as repository:
        assert len(list(repository.runs())) == 2
    assert verify(other).endswith("closed, and a part is here: 4 of 6 events of 2025")
    close_2025(other, delete=True)
    assert verify(other).endswith("closed and not here: 2025")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_acknowledged_before_a_year_was_closed_is_in_what_was_closed(
    two: tuple[Home, Home], url: str
) -> None:
    one, other = two
    run, store = run_in_2025(one, "racing"), opened_2025(other)

    def work(number: int) -> bool:
        try:
            store.append([note(run.run_id, f"note-{number}")])
        except NotAllowedError as error:
            if error.code != "runs_closed":
                raise
            return False
        return True

    def is_closed() -> bool:
        try:
            return close_2025(one) is not None
        except NotAllowedError as error:  # others were quicker than what was shown
            if error.code != "runs_went_on":
                raise
            return False

    with ThreadPoolExecutor(1) as pool:
        kept = pool.map(work, range(NOTES))
        while not is_closed():
            pass
        acknowledged = sum(kept)
    size, moved_to, count = stored(url)
    assert (size, moved_to, count) == (6 + acknowledged, "closed", 6 + acknowledged)
    assert recorded_2025(other).size == size
    for home in two:
        with on(home) as repository:
            list(repository.runs())
        verify(home)


def test_what_was_closed_and_not_recorded_is_recorded_by_whoever_closes_it_next(
    two: tuple[Home, Home], url: str
) -> None:
    one, other = two

    def close_runs_ledger(*what: object) -> None:
        raise NotAllowedError("Not now.")

    failing = mock.patch.object(closing, "close_runs_ledger", close_runs_ledger)
    with failing, pytest.raises(NotAllowedError, match="Not now"):
        close_2025(one)
    assert stored(url) == (4, "closed", 4)
    assert recorded_2025(one).size is None
    with pytest.raises(NotAllowedError, match="The record of the runs of '2025' is closed"):
        run_in_2025(other, "late")
    assert close_2025(other) is not None
    assert recorded_2025(one).size == 4


def test_what_was_recorded_since_it_was_shown_is_not_closed_with_the_rest(
    two: tuple[Home, Home], url: str
) -> None:
    one, other = two
    with on(one) as repository:
        closable = repository.closable_runs(2025)
    run_in_2025(other, "late")
    with on(one) as repository, pytest.raises(NotAllowedError) as refused:
        repository.close_runs(closable, delete=True)
    assert refused.value.code == "runs_went_on"
    assert stored(url) == (6, None, 6)
    assert close_2025(one) is not None
    assert recorded_2025(other).size == 6


def test_an_end_that_a_database_makes_up_is_not_recorded(two: tuple[Home, Home], url: str) -> None:
    one, other = two
    plain_sql.execute(
        url,
        "UPDATE zenml_ledgers SET moved_to = 'closed', size = 0, frontier = x'' WHERE kind = 'runs'",
        "DELETE FROM zenml_events WHERE ledger_id = (SELECT ledger_id FROM zenml_ledgers WHERE kind = 'runs')",
    )
    with pytest.raises(DamagedLedgerError, match="does not continue the runs that this machine has"):
        close_2025(one)
    assert recorded_2025(other).size is None


@pytest.mark.parametrize("word", ["closed", "removed"])
def test_only_a_year_of_runs_is_closed(two: tuple[Home, Home], url: str, word: str) -> None:
    one, _ = two
    plain_sql.execute(url, f"UPDATE zenml_ledgers SET moved_to = '{word}' WHERE kind = 'profile'")
    one.done("stack", "list")
    answer = one.run("stack", "copy", "default", "new", check=5).without_traceback()
    assert f"says '{word}', which only one of a year's runs can be" in answer.stderr


def test_two_who_close_at_once_record_it_once(two: tuple[Home, Home], url: str) -> None:
    one, other = two
    with on(other) as repository:
        closable = repository.closable_runs(2025)
    close_2025(one)
    with on(other) as repository, pytest.raises(NotAllowedError) as refused:
        repository.close_runs(closable)
    assert refused.value.code == "runs_closed"
    closed = plain_sql.rows(url, "SELECT count(*) FROM zenml_events WHERE topic = 'zenml:RunsLedgerClosed'")
    assert closed == [(1,)]


def test_a_run_of_another_host_is_waited_for_for_some_time(two: tuple[Home, Home]) -> None:
    one, other = two
    with on(other) as repository, in_2025():
        run = beginning(repository, "goes on elsewhere").replace(time="2025-12-31T12:00:00.000000Z")
        opened(repository)[2].append([run])
    with at("2026-01-20T12:00:00.000000Z"), pytest.raises(NotAllowedError, match="Of the year 2025 1 run goes on"):
        close_2025(one)
    with at("2026-02-20T12:00:00.000000Z"):
        assert close_2025(one) is not None


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59.999999Z", "2026-02-19T12:00:00.000000Z"])
@pytest.mark.parametrize("host", ["elsewhere", "one"])
def test_nobody_puts_off_closing_with_a_time_that_no_run_of_the_year_has(
    two: tuple[Home, Home], time: str, host: str
) -> None:
    """Whoever may append says when a run began, and where."""
    one, other = two
    with on(one):
        place = {"folder": "/x", "host": sessions.host() if host == "one" else host, "session": "1 2"}
    with on(other) as repository, in_2025():
        run = beginning(repository, "never was")
        process = run.process.replace(namespace="another")
        opened(repository)[2].append([run.replace(time=time, origin=salted(place), process=process)])
    with at("2026-02-20T12:00:00.000000Z"):
        assert close_2025(one) is not None


def at(now: str) -> AbstractContextManager[object]:
    """Has it be another time, as far as closing is concerned."""
    return mock.patch.object(closing, "utc_now", return_value=now)


def test_an_end_that_waits_for_a_closed_year_waits_no_longer(two: tuple[Home, Home], url: str) -> None:
    one, other = two
    with on(other) as repository, in_2025():
        profile, row, store = opened(repository)
        event = beginning(repository, "its end waits")
        store.append([event])
        place = RunsPlace(profile.profile_ledger_id, row.runs_ledger_id, 2025)
        room = make_room(repository.config_directory, event.run_id, place)
        room.keep(place, ended(event.run_id).to_fields())
        room.close()
    with mock.patch.object(closing, "utc_now", return_value="2027-11-30T12:00:00.000000Z"):
        close_2025(one)
    with on(other) as repository:
        with repository.reading() as snapshot:
            assert settle(snapshot, repository.config_directory) == []
        assert list(left_behind(repository.config_directory)) == []
    assert stored(url)[0] == 5


def test_a_database_that_is_away_closes_nothing(two: tuple[Home, Home], url: str) -> None:
    file = url.removeprefix("sqlite:///")
    with on(two[0]) as repository:
        closable = repository.closable_runs(2025)
        os.rename(file, f"{file}-away")
        with pytest.raises(LedgerError):
            repository.close_runs(closable)
    os.rename(f"{file}-away", file)
    assert stored(url) == (4, None, 4)
    assert recorded_2025(two[0]).size is None


def test_a_restored_backup_is_deleted_as_well(two: tuple[Home, Home], url: str) -> None:
    close_2025(two[0])
    cut(url, 3)
    plain_sql.execute(url, "UPDATE zenml_ledgers SET moved_to = NULL WHERE kind = 'runs'")
    close_2025(two[0], delete=True)
    assert stored(url) == (3, "removed", 0)


@pytest.mark.parametrize("delete", [False, True])
def test_a_closed_year_moves_and_stays_closed(two: tuple[Home, Home], urls: list[str], delete: bool) -> None:
    one, _ = two
    close_2025(one, delete=delete)
    state = ("removed", 0) if delete else ("closed", 4)
    moves.move(one, "team", urls[1])
    assert stored(urls[1])[1:] == state
    moves.move(one, "team", LOCAL)
    store = store_of_closed(one)
    assert Path(store.path).exists() is not delete
    if not delete:
        with pytest.raises(NotAllowedError) as refused:
            store.append([note(new_id(), "late")])
        assert refused.value.code == "runs_file_closed"
    moves.move(one, "team", urls[0])
    assert stored(urls[0])[1:] == state
    verify(one)


def test_who_has_a_copy_moves_nothing_back_that_was_deleted(two: tuple[Home, Home], urls: list[str]) -> None:
    one, other = two
    opened_2025(other).catch_up()
    close_2025(one, delete=True)
    moves.move(other, "team", urls[1])
    assert stored(urls[1])[1:] == ("removed", 0)
    moves.move(other, "team", LOCAL)
    moves.move(other, "team", urls[1])
    assert stored(urls[1])[1:] == ("removed", 0)
    with on(other) as repository:
        assert len(list(repository.runs())) == 2
    verify(other)
