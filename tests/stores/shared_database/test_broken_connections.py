"""Where a connection breaks decides what was kept, and that is said."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.stores.shared_database.made import Team, append, ended_when_idle, hurried, raising, record
from tests.support.network.lines import Line, line_to
from tests.support.network.packets import COMMIT
from tests.support.network.relaying import Cut
from tests.support.patience import tried
from zenml.domain.errors import AgainError, CommitUnknownError, LedgerError, UnreachableError
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.sessions import DatabaseTrouble, Statement, Trouble


@pytest.fixture
def line(team_on_server: Team) -> Iterator[Line]:
    """A line to the server."""
    with line_to(team_on_server.place.port) as line:
        yield line


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
            mine = SharedDatabase(team.place, patience=10)
            try:
                with mine.locked(team.ledger_id):
                    pass
            except LedgerError as error:
                failed.append(error)
            mine.close()

        thread = threading.Thread(target=wait)
        thread.start()
        while thread.is_alive() and not (waiting := team.waiting()):
            time.sleep(0.2)  # InnoDB looks again only if nobody asked for a tenth of a second
        sql = "SELECT pg_terminate_backend({})" if team.place.kind == "postgresql" else "KILL {}"
        team.administer(sql.format(*waiting))
        thread.join()
    assert [type(error) for error in failed] == [AgainError]


def test_a_client_that_is_stopped_with_the_lock_loses_it(team_on_server: Team) -> None:
    team = team_on_server

    def attempt(seconds: float) -> None:
        one, other = team.member(), team.member()
        before = len(other.events(team.ledger_id, 0))
        with raising(AgainError) as caught, ExitStack() as stack:
            with ended_when_idle(round(seconds)):
                locked = stack.enter_context(one.locked(team.ledger_id))
            append(locked)
            record(other, team.ledger_id)  # waits until the server has ended the first session
            append(locked)
        assert caught.value.code == "shared_lock_lost"
        assert len(other.events(team.ledger_id, 0)) == before + 1

    tried(attempt, 1)


@pytest.mark.parametrize("delivered", [False, True])
def test_a_commit_whose_answer_is_lost_is_unknown(team_on_server: Team, line: Line, delivered: bool) -> None:
    team = team_on_server
    one, other = team.member(line.url(team.url)), team.member()
    line.watch(Cut(COMMIT, after=delivered))
    with raising(CommitUnknownError, match="It is not known whether"), one.locked(team.ledger_id) as locked:
        change_id = append(locked)
        locked.commit()
    line.watch()
    with one.locked(team.ledger_id) as locked:  # the lost session is over then
        assert locked.position_of(change_id) == (1 if delivered else None)
    assert len(other.events(team.ledger_id, 0)) == delivered


@pytest.mark.parametrize("delivered", [False, True])
@pytest.mark.parametrize("packet", [b"INSERT INTO zenml_events", b"UPDATE zenml_ledgers", b"SELECT position"])
def test_what_is_cut_before_the_commit_is_not_kept(
    team_on_server: Team, line: Line, packet: bytes, delivered: bool
) -> None:
    team = team_on_server
    one = team.member(line.url(team.url))
    line.watch(Cut(packet, after=delivered))
    with raising(AgainError) as caught, one.locked(team.ledger_id) as locked:
        locked.events(0)
        append(locked)
        locked.commit()
    assert (caught.value.code, line.was_cut) == ("shared_lock_lost", True)
    line.watch()
    with one.locked(team.ledger_id) as locked:
        assert (locked.head.size, locked.events(0)) == (0, [])


@pytest.mark.parametrize("delivered", [False, True])
def test_a_claim_whose_answer_is_lost_is_looked_for(team_on_server: Team, line: Line, delivered: bool) -> None:
    one = team_on_server.member(f"{line.url(team_on_server.url)}#other")
    line.watch(Cut(b"INSERT INTO zenml_ledgers", after=delivered, connection=1))
    one.head_of_slot()
    ledger_id = "b" * 8 + "-bbbb" * 3 + "-" + "b" * 12
    assert one.claim("profile", ledger_id, 1).ledger_id == ledger_id
    assert line.was_cut


def test_an_answer_that_does_not_come_breaks_the_connection(team_on_server: Team, line: Line) -> None:
    team = team_on_server
    one = team.member(line.url(team.url))
    record(one, team.ledger_id)
    one.close()
    line.watch(Cut(b"SELECT position", silent=True))
    one.head(team.ledger_id)
    hurried(one)
    with pytest.raises(UnreachableError, match="it did not answer in time"):
        one.events(team.ledger_id, 0)
    with raising(AgainError, match="it did not answer in time"), one.locked(team.ledger_id) as locked:
        hurried(one)
        locked.events(0)
    line.drop()  # the server has not been told of the end of a session that has the lock
    line.watch(Cut(COMMIT, silent=True))
    with raising(CommitUnknownError, match="it did not answer in time"), one.locked(team.ledger_id) as locked:
        append(locked)
        hurried(one)
        locked.commit()
    line.watch()
    line.drop()
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
