"""Machines that share a profile share its runs, in whichever kind of database it is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.runs.recording import append, begin, beginning, cut, ended, finish, here, in_sql, on, opened, seen
from tests.support import plain_sql, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.hints import hint_of
from tests.support.program import Home
from zenml.domain.errors import DamagedLedgerError, NewerFormatError, NotAllowedError, UnreachableError
from zenml.domain.run_events import RunStarted
from zenml.projections.versions import FORMAT
from zenml.runs.looking.info import run_info
from zenml.runs.process import is_gone
from zenml.runs.recording.following import follow_runs
from zenml.runs.recording.opening import runs_file
from zenml.stores.runs.shared import SharedRuns
from zenml.stores.runs.stored import end_in


class Two(NamedTuple):
    """Two machines that share a profile."""

    near: Home
    far: Home
    url: str


in_each_database = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def two(kind: str, tmp_path: Path) -> Iterator[Two]:
    with fresh_url(kind) as url:
        near, far = (shared.machine(tmp_path / name, name, "ann") for name in ("near", "far"))
        for home in (near, far):
            shared._make(home, "team", url)
        yield Two(near, far, url)


@in_each_database
def test_each_sees_what_the_other_runs(two: Two) -> None:
    one = begin(two.near, "first")
    other = begin(two.far, "second")
    finish(two.near, one.run_id)
    for home in (two.near, two.far):
        rows = seen(home)
        assert [(row.run_id, row.name, row.outcome) for row in rows] == [
            (other.run_id, "second", None),
            (one.run_id, "first", "succeeded"),
        ]


@in_each_database
def test_both_have_one_ledger_of_a_year_and_it_is_the_same(two: Two) -> None:
    begin(two.near)
    begin(two.far)
    seen(two.near)
    ledgers, ends = set(), set()
    for home in (two.near, two.far):
        with on(home) as repository:
            _, row, store = opened(repository)
            ledgers.add(row.runs_ledger_id)
            ends.add(end_in(store.path))
    assert (len(ledgers), len(ends)) == (1, 1)
    heads = plain_sql.rows(two.url, "SELECT kind, size FROM zenml_ledgers ORDER BY kind")
    assert [kind for kind, _ in heads] == ["profile", "runs"]
    assert heads[1][1] == 2


@in_each_database
def test_what_is_recorded_already_is_recorded_once(two: Two) -> None:
    run = begin(two.near)
    end = ended(run.run_id)
    append(two.near, end)
    append(two.far, run.event, end)
    append(two.near, run.event, end)
    assert plain_sql.rows(two.url, "SELECT size FROM zenml_ledgers WHERE kind = 'runs'") == [(2,)]


def test_that_a_process_is_gone_is_for_its_own_host_to_say(two: Two) -> None:
    with on(two.far) as repository:
        event = beginning(repository)
        opened(repository)[2].append([event.replace(process=event.process.replace(pid=2**22 + 1))])
    (row,) = seen(two.near)
    process = RunStarted.from_fields(row.began).process
    with on(two.near):
        assert (run_info(row).host, run_info(row).outcome) == ("far", "running")
        assert not is_gone("far", process)
    with on(two.far):
        assert is_gone("far", process)


def test_what_others_ended_counts_here(two: Two) -> None:
    run = begin(two.far)
    assert [row.outcome for row in seen(two.near)] == [None]
    finish(two.far, run.run_id, "failed")
    assert [row.outcome for row in seen(two.near)] == ["failed"]


def test_a_copy_that_was_deleted_is_brought_again(two: Two) -> None:
    run = begin(two.near)
    os.remove(run.store.path)
    assert [row.run_id for row in seen(two.near)] == [run.run_id]


@in_each_database
def test_what_the_database_lost_is_brought_back_as_far_as_it_goes_on(two: Two) -> None:
    first = begin(two.near)
    begin(two.near)
    cut(two.url, 1)
    third = begin(two.near)
    assert len(here(two.near)) == 3
    assert [row.run_id for row in seen(two.far)][::2] == [third.run_id, first.run_id]


def test_runs_that_forked_are_refused_and_both_are_kept(two: Two) -> None:
    begin(two.near, "first")
    seen(two.far)
    begin(two.near, "lost")
    cut(two.url, 1)
    begin(two.far, "another")
    with pytest.raises(DamagedLedgerError) as refused:
        begin(two.near, "third")
    assert refused.value.code == "shared_runs_replaced"
    assert hint_of(refused.value).startswith('If that was done on purpose, run "zenml ledger accept"')
    assert [row.name for row in here(two.near)] == ["lost", "first"]
    assert [row.name for row in seen(two.far)] == ["another", "first"]


def test_runs_that_forked_are_accepted_as_the_database_has_them(two: Two) -> None:
    begin(two.near, "first")
    seen(two.far)
    begin(two.near, "lost")
    cut(two.url, 1)
    begin(two.far, "another")
    with on(two.near) as repository:
        accepted = repository.accept_ledger()
        store = opened(repository)[2]
        (aside,) = [path for ledger_id, path in accepted.fetched if ledger_id == store.ledger_id]
    assert [json.loads(line)["position"] for line in Path(aside).read_text().splitlines()] == [1, 2]
    assert "lost" in Path(aside).read_text()
    begin(two.near, "third")
    for home in (two.near, two.far):
        assert [row.name for row in seen(home)] == ["third", "another", "first"]
    with on(two.near) as repository:
        assert repository.verify().ok


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE zenml_events SET topic = 'zenml:Elsewhere' WHERE {it}", "shared_ledger_altered"),
        ("UPDATE zenml_events SET topic = 'zenml:RunFinished' WHERE {it}", "shared_ledger_altered"),
        ("UPDATE zenml_events SET state = {state} WHERE {it}", "shared_ledger_altered"),
    ],
)
def test_what_is_not_a_run_is_not_believed(two: Two, sql: str, code: str) -> None:
    run = begin(two.near)
    it = f"ledger_id = '{run.store.ledger_id}' AND position = 1"
    plain_sql.execute(two.url, sql.format(it=it, state=in_sql(two.url, b"{}")))
    with on(two.far) as repository:
        _, _, store = opened(repository)
        with pytest.raises(DamagedLedgerError) as refused:
            store.catch_up()
        assert refused.value.code == code
        assert end_in(store.path).size == 0


def test_nothing_runs_unrecorded_where_the_database_is_gone(two: Two) -> None:
    begin(two.near)
    with on(two.near) as repository:
        _, _, store = opened(repository)
        store._place = store._place._replace(host="127.0.0.1", port=1, database="/nowhere/else.db")  # type: ignore[attr-defined]
        before = end_in(store.path)
        with pytest.raises(UnreachableError):
            store.append([ended(here(two.near)[0].run_id)])
        assert end_in(store.path) == before


def test_what_a_newer_version_recorded_is_not_taken_for_an_alteration(two: Two) -> None:
    run = begin(two.near)
    plain_sql.execute(
        two.url,
        f"UPDATE zenml_ledgers SET format = {FORMAT + 1} WHERE kind = 'runs'",
        f"UPDATE zenml_events SET topic = 'zenml:RunDreamt' WHERE ledger_id = '{run.store.ledger_id}'",
    )
    with on(two.far) as repository:
        _, _, store = opened(repository)
        with pytest.raises(NewerFormatError):
            store.catch_up()
        assert end_in(store.path).size == 0


def test_a_profile_that_earlier_versions_share_records_no_runs_before_it_is_upgraded(two: Two) -> None:
    plain_sql.execute(two.url, "UPDATE zenml_ledgers SET format = 6")
    with pytest.raises(NotAllowedError) as refused:
        begin(two.near)
    assert refused.value.code == "shared_format"
    assert "zenml profile upgrade team" in hint_of(refused.value)
    assert plain_sql.rows(two.url, "SELECT kind FROM zenml_ledgers") == [("profile",)]
    with on(two.near) as repository:
        repository.upgrade_profile("team")
    begin(two.near)


def test_others_are_asked_for_their_runs_as_often_as_for_their_changes(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(two.near)
    asked = list[str]()
    catch_up = SharedRuns.catch_up

    def counted(self: SharedRuns) -> None:
        asked.append(self.ledger_id)
        catch_up(self)

    monkeypatch.setattr(SharedRuns, "catch_up", counted)
    with on(two.near) as repository:
        profile, row, _ = opened(repository)
        monkeypatch.setenv("ZENML_FRESH", "60")
        for _ in range(3):
            assert follow_runs(repository.config_directory, profile, [row]) is None
        assert len(asked) == 1
        monkeypatch.setenv("ZENML_FRESH", "0")
        follow_runs(repository.config_directory, profile, [row])
        assert len(asked) == 2
        tree = end_in(runs_file(repository.config_directory, profile.profile_ledger_id, row).path)
        closed = row._replace(size=tree.size, root=tree.root().hex())
        follow_runs(repository.config_directory, profile, [closed])
        assert len(asked) == 2, "nothing will ever come in a closed ledger that is here"
        follow_runs(repository.config_directory, profile, [closed._replace(size=tree.size + 1)])
        assert len(asked) == 3


def test_a_database_that_is_away_is_waited_for_once(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(two.near)
    os.rename(two.url.removeprefix("sqlite:///"), two.url.removeprefix("sqlite:///") + "-away")
    with on(two.near) as repository:
        profile, row, _ = opened(repository)
        monkeypatch.setenv("ZENML_FRESH", "60")
        notice = follow_runs(repository.config_directory, profile, [row], now=True)
        assert notice is not None
        assert "may have changed since" in notice
        asked = list[str]()
        monkeypatch.setattr(SharedRuns, "catch_up", lambda self: asked.append(self.ledger_id))
        assert follow_runs(repository.config_directory, profile, [row]) == notice
        assert asked == []
