"""A value goes from the runs of a shared profile: from the database, and from every machine that has them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.runs.recording import begin, cut, in_sql, on, opened, seen
from tests.runs.redacted import SECRET, a_secret_run, events, redact, redactions, said, states
from tests.support import moves, plain_sql, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import LOCAL
from tests.support.program import Home
from tests.support.removals import bytes_of
from zenml.domain.errors import LedgerError
from zenml.stores.runs.file import RunsFile

MACHINES = 3


@pytest.fixture
def url(kind: str) -> Iterator[str]:
    with fresh_url(kind) as url:
        yield url


@pytest.fixture
def homes(tmp_path: Path, url: str) -> list[Home]:
    """Machines that share a profile; the first one recorded a run that says too much, and all of them have it."""
    homes = [shared.machine(tmp_path / f"home-{number}", f"home-{number}") for number in range(MACHINES)]
    for home in homes:
        shared._make(home, "team", url)
    a_secret_run(homes[0])
    for home in homes:
        seen(home)
        assert bytes_of(home.config / "runs", SECRET)
    return homes


@pytest.mark.parametrize("kind", KINDS)
def test_it_goes_from_the_database_and_from_every_machine(homes: list[Home], url: str) -> None:
    one, other, third = homes
    done = redact(one)
    assert not done.left.values
    assert SECRET.encode() not in states(url)
    assert bytes_of(one.config, SECRET) == {}
    assert bytes_of(other.config / "runs", SECRET)
    for home in (other, third):
        seen(home)
        assert bytes_of(home.config, SECRET) == {}
    for home in homes:
        assert [fields["values"] for fields in redactions(home)] == [
            [{"field": "/command", "position": 1}, {"field": "/note/uri", "position": 2}]
        ]
        with on(home) as repository:
            assert repository.verify().ok
    begin(other, "goes on")
    assert [row.name for row in seen(one)] == ["goes on", "says too much"]


def test_it_is_found_that_others_recorded_it(homes: list[Home]) -> None:
    begin(homes[1], "another")
    a_secret_run(homes[1])
    with on(homes[0]) as repository:
        listed = repository.find_redaction(text=SECRET)
        assert len(listed.in_runs) == 4
        assert any(it.kind == "machine" and "team" in it.sentence for it in listed.unreachable)


def test_the_same_again_records_nothing(homes: list[Home], url: str) -> None:
    redact(homes[0])
    before = plain_sql.rows(url, "SELECT size FROM zenml_ledgers WHERE kind = 'runs'")
    for home in homes:
        assert redact(home).is_done
    assert plain_sql.rows(url, "SELECT size FROM zenml_ledgers WHERE kind = 'runs'") == before


def test_machines_that_redact_at_once_record_it_once(homes: list[Home], url: str) -> None:
    stores = []
    for home in homes:
        with on(home) as repository:
            stores.append(opened(repository)[2])
    values = [(1, "/command"), (2, "/note/uri")]
    with ThreadPoolExecutor(MACHINES) as pool:
        list(pool.map(lambda store: store.redact(values, said), stores))
    assert plain_sql.rows(url, "SELECT size FROM zenml_ledgers WHERE kind = 'runs'") == [(3,)]
    assert SECRET.encode() not in states(url)
    for home in homes:
        seen(home)
        assert bytes_of(home.config, SECRET) == {}


def test_a_machine_that_joins_later_never_gets_it(homes: list[Home], tmp_path: Path, url: str) -> None:
    redact(homes[0])
    late = shared.machine(tmp_path / "late", "late")
    shared._make(late, "team", url)
    seen(late)
    assert bytes_of(late.config, SECRET) == {}
    with on(late) as repository:
        assert repository.verify().ok


def test_what_is_only_said_to_be_redacted_stays(homes: list[Home], url: str) -> None:
    """Whoever may append can say of anything that it was redacted."""
    with on(homes[1]) as repository:
        opened(repository)[2].append([said([(1, "/command")])])
    seen(homes[0])
    assert bytes_of(homes[0].config / "runs", SECRET)
    with on(homes[0]) as repository:
        problems = repository.verify().verdicts["runs"].problems
    assert any("but no blank value is there" in problem.message for problem in problems)


def test_no_run_is_hidden_by_saying_that_who_started_it_was_redacted(homes: list[Home]) -> None:
    with on(homes[1]) as repository:
        opened(repository)[2].append([said([(1, "/actor/actor_id")])])
    seen(homes[0])
    for home in homes[:2]:
        with on(home) as repository:
            (run,) = repository.runs()
            assert [found.name for found in repository.runs(actor=run.actor)] == ["says too much"]
            RunsFile(opened(repository)[2].path, opened(repository)[1].runs_ledger_id).rebuild()
            assert [found.name for found in repository.runs(actor=run.actor)] == ["says too much"]


def test_who_started_a_run_is_found_nowhere_once_that_was_redacted(homes: list[Home]) -> None:
    with on(homes[0]) as repository:
        (run,) = repository.runs()
        opened(repository)[2].redact([(1, "/actor/actor_id")], said)
    for home in homes[:2]:
        seen(home)
        with on(home) as repository:
            assert list(repository.runs(actor=run.actor)) == []
            assert list(repository.runs(name="says too much")) != []


def test_another_event_in_the_place_of_one_that_was_redacted_is_damage(homes: list[Home], url: str) -> None:
    redact(homes[0])
    (_, note, *_) = events(homes[0])
    state = in_sql(url, note.state)
    plain_sql.execute(url, f"UPDATE zenml_events SET state = {state} WHERE position = 1 AND {of_runs(url)}")
    with on(homes[1]) as repository:
        store = opened(repository)[2]
        with pytest.raises(LedgerError) as refused:
            store.catch_up()
    assert refused.value.code == "shared_ledger_altered"
    assert bytes_of(homes[1].config / "runs", SECRET), "what is here stays as it was"


def test_nothing_of_the_machine_is_blanked_where_the_database_is_away(homes: list[Home], url: str) -> None:
    home, file = homes[0], Path(url.removeprefix("sqlite:///"))
    file.rename(f"{file}-away")
    with pytest.raises(LedgerError):
        redact(home)
    assert bytes_of(home.config / "runs", SECRET)
    Path(f"{file}-away").rename(file)
    assert redact(home).is_done
    assert bytes_of(home.config, SECRET) == {}


def test_a_restored_backup_gets_it_blanked_again(homes: list[Home], url: str) -> None:
    clear = events(homes[0])[0].state
    redact(homes[0])
    cut(url, 2)
    plain_sql.execute(
        url, f"UPDATE zenml_events SET state = {in_sql(url, clear)} WHERE position = 1 AND {of_runs(url)}"
    )
    assert SECRET.encode() in states(url)
    begin(homes[0], "next")
    assert SECRET.encode() not in states(url)
    seen(homes[1])
    assert bytes_of(homes[1].config, SECRET) == {}


def test_a_place_that_the_profile_comes_back_to_has_it_no_more(homes: list[Home], url: str) -> None:
    moves.move(homes[0], "team", LOCAL)
    assert SECRET.encode() in states(url), "what was left keeps what it had"
    redact(homes[0])
    moves.move(homes[0], "team", url)
    assert SECRET.encode() not in states(url)
    seen(homes[1])
    assert bytes_of(homes[1].config, SECRET) == {}


def of_runs(url: str) -> str:
    ((ledger_id,),) = plain_sql.rows(url, "SELECT ledger_id FROM zenml_ledgers WHERE kind = 'runs'")
    return f"ledger_id = '{ledger_id}'"
