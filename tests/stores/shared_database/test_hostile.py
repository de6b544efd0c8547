"""What a database answers is believed only as far as it can be what was written there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stores.shared_database.made import Team, edge, record
from zenml.domain.errors import DamagedLedgerError, UnreachableError
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.rows import MAX_STATE
from zenml.stores.shared_database.sessions import Answered, DatabaseSession, Statement
from zenml.stores.shared_database.url_text import MAX_URL

ID = "01234567-89ab-cdef-0123-456789abcdef"
HEAD = (ID, "profile", "default", 3, edge(3), 1, b"c" * 32, "mysql://h/d")
EVENT = (1, "zenml:X", b"{}")
KEY = (ID, "profile", b"w" * 60, b"d" * 32)
HUGE = b"x" * (MAX_STATE + 1)

HEADS: list[dict[int, object]] = [
    {0: None}, {0: 7}, {0: "x"}, {0: ID.upper()}, {0: ID.encode()}, {1: None}, {1: ""}, {1: "k" * 17},
    {1: b"profile"}, {2: None}, {2: ""}, {2: "s" * 129},
    {3: None}, {3: -1}, {3: "3"}, {3: 3.0}, {3: True}, {3: 2**53}, {3: 4},
    {4: None}, {4: b""}, {4: edge(7)}, {4: "x" * 64}, {5: None}, {5: 0}, {5: "1"}, {6: b""}, {6: HUGE},
    {6: "c" * 32}, {7: ""}, {7: 1}, {7: "u" * (MAX_URL + 1)},
]  # fmt: skip
EVENTS: list[dict[int, object]] = [
    {0: None}, {0: "1"}, {0: 2}, {0: 0}, {0: 1.0}, {0: True}, {1: None}, {1: ""}, {1: b"zenml:X"}, {1: "t" * 129},
    {2: None}, {2: b""}, {2: HUGE}, {2: "{}"},
]  # fmt: skip
KEYS: list[dict[int, object]] = [
    {0: None}, {0: "x"}, {1: None}, {1: ""}, {1: "w" * 9}, {2: None}, {2: b""}, {2: HUGE}, {2: "w"},
    {3: None}, {3: HUGE},
]  # fmt: skip


def named(change: dict[int, object]) -> str:
    return str(change)[:40]


class Answers(DatabaseSession):
    """A server that answers everything with the same row."""

    def __init__(self, *row: object) -> None:
        self._row = row

    def run(self, statement: Statement) -> Answered:
        return Answered([self._row], 1)

    def begin(self, statements: Any = (), wait: float = 0) -> list[Answered]:
        return self.run_all(statements)

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


def asked(session: DatabaseSession, ask: Callable[[SharedDatabase], object], tmp_path: Path) -> object:
    with Team(f"sqlite:///{tmp_path}/x.db") as team:
        one = team.member()
        one._session = session
        return ask(one)


def changed(row: tuple[object, ...], change: dict[int, object]) -> tuple[object, ...]:
    return tuple(change.get(at, value) for at, value in enumerate(row))


def test_what_is_right_is_believed(tmp_path: Path) -> None:
    assert asked(Answers(1, 1, 1, *HEAD), lambda one: one.head(ID), tmp_path) == HEAD
    assert asked(Answers(*EVENT), lambda one: one.events(ID, 0), tmp_path) == [EVENT]
    assert asked(Answers(*KEY), lambda one: one.keys(ID, [ID]), tmp_path) == [KEY]
    assert asked(Answers(4), lambda one: one.position_of(ID, ID), tmp_path) == 4


@pytest.mark.parametrize("change", HEADS, ids=named)
def test_a_row_that_cannot_be_a_head_is_damage(change: dict[int, object], tmp_path: Path) -> None:
    session = Answers(1, 1, 1, *changed(HEAD, change))
    with pytest.raises(DamagedLedgerError, match="the row of a ledger was altered") as caught:
        asked(session, lambda one: one.head_of_slot(), tmp_path)
    assert caught.value.code == "altered_shared_database"


@pytest.mark.parametrize("change", EVENTS, ids=named)
def test_a_row_that_cannot_be_an_event_is_damage(change: dict[int, object], tmp_path: Path) -> None:
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*changed(EVENT, change)), lambda one: one.events(ID, 0), tmp_path)


@pytest.mark.parametrize("change", KEYS, ids=named)
def test_a_row_that_cannot_be_a_key_is_damage(change: dict[int, object], tmp_path: Path) -> None:
    with pytest.raises(DamagedLedgerError, match="the key of a secret was altered"):
        asked(Answers(*changed(KEY, change)), lambda one: one.keys(ID, [ID]), tmp_path)


@pytest.mark.parametrize("position", [None, "1", 0, 1.0, 2**60])
def test_a_position_that_cannot_be_is_damage(position: object, tmp_path: Path) -> None:
    with pytest.raises(DamagedLedgerError):
        asked(Answers(position), lambda one: one.position_of(ID, ID), tmp_path)


def test_keys_that_come_again_and_again_do_not_keep_us_for_ever(tmp_path: Path) -> None:
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*KEY), lambda one: one.keys(ID), tmp_path)


@pytest.mark.parametrize("row", [(), (1,), (1, 1, 1, ID), (None,) * 12, (1, 1, 1, *HEAD, "more")])
def test_an_answer_of_another_shape_is_damage(row: tuple[object, ...], tmp_path: Path) -> None:
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*row), lambda one: one.head(ID), tmp_path)
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*row), lambda one: one.events(ID, 0), tmp_path)
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*row), lambda one: one.keys(ID, [ID]), tmp_path)
    with pytest.raises(DamagedLedgerError):
        asked(Answers(*row, 1, 1), lambda one: one.position_of(ID, ID), tmp_path)


def test_an_event_that_was_removed_is_missed(team: Team) -> None:
    one = team.member()
    record(one, team.ledger_id, *[b"{}"] * 200)
    team.administer("DELETE FROM zenml_events WHERE position = 150")
    for after, limit in ((0, 1000), (149, 1), (149, 1000)):
        with pytest.raises(DamagedLedgerError, match="position 150 is missing"):
            one.events(team.ledger_id, after, limit)
    assert len(one.events(team.ledger_id, 150)) == 50
    assert len(one.events(team.ledger_id, 0, 149)) == 149


@pytest.mark.parametrize("position", [1, 150])
def test_an_event_that_is_too_large_is_not_fetched(team: Team, position: int) -> None:
    one = team.member()
    record(one, team.ledger_id, *[b"{}"] * 200)
    large = {
        "sqlite": "zeroblob(900000)",
        "postgresql": "repeat('x', 9000000)::bytea",
        "mysql": "repeat('x', 9000000)",
    }
    team.administer(f"UPDATE zenml_events SET state = {large[team.place.kind]} WHERE position = {position}")
    with pytest.raises(DamagedLedgerError, match=f"event {position} was altered"):
        one.events(team.ledger_id, 0)


def test_what_is_larger_than_a_file_may_have_is_not_fetched(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/x.db") as team:
        team.begin()
        team.administer("UPDATE zenml_ledgers SET frontier = zeroblob(9000000)")
        with pytest.raises(DamagedLedgerError):
            team.member().head(team.ledger_id)


def test_a_file_that_is_cut_short_is_damaged(tmp_path: Path) -> None:
    with Team(f"sqlite:///{tmp_path}/x.db") as team:
        team.begin()
        record(team.member(), team.ledger_id, *[b"{}"] * 900)
        path = Path(team.place.database)
        path.write_bytes(path.read_bytes()[:20000])
        with pytest.raises((DamagedLedgerError, UnreachableError)) as caught:
            team.member().events(team.ledger_id, 0)
        assert caught.value.code == "altered_shared_database"
