"""One writer at a time: the others wait for their turn, and not for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tests.stores.promises.ground import LEDGER, Ground, append, names
from tests.support.hints import hint_of
from zenml.domain.errors import BusyError
from zenml.stores import waiting
from zenml.stores.protocol import RecordingStore, Store

THREADS, ROUNDS = 4, 8


def together(stores: list[RecordingStore]) -> int:
    """Appends in a thread for each store, several times; returns how many were ever inside at once."""
    inside: list[RecordingStore] = []
    most: list[int] = []

    def write(store: RecordingStore) -> None:
        for _ in range(ROUNDS):
            with store.transaction() as transaction:
                inside.append(store)
                append(transaction, str(transaction.head(LEDGER).size + 1))
                most.append(len(inside))
                inside.pop()

    with ThreadPoolExecutor(len(stores)) as threads:
        for done in [threads.submit(write, store) for store in stores]:
            done.result()
    return max(most)


def takes_turns(first: Store, second: Store) -> None:
    """Holds the lock while somebody else waits for it, and lets them in then."""
    started, entered = Event(), Event()

    def write() -> list[str]:
        started.set()
        with second.transaction() as transaction:
            entered.set()
            append(transaction, "b")
            return names(transaction, 1, 2)

    with ThreadPoolExecutor(1) as threads:
        waiting: Future[list[str]]
        with first.transaction() as transaction:
            append(transaction, "a")
            waiting = threads.submit(write)
            assert started.wait(10)
            assert not entered.wait(0.3), "two are inside"
        assert waiting.result(10) == ["a", "b"]


def gives_up(first: Store, second: Store, patience: Callable[[float], None]) -> None:
    """Lets somebody wait for a lock that is held too long."""

    def write() -> None:
        with second.transaction() as transaction:
            append(transaction, "b")

    with ThreadPoolExecutor(1) as threads:
        with first.transaction() as transaction:
            append(transaction, "a")
            patience(0.1)
            with pytest.raises(BusyError) as caught:
                threads.submit(write).result(20)
            patience(60)
            assert hint_of(caught.value)
        threads.submit(write).result(20)
    with first.transaction() as transaction:
        assert names(transaction, 1, transaction.head(LEDGER).size) == ["a", "b"]


class OneWriterAtATime(Ground):
    """The lock, between the threads that share a store."""

    @pytest.fixture
    def patience(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
        """Says how many seconds a writer waits."""
        return lambda seconds: monkeypatch.setattr(waiting, "LOCK_TIMEOUT", seconds)

    def test_two_threads_are_never_inside_at_once(self, store: RecordingStore) -> None:
        assert together([store] * THREADS) == 1
        with store.transaction() as transaction:
            expected = [str(number) for number in range(1, THREADS * ROUNDS + 1)]
            assert names(transaction, 1, transaction.head(LEDGER).size) == expected

    def test_a_thread_that_waits_gets_its_turn(self, store: RecordingStore) -> None:
        takes_turns(store, store)

    def test_a_thread_that_waits_too_long_is_told(
        self, store: RecordingStore, patience: Callable[[float], None]
    ) -> None:
        gives_up(store, store, patience)
