"""Others who write at the same time are waited for, and nobody overwrites what they did."""

from __future__ import annotations

import threading
import time

import pytest

from tests.stores.shared_database.made import Team, append, edge, event, key, raising, record
from zenml.domain.errors import AgainError, BusyError, LedgerError
from zenml.stores import waiting
from zenml.stores.shared_database.database import SharedDatabase


def test_who_waits_for_the_lock_gets_it_with_what_was_appended(team: Team) -> None:
    one, other, order = team.member(), team.member(), list[str]()
    waiting = threading.Event()

    def second() -> None:
        mine = SharedDatabase(team.place, patience=10)
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
    monkeypatch.setattr(waiting, "LOCK_TIMEOUT", 1)
    patience = 1 if team.place.kind == "sqlite" else 10  # there it is what somebody waits for a lock, too
    one, other = team.member(), team.member(patience=patience)
    with one.locked(team.ledger_id) as locked:
        append(locked)
        with raising(BusyError, match="is locked by other writers") as caught, other.locked(team.ledger_id):
            pass
        assert type(caught.value) is BusyError
        locked.commit()
    record(other, team.ledger_id)
    assert len(one.events(team.ledger_id, 0)) == 2


def test_readers_do_not_wait_for_writers(team: Team) -> None:
    one, other = team.member(), team.member()
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
