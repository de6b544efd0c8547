"""Where a connection breaks decides what was kept, and that is said."""

from __future__ import annotations

import logging
import threading
import time

import pytest

from tests.stores.shared_database.made import Team, append, raising, record
from tests.support.network.wires import Wire
from zenml.domain.errors import AgainError, CommitUnknownError, LedgerError, UnreachableError
from zenml.stores.shared_database import mysql, postgresql
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.sessions import DatabaseTrouble, Statement, Trouble

PORTS = {"postgresql": 5432, "mysql": 3306}


def through(team: Team, wire: Wire) -> str:
    """Returns the URL of a database by way of a wire."""
    return team.url.replace(f":{PORTS[team.place.kind]}/", f":{wire.port}/")


def wired(team: Team) -> Wire:
    return Wire(PORTS[team.place.kind])


def test_a_connection_that_broke_is_opened_again(team_on_server: Team) -> None:
    team, one = team_on_server, team_on_server.member()
    record(one, team.ledger_id)
    for ask in (
        one.head_of_slot,
        lambda: record(one, team.ledger_id),
        one.prepare,
        lambda: one.keys(team.ledger_id),
    ):
        team.kill_sessions()
        ask()
    assert len(one.events(team.ledger_id, 0)) == 2


def test_who_loses_the_connection_loses_the_lock(team_on_server: Team) -> None:
    team, one = team_on_server, team_on_server.member()
    with raising(AgainError, match="The lock of the shared") as caught, one.locked(team.ledger_id) as locked:
        append(locked)
        team.kill_sessions()
        append(locked)
    assert caught.value.code == "shared_lock_lost"
    assert one.events(team.ledger_id, 0) == []
    record(one, team.ledger_id)


def test_who_loses_the_connection_while_waiting_is_to_try_again(team_on_server: Team) -> None:
    team, failed = team_on_server, list[BaseException]()
    with team.member().locked(team.ledger_id):

        def wait() -> None:
            mine = SharedDatabase(team.place)
            try:
                with mine.locked(team.ledger_id):
                    pass
            except LedgerError as error:
                failed.append(error)
            mine.close()

        thread = threading.Thread(target=wait)
        thread.start()
        while not (waiting := team.waiting()):
            time.sleep(0.05)
        sql = "SELECT pg_terminate_backend({})" if team.place.kind == "postgresql" else "KILL {}"
        team.administer(sql.format(*waiting))
        thread.join()
    assert [type(error) for error in failed] == [AgainError]


def test_a_client_that_is_stopped_with_the_lock_loses_it(
    team_on_server: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "IDLE_TIMEOUT", 1)
    monkeypatch.setattr(mysql, "IDLE_TIMEOUT", 1)
    team, one, other = team_on_server, team_on_server.member(), team_on_server.member()
    with raising(AgainError) as caught, one.locked(team.ledger_id) as locked:
        append(locked)
        record(other, team.ledger_id)  # waits until the server has ended the first session
        append(locked)
    assert caught.value.code == "shared_lock_lost"
    assert len(other.events(team.ledger_id, 0)) == 1


@pytest.mark.parametrize("delivered", [False, True])
def test_a_commit_whose_answer_is_lost_is_unknown(team_on_server: Team, delivered: bool) -> None:
    team = team_on_server
    with wired(team) as wire:
        one, other = team.member(through(team, wire)), team.member()
        wire.delivered = delivered
        with (
            raising(CommitUnknownError, match="It is not known whether"),
            one.locked(team.ledger_id) as locked,
        ):
            change_id = append(locked)
            wire.cut_at = b"COMMIT"
            locked.commit()
        wire.cut_at = b""
        with one.locked(team.ledger_id) as locked:  # the lost session is over then
            assert locked.position_of(change_id) == (1 if delivered else None)
        assert len(other.events(team.ledger_id, 0)) == delivered


@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("packet", [b"INSERT INTO zenml_events", b"UPDATE zenml_ledgers", b"SELECT position"])
def test_what_is_cut_before_the_commit_is_not_kept(team_on_server: Team, packet: bytes, delivered: bool) -> None:
    team = team_on_server
    with wired(team) as wire:
        one = team.member(through(team, wire))
        wire.delivered = delivered
        with raising(AgainError) as caught, one.locked(team.ledger_id) as locked:
            wire.cut_at = packet
            locked.events(0)
            append(locked)
            locked.commit()
        assert (caught.value.code, wire.cuts) == ("shared_lock_lost", 1)
        wire.cut_at = b""
        with one.locked(team.ledger_id) as locked:
            assert (locked.head.size, locked.events(0)) == (0, [])


@pytest.mark.parametrize("delivered", [False, True])
def test_a_claim_whose_answer_is_lost_is_looked_for(team_on_server: Team, delivered: bool) -> None:
    team = team_on_server
    with wired(team) as wire:
        one = team.member(f"{through(team, wire)}#other")
        one.head_of_slot()
        wire.cut_at, wire.delivered, wire.once = b"INSERT INTO zenml_ledgers", delivered, True
        ledger_id = "b" * 8 + "-bbbb" * 3 + "-" + "b" * 12
        assert one.claim("profile", ledger_id, 1).ledger_id == ledger_id


def test_an_answer_that_does_not_come_breaks_the_connection(team_on_server: Team) -> None:
    team = team_on_server
    with wired(team) as wire:
        one = team.member(through(team, wire), patience=1)
        record(one, team.ledger_id)
        wire.silent, wire.cut_at = True, b"SELECT position"
        with pytest.raises(UnreachableError, match="it did not answer in time"):
            one.events(team.ledger_id, 0)
        with raising(AgainError, match="it did not answer in time"), one.locked(team.ledger_id) as locked:
            locked.events(0)
        wire.cut_at = b""
        with (
            raising(CommitUnknownError, match="it did not answer in time"),
            one.locked(team.ledger_id) as locked,
        ):
            append(locked)
            wire.cut_at = b"COMMIT"
            locked.commit()
        wire.cut_at = b""
        assert len(one.events(team.ledger_id, 0)) == 1


@pytest.mark.parametrize("after", ["append", "commit"])
def test_who_is_interrupted_leaves_nothing_half_read(
    team: Team, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = team.member()
    record(one, team.ledger_id)
    session = one._session
    assert session is not None

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    expected = KeyboardInterrupt if after == "append" else CommitUnknownError
    with raising(expected), one.locked(team.ledger_id) as locked:
        monkeypatch.setattr(session, "run_all" if after == "append" else "commit", interrupted)
        append(locked)
        locked.commit()
    assert one._session is None
    assert len(one.events(team.ledger_id, 0)) == 1
    record(one, team.ledger_id)


def test_a_deadlock_is_to_be_tried_again(team_on_server: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team, one = team_on_server, team_on_server.member()
    with raising(AgainError), one.locked(team.ledger_id) as locked:
        monkeypatch.setattr(one._session, "run", _deadlock)
        locked.events(0)


def _deadlock(_: Statement) -> None:
    raise DatabaseTrouble(Trouble.AGAIN, "deadlock")


def test_nothing_of_a_driver_is_printed(team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    one = team.member()
    change_id = record(one, team.ledger_id)
    with raising(AgainError), one.locked(team.ledger_id) as locked:
        append(locked, change_id=change_id)
    if team.place.kind != "sqlite":
        with raising(AgainError), one.locked(team.ledger_id) as locked:
            team.kill_sessions()
            append(locked)
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("psycopg").handlers or team.place.kind != "postgresql"
