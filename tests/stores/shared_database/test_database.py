"""What is asked of a shared database, and what is done in it, is the same for every kind of database."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.stores.shared_database.made import Team, append, edge, event, key, record
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, UnreachableError
from zenml.stores.mapping import MAX_EVENT_BYTES
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import MAX_STATE
from zenml.stores.shared_database.sessions import DatabaseSession


def test_a_database_without_tables_has_no_ledger(url: str) -> None:
    with Team(url) as team:
        assert team.member().head_of_slot() is None


def test_looking_makes_nothing(url: str) -> None:
    with Team(url) as team:
        one = team.member()
        assert one.head_of_slot() is None
        if team.place.kind == "sqlite":
            assert not Path(team.place.database).exists()
        one.prepare()
        assert one.head_of_slot() is None


def test_who_claims_first_has_the_slot(url: str) -> None:
    with Team(url) as team:
        one, other = team.member(), team.member()
        one.prepare()
        first = one.claim("profile", team.ledger_id, 3, b"c" * 32)
        assert first == SharedHead(team.ledger_id, "profile", "default", 0, b"", 3, b"c" * 32, None)
        assert other.claim("profile", str(uuid4()), 1) == first
        assert other.head_of_slot() == one.head(team.ledger_id) == first


def test_a_database_has_a_ledger_for_each_name_and_kind(team: Team) -> None:
    names = ["default", "team", "Team", "mannschaft ü"]
    ids = {name: team.member(f"{team.url}#{name}").claim("profile", str(uuid4()), 1).ledger_id for name in names}
    assert len(set(ids.values())) == len(names)
    assert ids["default"] == team.ledger_id
    runs = team.member().claim("runs", str(uuid4()), 1)
    assert (runs.slot, team.member().head_of_slot("runs")) == ("default", runs)
    assert {head.slot for name in names if (head := team.member(f"{team.url}#{name}").head_of_slot())} == set(
        names
    )


def test_a_ledger_that_has_another_name_is_not_claimed(team: Team) -> None:
    with pytest.raises(NotAllowedError.__bases__[0], match="under another name"):
        team.member(f"{team.url}#other").claim("profile", team.ledger_id, 1)


def test_what_is_committed_is_seen_by_all(team: Team) -> None:
    one, other, secret = team.member(), team.member(), key()
    with one.locked(team.ledger_id) as locked:
        change_id = append(locked, b"{}", b'{"b":"\\"\\\\\'\x00\xff"}', keys=(secret,))
        locked.set_format(7)
        locked.set_key_check(b"k" * 32)
        locked.set_moved_to("sqlite:////x.db")
        within = locked.head
        assert other.head(team.ledger_id) == SharedHead(
            team.ledger_id, "profile", "default", 0, b"", 1, None, None
        )
        assert other.events(team.ledger_id, 0) == []
        locked.commit()
    assert other.head(team.ledger_id) == within
    assert within[3:] == (2, edge(2), 7, b"k" * 32, "sqlite:////x.db")
    assert other.events(team.ledger_id, 0) == [event(1, b"{}"), event(2, b'{"b":"\\"\\\\\'\x00\xff"}')]
    assert other.keys(team.ledger_id) == other.keys(team.ledger_id, [secret.key_id]) == [secret]
    assert other.keys(team.ledger_id, [str(uuid4())]) == other.keys(team.ledger_id, []) == []
    assert other.position_of(team.ledger_id, change_id) == 1
    assert other.position_of(team.ledger_id, str(uuid4())) is None
    assert other.head(str(uuid4())) is None


def test_a_transaction_sees_what_was_done_in_it(team: Team) -> None:
    with team.member().locked(team.ledger_id) as locked:
        first, secret = append(locked), key()
        second = append(locked, b"{}", b"[]", keys=(secret,))
        assert [one.position for one in locked.events(0)] == [1, 2, 3]
        assert locked.events(1, limit=1) == [event(2, b"{}")]
        assert (locked.position_of(first), locked.position_of(second)) == (1, 2)
        assert locked.keys() == locked.keys([secret.key_id]) == [secret]
        locked.commit()


@pytest.mark.parametrize("how", ["forgotten", "error"])
def test_what_is_not_committed_leaves_no_trace(team: Team, how: str) -> None:
    one = team.member()
    try:
        with one.locked(team.ledger_id) as locked:
            change_id = append(locked, keys=(key(),))
            if how == "error":
                raise RuntimeError
    except RuntimeError:
        pass
    assert one.position_of(team.ledger_id, change_id) is None
    assert (one.events(team.ledger_id, 0), one.keys(team.ledger_id)) == ([], [])
    record(one, team.ledger_id)
    assert len(one.events(team.ledger_id, 0)) == 1


def test_nothing_is_done_without_the_lock(team: Team) -> None:
    with team.member().locked(team.ledger_id) as locked:
        locked.commit()
        with pytest.raises(NotAllowedError, match="given up"):
            append(locked)
        with pytest.raises(NotAllowedError, match="given up"):
            locked.commit()
    with pytest.raises(NotAllowedError, match="given up"):
        locked.events(0)


def test_a_lock_is_not_taken_twice_on_one_connection(team: Team) -> None:
    one = team.member()
    with one.locked(team.ledger_id) as locked:
        append(locked)
        with pytest.raises(NotAllowedError, match="already locked"), one.locked(team.ledger_id):
            pass
        locked.commit()
    assert len(one.events(team.ledger_id, 0)) == 1


def test_what_does_not_follow_on_the_head_is_refused(team: Team) -> None:
    with team.member().locked(team.ledger_id) as locked:
        for events, size, frontier in [
            ([event(2)], 1, edge(1)),
            ([event(1)], 2, edge(2)),
            ([event(1)], 1, b""),
            ([event(1, b"x" * (MAX_STATE + 1))], 1, edge(1)),
        ]:
            with pytest.raises(NotAllowedError):
                locked.append(events, [], [], size, frontier)
        append(locked)
        locked.commit()


def test_a_password_is_not_left_where_all_can_read_it(team: Team) -> None:
    one, elsewhere = team.member(), read_place("postgresql://u:geheim@h/d#n")
    with one.locked(team.ledger_id) as locked:
        with pytest.raises(NotAllowedError, match="without the password") as caught:
            locked.set_moved_to(elsewhere.url)
        assert "geheim" not in str(caught.value)
        locked.set_moved_to(elsewhere.shown)
        locked.commit()
    assert (head := one.head(team.ledger_id))
    assert head.moved_to == "postgresql://u:***@h/d#n"


def test_large_changes_are_stored_and_fetched_in_packets(team: Team) -> None:
    one, largest = team.member(), b"\x00" * MAX_STATE
    states = [b"{}"] * 1200 + [largest] * 200 + [b'"'] * 1300
    assert len(largest) * 200 > 2 * DatabaseSession.PACKET
    record(one, team.ledger_id, *states)
    other = team.member()
    assert [state for _, _, state in other.events(team.ledger_id, 0, 5000)] == states
    assert [one.position for one in other.events(team.ledger_id, 1250, 120)] == list(range(1251, 1371))
    assert other.events(team.ledger_id, len(states)) == []
    assert len(other.events(team.ledger_id, 0)) == 1000


def test_many_keys_are_stored_fetched_and_wrapped_again(team: Team) -> None:
    one, keys = team.member(), tuple(key() for _ in range(1100))
    with one.locked(team.ledger_id) as locked:
        append(locked, keys=keys)
        locked.commit()
    assert set(one.keys(team.ledger_id)) == set(keys)
    assert set(one.keys(team.ledger_id, [secret.key_id for secret in keys])) == set(keys)
    again = [secret._replace(wrapping="other", wrapped=b"v" * 50) for secret in keys]
    with one.locked(team.ledger_id) as locked:
        locked.rewrap(again)
        locked.commit()
    assert set(one.keys(team.ledger_id)) == set(again)
    with pytest.raises(DamagedLedgerError, match="lost the key"), one.locked(team.ledger_id) as locked:
        locked.rewrap([key()])
    assert set(one.keys(team.ledger_id)) == set(again)


def test_a_ledger_that_is_not_there_is_not_locked(team: Team) -> None:
    one = team.member()
    with pytest.raises(DamagedLedgerError, match="does not have the ledger"), one.locked(str(uuid4())):
        pass
    record(one, team.ledger_id)


def test_the_limit_of_an_event_is_that_of_all_stores() -> None:
    assert MAX_STATE == MAX_EVENT_BYTES


def test_a_file_that_is_gone_is_said_to_be_missing(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/x/y.db") as team:
        team.begin()
        one = team.member()
        record(one, team.ledger_id)
        Path(team.place.database).unlink()
        with pytest.raises(UnreachableError, match="does not exist") as caught:
            one.head(team.ledger_id)
        assert caught.value.code == "database_missing"


def test_a_file_that_was_replaced_is_opened_again(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/a.db") as team, Team(f"sqlite:///{tmp_path}/b.db") as restored:
        team.begin()
        restored.begin()
        one = team.member()
        assert one.head(team.ledger_id)
        Path(restored.place.database).replace(team.place.database)
        assert one.head(restored.ledger_id)


def test_what_is_acknowledged_in_a_file_is_synced(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/a.db") as team:
        team.begin()
        one = team.member()
        one.head(team.ledger_id)
        assert isinstance(one, SharedDatabase)
        (level,) = team.administer("PRAGMA journal_mode")
        assert level == ("delete",)
