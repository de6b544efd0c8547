"""What goes wrong between here and a database is said in a sentence, and it is known what was kept."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores.shared_database.made import Team, append, edge, event, key, raising, record
from tests.support.wires import Wire, listening
from zenml.domain.errors import AgainError, BusyError, CommitUnknownError, LedgerError, UnreachableError
from zenml.stores import protocol
from zenml.stores.shared_database import mysql, postgresql
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.sessions import DatabaseTrouble, Statement, Trouble

PORTS = {"postgresql": 5432, "mysql": 3306}


def through(team: Team, wire: Wire) -> str:
    """Returns the URL of a database by way of a wire."""
    return team.url.replace(f":{PORTS[team.place.kind]}/", f":{wire.port}/")


def wired(team: Team) -> Wire:
    return Wire(PORTS[team.place.kind])


def refused(url: str, ask: Callable[[SharedDatabase], object] = SharedDatabase.head_of_slot) -> LedgerError:
    database = SharedDatabase(read_place(url), patience=1)
    with pytest.raises(LedgerError) as caught:
        ask(database)
    database.close()
    return caught.value


# --- nobody is let in ---


@pytest.mark.parametrize("kind", PORTS)
def test_nobody_listens(kind: str) -> None:
    error = refused(f"{kind}://u:geheim@127.0.0.1:1/d")
    assert str(error) == "The shared database 'd' on 127.0.0.1:1 cannot be reached: the connection was refused."
    assert (type(error), error.code) == (UnreachableError, "database_unreachable")


@pytest.mark.parametrize("kind", PORTS)
def test_there_is_no_such_host(kind: str) -> None:
    error = refused(f"{kind}://u:geheim@nowhere.invalid/d")
    assert str(error).endswith("cannot be reached: there is no such host.")
    assert error.code == "database_unreachable"


@pytest.mark.parametrize("kind", PORTS)
def test_who_listens_says_nothing(kind: str) -> None:
    with listening(None) as port:
        error = refused(f"{kind}://u:geheim@127.0.0.1:{port}/d")
    assert str(error).endswith("cannot be reached: it did not answer in time.")
    assert error.code == "database_unreachable"


@pytest.mark.parametrize("kind", PORTS)
@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b"N\xff\xfe\x00geheim" * 9])
def test_who_listens_is_somebody_else(kind: str, answer: bytes) -> None:
    with listening(answer) as port:
        error = refused(f"{kind}://u:geheim@127.0.0.1:{port}/d")
    assert error.code in ("not_a_shared_database", "database_unreachable")
    assert isinstance(error, UnreachableError)
    assert "geheim" not in str(error)


def test_the_login_is_wrong() -> None:
    error = refused("mysql://nobody:geheim@127.0.0.1/test")
    expected = (
        "The shared database 'test' on 127.0.0.1:3306 does not let the user 'nobody' in: the login was refused."
    )
    assert (str(error), error.code) == (expected, "database_login")
    error = refused("postgresql://nobody:geheim@127.0.0.1/test")  # everybody of the role's name is trusted here
    assert error.code == "database_login"


def test_the_database_is_missing() -> None:
    for url in ("mysql://root@127.0.0.1/zenml_nowhere", "postgresql://postgres@127.0.0.1/zenml_nowhere"):
        error = refused(url)
        assert str(error).endswith(" does not exist.")
        assert error.code == "database_missing"


@pytest.mark.parametrize(("kind", "package", "extra"), [
    ("postgresql", "psycopg", "postgres"), ("mysql", "pymysql", "mysql"),
])  # fmt: skip
def test_the_driver_is_not_installed(kind: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    error = refused(f"{kind}://u:geheim@127.0.0.1:1/d")
    assert str(error).endswith(f"needs the package {package}, which is not installed.")
    assert (error.code, error.values) == ("driver_missing", {"extra": extra})


def test_a_certificate_that_is_not_there_is_named() -> None:
    error = refused("mysql://root@127.0.0.1/test?ssl_ca=/x/ca.pem")
    assert str(error).endswith("cannot be reached: the file /x/ca.pem of ssl_ca cannot be read.")
    assert error.code == "database_unreachable"


def test_encryption_that_is_asked_for_is_not_done_without() -> None:
    assert "SSL" in str(refused("postgresql://postgres@127.0.0.1/test?sslmode=require"))
    assert "SSL" in str(refused("mysql://root@127.0.0.1/test?ssl_verify_identity=true"))


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are otherwise there")
def test_a_file_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Team(f"sqlite:///{tmp_path}/zenml.db") as team:
        team.begin()
        record(team.member(), team.ledger_id)
        one = team.member()
        one.head(team.ledger_id)
        one._session.run(Statement("PRAGMA query_only = ON"))  # type: ignore[union-attr] # root may write anything
        assert len(one.events(team.ledger_id, 0)) == 1
        with (
            pytest.raises(UnreachableError, match="it is read-only") as caught,
            one.locked(team.ledger_id) as locked,
        ):
            append(locked)
        assert caught.value.code == "database_grant"


def test_a_server_that_is_read_only_says_so(team_on_server: Team) -> None:
    if team_on_server.place.kind == "postgresql":
        team_on_server.administer(
            f"ALTER DATABASE {team_on_server.place.database} SET default_transaction_read_only = on"
        )
        with pytest.raises(UnreachableError, match="it is read-only"):
            team_on_server.member(f"{team_on_server.url}#other").claim(
                "profile", "0" * 8 + "-0000" * 3 + "-" + "0" * 12, 1
            )


# --- others are in the way ---


def test_who_waits_for_the_lock_gets_it_with_what_was_appended(team: Team) -> None:
    one, other, order = team.member(), team.member(), list[str]()
    waiting = threading.Event()

    def second() -> None:
        mine = SharedDatabase(team.place)
        waiting.set()
        with mine.locked(team.ledger_id) as locked:
            order.append("second")
            assert (locked.head.size, len(locked.events(0))) == (1, 1)
            append(locked)
            locked.commit()
        mine.close()

    with one.locked(team.ledger_id) as locked:
        thread = threading.Thread(target=second)
        thread.start()
        waiting.wait()
        time.sleep(0.3)
        order.append("first")
        append(locked)
        locked.commit()
    thread.join()
    assert order == ["first", "second"]
    assert [event.position for event in other.events(team.ledger_id, 0)] == [1, 2]


def test_who_waits_too_long_is_told_that_others_write(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LOCK_TIMEOUT", 1)
    one, other = team.member(), team.member(patience=1)
    with one.locked(team.ledger_id) as locked:
        append(locked)
        with raising(BusyError, match="is locked by other writers") as caught, other.locked(team.ledger_id):
            pass
        assert type(caught.value) is BusyError
        locked.commit()
    record(other, team.ledger_id)
    assert len(one.events(team.ledger_id, 0)) == 2


def test_readers_do_not_wait_for_writers(team: Team) -> None:
    one, other = team.member(), team.member(patience=1)
    record(one, team.ledger_id)
    with one.locked(team.ledger_id) as locked:
        append(locked)
        assert len(other.events(team.ledger_id, 0)) == 1
        head = other.head(team.ledger_id)
        assert head
        assert head.size == 1
        locked.commit()


def test_ledgers_on_a_server_do_not_wait_for_each_other(team_on_server: Team) -> None:
    team = team_on_server
    another = team.member(f"{team.url}#other")
    second = another.claim("profile", "a" * 8 + "-aaaa" * 3 + "-" + "a" * 12, 1)
    with team.member().locked(team.ledger_id) as locked:
        append(locked)
        record(another, second.ledger_id)
        locked.commit()


def test_somebody_appends_in_spite_of_the_lock(team_on_server: Team) -> None:
    team = team_on_server
    with raising(AgainError) as caught, team.member().locked(team.ledger_id) as locked:
        insert = f"INSERT INTO zenml_events VALUES ('{team.ledger_id}', 1, 'zenml:X', '{{}}')"
        team.administer(insert)
        append(locked)
    assert caught.value.hint == "Try again; nothing was written."
    assert team.member().events(team.ledger_id, 0) == [event(1, b"{}")._replace(topic="zenml:X")]
    assert team.administer("SELECT count(*) FROM zenml_changes") == [(0,)]


def test_a_head_that_was_moved_is_not_overwritten(team: Team) -> None:
    with raising(AgainError), team.member().locked(team.ledger_id) as locked:
        locked.head = locked.head._replace(size=3, frontier=edge(3))  # as where a lock is best effort
        append(locked)
    assert team.member().events(team.ledger_id, 0) == []


@pytest.mark.parametrize("what", ["change", "key"])
def test_what_is_there_already_is_not_stored_twice(team: Team, what: str) -> None:
    one, secret = team.member(), key()
    with one.locked(team.ledger_id) as locked:
        change_id = append(locked, keys=(secret,))
        locked.commit()
    with raising(AgainError), one.locked(team.ledger_id) as locked:
        if what == "change":
            append(locked, change_id=change_id)
        else:
            append(locked, keys=(secret,))
    assert len(one.events(team.ledger_id, 0)) == 1


def test_who_catches_an_error_of_an_append_cannot_commit_a_part_of_it(team: Team) -> None:
    one = team.member()
    change_id = record(one, team.ledger_id)
    with one.locked(team.ledger_id) as locked:
        with pytest.raises(AgainError):
            append(locked, change_id=change_id)
        with pytest.raises(LedgerError):
            locked.commit()
    assert len(one.events(team.ledger_id, 0)) == 1
    record(one, team.ledger_id)


# --- the connection breaks ---


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
        (holder,) = team.sessions()

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
        while not (waiting := [number for number in team.sessions() if number != holder]):
            time.sleep(0.05)
        time.sleep(0.5)
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
