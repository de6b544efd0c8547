"""What is appended is there for the next: each position once, and a transaction whole or not at all."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.stores.promises.ground import LEDGER, OTHER, Ground, append, fields, names, root_of, within
from tests.support.hints import hint_of
from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError
from zenml.domain.events import LedgerCopied, StackRenamed
from zenml.evidence.merkle import Frontier
from zenml.projections.versions import TOPIC_FORMATS
from zenml.stores.mapping import to_stored
from zenml.stores.protocol import RecordingStore, StoreTransaction


def copied(name: str) -> dict[str, Any]:
    """Returns the fields of an event that not every version knows."""
    return LedgerCopied(ledger_id=OTHER, size=len(name), root="0" * 64).to_fields()


class EventsAreRecorded(Ground):
    """Appending."""

    def test_what_was_appended_is_there_for_the_next(self, store: RecordingStore) -> None:
        heads: list[Frontier] = []
        for name in ("a", "b", "c", "d", "e"):
            with store.transaction() as transaction:
                assert transaction.head(LEDGER) == (heads[-1] if heads else transaction.head(OTHER))
                heads.append(append(transaction, name))
                assert names(transaction, len(heads), len(heads)) == [name]
        with store.transaction() as transaction:
            assert names(transaction, 1, 5) == ["a", "b", "c", "d", "e"]
            assert transaction.head(LEDGER).root() == root_of("a", "b", "c", "d", "e")

    @pytest.mark.parametrize("position", [1, 2])
    def test_no_position_is_taken_twice(self, store: RecordingStore, position: int) -> None:
        with store.transaction() as transaction:
            append(transaction, "a", "b")
        before = self.dump(store)
        again = to_stored(LEDGER, position, StackRenamed.TOPIC, fields("again"))
        with pytest.raises(LedgerError) as caught:
            within(
                store,
                lambda it: append(it, "c"),
                lambda it: it.append(LEDGER, "profile", [again], it.head(LEDGER)),
            )
        assert hint_of(caught.value)
        assert self.dump(store) == before

    def test_an_error_that_is_caught_outside_leaves_nothing_behind(self, store: RecordingStore) -> None:
        sizes: list[int] = []
        for _ in range(2):
            with pytest.raises(DamagedLedgerError, match="position 3"):
                within(
                    store,
                    lambda it: sizes.append(it.head(LEDGER).size),
                    lambda it: append(it, "a", "b"),
                    lambda it: it.events(LEDGER, 1, 3),
                )
        assert sizes == [0, 0]
        with store.transaction() as transaction:
            append(transaction, "c")
            assert names(transaction, 1, 1) == ["c"]

    def test_an_interrupt_leaves_nothing_behind(self, store: RecordingStore) -> None:
        def interrupt(transaction: StoreTransaction) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            within(store, lambda it: append(it, "a"), interrupt)
        with store.transaction() as transaction:
            assert transaction.head(LEDGER).size == 0

    def test_a_commit_that_fails_leaves_nothing_behind(self, store: RecordingStore) -> None:
        before = self.dump(store)
        with pytest.raises(LedgerError) as caught:
            within(store, lambda it: append(it, "a"), self.fail_at_the_end)
        assert hint_of(caught.value)
        assert self.dump(store) == before
        with store.transaction() as transaction:
            append(transaction, "b")
            assert names(transaction, 1, 1) == ["b"]

    def test_a_ledger_gets_the_format_that_its_events_need(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            append(transaction, "a")
        assert self.format(store) == 1
        needed = TOPIC_FORMATS[LedgerCopied.TOPIC]
        with store.transaction() as transaction:
            append(transaction, "b", topic=LedgerCopied.TOPIC, of=copied)
        assert self.format(store) == needed > 1
        with store.transaction() as transaction:
            append(transaction, "c")
        assert self.format(store) == needed

    def test_after_the_commit_the_views_can_be_read_and_not_written(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            append(transaction, "a")
        assert transaction.database.execute("SELECT position FROM applied").fetchall() == [(1,)]
        before = self.dump(store)
        with store.transaction() as another:
            pass
        for over in (transaction, another):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                over.database.execute("DELETE FROM applied")
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                over.database.executemany("DELETE FROM applied WHERE position = ?", [(1,)])
        assert self.dump(store) == before

    def test_a_closed_store_says_so(self, store: RecordingStore) -> None:
        store.close()
        with pytest.raises(NotAllowedError, match="closed"):
            within(store)
