"""A session that has the lock of a shared ledger and says nothing is ended, wherever it stopped."""

from __future__ import annotations

from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from tests.stores.shared_database.made import ended_when_idle
from tests.support.patience import tried
from zenml.domain.errors import AgainError
from zenml.evidence.merkle import HASH_BYTES
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import SharedEvent

LEDGER = str(uuid4())


@pytest.fixture
def ledger(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a database with an empty ledger."""
    monkeypatch.setattr("zenml.stores.waiting.LOCK_TIMEOUT", 20)
    with closing(SharedDatabase(read_place(database), patience=10)) as shared:
        shared.prepare()
        shared.claim("profile", LEDGER, 1)
    return database


@pytest.mark.parametrize("appended", [False, True], ids=["it has the lock", "it has appended"])
def test_others_get_the_lock_and_nothing_of_the_silent_session_is_kept(ledger: str, appended: bool) -> None:
    def attempt(seconds: float) -> None:
        silent, other = (SharedDatabase(read_place(ledger), patience=10) for _ in range(2))
        with closing(silent), closing(other):
            before = len(other.events(LEDGER, 0))
            with pytest.raises(AgainError, match="was lost"):
                write_after_others(silent, other, appended, round(seconds))
            assert [event.position for event in other.events(LEDGER, before)] == [before + 1]

    tried(attempt, 1)


def write_after_others(silent: SharedDatabase, other: SharedDatabase, appended: bool, seconds: int) -> None:
    """Takes the lock, lets others have it although it was not given back, and writes then.

    Args:
        silent: Who takes the lock. The database ends this session when it has been idle for so long.
        other: Who gets it after that.
        appended: Whether the first one has written something before.
        seconds: How long, instead of thirty seconds.
    """
    with ExitStack() as stack:
        with ended_when_idle(seconds):
            locked = stack.enter_context(silent.locked(LEDGER))
        if appended:
            append(locked)
        with other.locked(LEDGER) as others:  # if nobody ends the silent session it is refused
            append(others)
            others.commit()
        append(locked)


def append(locked: LockedShared) -> None:
    position = locked.head.size + 1
    event = SharedEvent(position, "zenml:ChangeBegan", b"{}")
    frontier = bytes(HASH_BYTES * position.bit_count())
    locked.append([event], [(str(uuid4()), position)], [], position, frontier)
