"""Data keys are there with the events whose secrets they open, in a store that keeps them.

A service keeps those of its ledger to itself.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.stores.promises.ground import LEDGER, Ground, append, within
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.stores.protocol import KeyRow, RecordingStore, Store

KEY = KeyRow("key", b"wrapped", b"digest")


class KeysAreListed(Ground):
    """Reading them."""

    def test_keys_are_listed_from_the_newest_to_the_oldest(self, writer: RecordingStore, store: Store) -> None:
        with writer.transaction() as transaction:
            for number in (b"1", b"3", b"2"):
                transaction.add_key(LEDGER, KeyRow(f"key {number.decode()}", b"wrapped " + number, b"digest"))
        expected = [("key 2", b"wrapped 2"), ("key 3", b"wrapped 3"), ("key 1", b"wrapped 1")]
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == expected


class KeysAreRecorded(KeysAreListed):
    """Adding them."""

    def test_a_key_is_stored_with_the_events(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            append(transaction, "a")
            transaction.add_key(LEDGER, KEY)
            assert transaction.wrapped_keys() == [("key", b"wrapped")]
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == [("key", b"wrapped")]

    def test_a_key_that_was_not_stored_is_noticed(self, store: RecordingStore) -> None:
        with pytest.raises(DamagedLedgerError, match="key of a secret"):
            within(store, lambda it: append(it, "a"), self.lose_keys, lambda it: it.add_key(LEDGER, KEY))
        with store.transaction() as transaction:
            assert transaction.head(LEDGER).size == 0
            transaction.add_key(LEDGER, KEY)

    def test_a_key_is_not_replaced(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            transaction.add_key(LEDGER, KEY)
        with pytest.raises(LedgerError):
            within(store, lambda it: it.add_key(LEDGER, KEY._replace(wrapped=b"another")))
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == [("key", b"wrapped")]

    def test_an_error_leaves_no_key_behind(self, store: RecordingStore) -> None:
        with pytest.raises(DamagedLedgerError, match="position 1"):
            within(store, lambda it: it.add_key(LEDGER, KEY), lambda it: it.events(LEDGER, 1, 3))
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == []


class KeysLast(KeysAreRecorded):
    """Opening the store again."""

    def test_a_key_is_there_when_it_is_opened_again(
        self, store: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        with store.transaction() as transaction:
            append(transaction, "a")
            transaction.add_key(LEDGER, KEY)
        store.close()
        with reopened().transaction() as transaction:
            assert transaction.wrapped_keys() == [("key", b"wrapped")]
