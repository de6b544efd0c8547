"""Members of a profile that a service keeps have the service record their runs, and see those of the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.closed import close_2025, opened_2025, recorded_2025, run_in_2025
from tests.runs.recording import append, begin, beginning, ended, finish, here, on, opened, seen
from tests.runs.redacted import SECRET, a_secret_run, redact, redactions
from tests.service.running import TEXTS, listening
from tests.support import shared
from tests.support.databases import fresh_url
from tests.support.hints import hint_of
from tests.support.removals import bytes_of
from tests.support.served import ServedTeam
from zenml import paths
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, UnreachableError
from zenml.runs.looking.info import run_info
from zenml.stores.runs.stored import end_in

TOKEN = f"zt_abcdefgh_{'0' * 64}"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTeam]:
    team = ServedTeam(tmp_path_factory.mktemp("runs") / "team")
    yield team
    team.down()


def test_each_member_sees_what_the_others_run_and_so_does_the_service(team: ServedTeam) -> None:
    ann, ben = team.member("ann"), team.member("ben")
    one = begin(ann, "first")
    other = begin(ben, "second")
    finish(ann, one.run_id)
    for home in (ann, ben, team.host):
        rows = [row for row in seen(home) if row.name in ("first", "second")]
        assert [(row.run_id, row.outcome) for row in rows] == [(other.run_id, None), (one.run_id, "succeeded")]
    finish(ben, other.run_id, "failed")
    assert seen(ann)[0].outcome == "failed"


def test_a_run_is_by_the_name_of_the_token_and_on_the_host_that_it_said(team: ServedTeam) -> None:
    dan = team.member("dan")
    run = begin(dan)
    info = run_info(seen(dan)[0])
    assert (info.run_id, info.actor, info.host) == (run.run_id, "dan", os.uname().nodename)
    stored = seen(team.host)[0].began["actor"]
    assert stored["known_by"] == "token"


def test_what_was_sent_again_is_recorded_once(team: ServedTeam) -> None:
    eve = team.member("eve")
    run = begin(eve)
    end = ended(run.run_id)
    append(eve, end)
    before = end_in(run.store.path)
    append(eve, run.event, end)
    append(eve, end)
    assert end_in(run.store.path) == before


def test_a_reader_sees_runs_and_records_none(team: ServedTeam) -> None:
    gus, zoe = team.member("gus"), team.member("zoe", "reader")
    begin(gus, "of gus")
    assert seen(zoe)[0].name == "of gus"
    with on(zoe) as repository:
        _, _, store = opened(repository)
        with pytest.raises(NotAllowedError) as refused:
            store.append([beginning(repository)])
    assert refused.value.code == "service_role"


def test_nothing_runs_unrecorded_while_the_service_is_down(team: ServedTeam) -> None:
    hal = team.member("hal")
    run = begin(hal)
    team.down()
    with on(hal) as repository:
        _, _, store = opened(repository)
        before = end_in(store.path)
        with pytest.raises(UnreachableError):
            store.append([beginning(repository)])
        with pytest.raises(UnreachableError):
            store.append([ended(run.run_id)])
        assert end_in(store.path) == before
    assert here(hal)[0].run_id == run.run_id
    team.start()
    finish(hal, run.run_id)
    assert seen(team.host)[0].outcome == "succeeded"


def test_what_a_service_lost_is_noticed_before_anything_is_recorded(tmp_path: Path) -> None:
    team = ServedTeam(tmp_path / "team")
    try:
        ann = team.member("ann")
        run = begin(ann)
        file = Path(paths.runs_folder(str(team.host.config))) / Path(run.store.path).name
        file.unlink()
        with pytest.raises(DamagedLedgerError) as refused, on(ann) as repository:
            opened(repository)[2].append([ended(run.run_id)])
        assert refused.value.code == "shared_runs_replaced"
        assert not file.exists()
        assert here(ann)[0].run_id == run.run_id
    finally:
        team.down()


def test_members_of_a_service_and_of_its_database_share_their_runs(tmp_path: Path) -> None:
    with fresh_url("sqlite") as url:
        host, direct, member = (shared.machine(tmp_path / name, name) for name in ("host", "direct", "member"))
        for home in (host, direct):
            shared._make(home, "team", url)
        with on(host), listening(host, "team") as service:
            service.tokens.tokens[TOKEN] = service.tokens.tokens[TEXTS["writer"]]
            with on(member) as repository:
                place = f"http://{TOKEN}@127.0.0.1:{service.port}"
                repository.create_profile("team", store_type="rest", url=place)
                repository.activate_profile("team", machine_wide=True)
            one, other = begin(direct, "in the database"), begin(member, "by the service")
            finish(direct, one.run_id)
            finish(member, other.run_id, "failed")
            for home in (host, direct, member):
                assert [(row.name, row.outcome) for row in seen(home)] == [
                    ("by the service", "failed"),
                    ("in the database", "succeeded"),
                ]


def test_whose_run_another_token_began_is_in_nobodys_way(team: ServedTeam) -> None:
    ida, jon = team.member("ida"), team.member("jon")
    run = begin(ida, "of ida")
    with on(jon) as repository:
        _, _, store = opened(repository)
        with pytest.raises(NotAllowedError) as refused:
            store.append([ended(run.run_id)])
    assert "Only the token that began a run" in refused.value.message
    other = begin(jon)
    finish(jon, other.run_id)
    finish(ida, run.run_id)
    assert [row.outcome for row in seen(team.host)[:2]] == ["succeeded", "succeeded"]


def test_an_admin_redacts_what_a_member_recorded_and_it_goes_everywhere(tmp_path: Path) -> None:
    team = ServedTeam(tmp_path / "team")
    try:
        ann, ben, olga = team.member("ann"), team.member("ben"), team.member("olga", "admin")
        a_secret_run(ann)
        for home in (ben, olga):
            seen(home)
        with pytest.raises(NotAllowedError) as refused:
            redact(ben)
        assert refused.value.code == "service_role"
        assert bytes_of(ben.config / "runs", SECRET)
        assert not redact(olga).left.values
        for home in (olga, team.host):
            assert bytes_of(home.config, SECRET) == {}
        for home in (ann, ben):
            seen(home)
            assert bytes_of(home.config, SECRET) == {}
            with on(home) as repository:
                assert repository.verify().ok
        (said,) = redactions(ann)
        assert (said["actor"]["actor_id"]["v"], said["actor"]["known_by"]) == ('"olga"', "token")
        begin(ann, "goes on")
        assert seen(olga)[0].name == "goes on"
    finally:
        team.down()


def test_a_year_is_closed_on_the_machine_of_the_service_and_members_hear_of_it(tmp_path: Path) -> None:
    team = ServedTeam(tmp_path / "team")
    try:
        ann, ben, olga = team.member("ann"), team.member("ben"), team.member("olga", "admin")
        ann, ben, olga = (
            replace(home, environment={**home.environment, "ZENML_FRESH": "0"}) for home in (ann, ben, olga)
        )
        run_in_2025(ann, "first")
        opened_2025(ben).catch_up()
        run_in_2025(ann, "second")
        with pytest.raises(NotAllowedError) as refused:
            close_2025(olga)
        assert refused.value.code == "runs_of_service"
        assert 'runs "zenml runs close YEAR" there' in hint_of(refused.value)
        close_2025(team.host, delete=True)
        assert recorded_2025(ann).size == 4
        for home, names in ((ann, ["second", "first"]), (ben, ["first"]), (olga, [])):
            with on(home) as repository:
                assert [run.name for run in repository.runs()] == names
                assert repository.verify().ok
    finally:
        team.down()
