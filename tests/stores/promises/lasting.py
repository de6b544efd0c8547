"""A store that is opened again has what was recorded; several can have it open at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.stores.promises.ground import LEDGER, append, fail, names, within
from tests.stores.promises.lock import ROUNDS, THREADS, OneWriterAtATime, gives_up, takes_turns, together
from zenml.stores.protocol import RecordingStore


class WhatWasRecordedLasts(OneWriterAtATime):
    """Opening again."""

    @pytest.fixture
    def reopened(self) -> Callable[[], RecordingStore]:
        """Opens the store once more. To be given by whoever inherits the contract."""
        raise NotImplementedError

    def test_what_was_committed_is_there_when_it_is_opened_again(
        self, store: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        with store.transaction() as transaction:
            head = append(transaction, "a", "b")
        with pytest.raises(RuntimeError):
            within(store, lambda it: append(it, "c"), fail)
        before = self.dump(store)
        store.close()
        again = reopened()
        assert self.dump(again) == before
        with again.transaction() as transaction:
            assert transaction.head(LEDGER) == head
            assert names(transaction, 1, 2) == ["a", "b"]

    def test_who_opened_it_too_sees_what_was_committed(
        self, store: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        other = reopened()
        for name, one in (("a", store), ("b", other), ("c", store), ("d", other)):
            with one.transaction() as transaction:
                append(transaction, name)
        with store.transaction() as transaction:
            assert names(transaction, 1, 4) == ["a", "b", "c", "d"]

    def test_two_who_opened_it_are_never_inside_at_once(
        self, store: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        assert together([store, *(reopened() for _ in range(THREADS - 1))]) == 1
        with store.transaction() as transaction:
            assert transaction.head(LEDGER).size == THREADS * ROUNDS

    def test_who_opened_it_too_gets_a_turn(
        self, store: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        takes_turns(store, reopened())

    def test_who_opened_it_too_is_told_after_waiting_too_long(
        self,
        store: RecordingStore,
        reopened: Callable[[], RecordingStore],
        patience: Callable[[float], None],
    ) -> None:
        gives_up(store, reopened(), patience)
