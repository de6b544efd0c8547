"""Events, heads and keys are what was recorded, or an error says what is wrong with them."""

from __future__ import annotations

import pytest

from tests.stores.promises.ground import LEDGER, OTHER, Ground, append, fail, names, root_of, within
from tests.support.hints import hint_of
from zenml.domain.errors import DamagedLedgerError, LedgerError, NewerFormatError, NotAllowedError
from zenml.evidence.merkle import Frontier
from zenml.projections.versions import FORMAT
from zenml.stores.protocol import KeyRow, RecordingStore, Store


class EventsAreRead(Ground):
    """Reading, and what a transaction sees of itself."""

    @pytest.fixture
    def filled(self, writer: RecordingStore) -> RecordingStore:
        """The store that writes, with three events in a ledger and one in another."""
        with writer.transaction() as transaction:
            append(transaction, "a", "b")
            append(transaction, "x", ledger_id=OTHER)
            append(transaction, "c")
        return writer

    def test_a_ledger_that_is_not_there_is_empty(self, store: Store) -> None:
        with store.transaction() as transaction:
            assert transaction.head(LEDGER) == Frontier()
            assert transaction.ledger("profile") is None
            assert transaction.events(LEDGER, 1, 0) == []

    def test_events_are_in_the_order_in_which_they_were_appended(
        self, filled: RecordingStore, store: Store
    ) -> None:
        with store.transaction() as transaction:
            assert names(transaction, 1, 3) == ["a", "b", "c"]
            assert names(transaction, 2, 2) == ["b"]
            assert names(transaction, 1, 1, OTHER) == ["x"]

    def test_the_first_ledger_of_a_kind_is_known(self, filled: RecordingStore, store: Store) -> None:
        with store.transaction() as transaction:
            assert transaction.ledger("profile") in (LEDGER, OTHER)
            assert transaction.ledger("machine") is None

    def test_events_that_do_not_exist_are_refused(self, filled: RecordingStore, store: Store) -> None:
        missing = f"position 4 of the ledger {LEDGER} is missing"
        with store.transaction() as transaction, pytest.raises(DamagedLedgerError, match=missing):
            transaction.events(LEDGER, 2, 5)

    def test_a_hole_is_refused(self, filled: RecordingStore, store: Store) -> None:
        self.lose_event(filled, 2)
        with store.transaction() as transaction:
            assert names(transaction, 3, 3) == ["c"]
            with pytest.raises(DamagedLedgerError, match=f"position 2 of the ledger {LEDGER} is missing"):
                transaction.events(LEDGER, 1, 3)

    def test_an_event_of_another_form_is_refused(self, filled: RecordingStore, store: Store) -> None:
        self.set_event(filled, 2, "zenml:StackRenamed", b'{"name":1}')
        self.set_event(filled, 3, "zenml:Unheard", b"{}")
        with store.transaction() as transaction:
            with pytest.raises(DamagedLedgerError, match="'zenml:StackRenamed' of the ledger is malformed"):
                transaction.events(LEDGER, 2, 2)
            with pytest.raises(DamagedLedgerError, match="'zenml:Unheard' that this version does not know"):
                transaction.events(LEDGER, 3, 3)

    def test_heads_continue_the_tree(self, filled: RecordingStore, store: Store) -> None:
        with store.transaction() as transaction:
            assert transaction.head(LEDGER).root() == root_of("a", "b", "c")
            given = append(transaction, "d", "e")
            assert transaction.head(LEDGER) == given
            assert given.root() == root_of("a", "b", "c", "d", "e")
            append(transaction, "y", ledger_id=OTHER)
            assert transaction.head(LEDGER) == given
            assert transaction.head(OTHER).root() == root_of("x", "y", ledger_id=OTHER)

    @pytest.mark.parametrize("size", [2, 3, 4], ids=["size too small", "no tree of its size", "size too large"])
    def test_a_damaged_head_is_refused(self, filled: RecordingStore, store: Store, size: int) -> None:
        self.set_head(filled, size, bytes(32))  # one node: that of a tree of 2 or of 4
        with pytest.raises(DamagedLedgerError) as caught:
            within(store, lambda it: it.head(LEDGER))
        assert hint_of(caught.value)

    def test_a_ledger_whose_end_is_missing_is_refused(self, filled: RecordingStore, store: Store) -> None:
        self.lose_event(filled, 3)
        with pytest.raises(DamagedLedgerError, match=f"end of the ledger {LEDGER} is missing"):
            within(store, lambda it: it.head(LEDGER))

    def test_nothing_is_appended_to_a_ledger_of_a_newer_version(
        self, filled: RecordingStore, store: Store
    ) -> None:
        self.set_format(filled, FORMAT + 1)
        with store.transaction() as transaction:
            assert names(transaction, 1, 3) == ["a", "b", "c"]
            assert transaction.head(OTHER).size == 1
            with pytest.raises(NewerFormatError):
                transaction.head(LEDGER)

    def test_an_error_of_the_caller_passes_through_and_leaves_nothing(
        self, filled: RecordingStore, store: Store
    ) -> None:
        before = self.dump(filled)
        with pytest.raises(RuntimeError, match="half way"):
            within(
                store,
                lambda it: append(it, "d"),
                lambda it: append(it, "y", ledger_id=OTHER),
                lambda it: it.add_key(LEDGER, KeyRow("key", b"wrapped", b"digest")),
                fail,
            )
        assert self.dump(filled) == before

    def test_an_error_of_the_database_is_one_of_ours(self, filled: RecordingStore, store: Store) -> None:
        before = self.dump(filled)
        with pytest.raises(LedgerError) as caught:
            within(store, lambda it: append(it, "d"), lambda it: it.database.execute("SELECT * FROM nowhere"))
        assert caught.value.message.endswith(".")
        assert hint_of(caught.value)
        assert self.dump(filled) == before

    def test_a_transaction_that_is_over_records_nothing(self, filled: RecordingStore, store: Store) -> None:
        with store.transaction() as transaction:
            head = transaction.head(LEDGER)
        before = self.dump(filled)
        with pytest.raises(NotAllowedError):
            transaction.append(LEDGER, "profile", [], head)
        with pytest.raises(NotAllowedError):
            transaction.add_key(LEDGER, KeyRow("key", b"wrapped", b"digest"))
        with pytest.raises(NotAllowedError):
            transaction.head(LEDGER)
        with pytest.raises(NotAllowedError):
            transaction.events(LEDGER, 1, 1)
        assert self.dump(filled) == before
