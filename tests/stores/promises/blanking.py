"""What was recorded can be taken out: values are blanked, data keys destroyed, and the tree stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.stores.promises.ground import LEDGER, OTHER, Ground, append, fail, within
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.domain.events import ParameterSet
from zenml.domain.values import Blank, Salted
from zenml.evidence.commitments import commitment
from zenml.ledger.ids import new_id
from zenml.stores.protocol import KeyRow, RecordingStore, StoreTransaction

CANARY = "canary-in-a-store"
_SALT, _COMPONENT = "5a" * 16, new_id()
KEYS = [KeyRow(new_id(), b"wrapped", b"digest") for _ in range(3)]


def _value(text: str) -> Salted:
    return Salted(s=_SALT, v=json.dumps(text))


def setting(text: str) -> dict[str, Any]:
    """Returns the fields of an event that sets a parameter to this text, which was another one before."""
    event = ParameterSet(
        component_id=_COMPONENT,
        component_type="orchestrator",
        component_name="o",
        parameter="a_b",
        old=_value(f"old {text}"),
        new=_value(text),
    )
    return event.to_fields()


def record(transaction: StoreTransaction, *texts: str, ledger_id: str = LEDGER) -> None:
    append(transaction, *texts, ledger_id=ledger_id, topic=ParameterSet.TOPIC, of=setting)


def news(transaction: StoreTransaction, last: int, ledger_id: str = LEDGER) -> list[str | None]:
    """Returns what the events up to a position set the parameter to; None for what is blank."""
    found = []
    for event in transaction.events(ledger_id, 1, last):
        assert isinstance(event, ParameterSet)
        found.append(None if isinstance(event.new, Blank) else event.new.value)  # type: ignore[union-attr]
    return found


class ValuesAreBlanked(Ground):
    """Blanking, and destroying keys."""

    @pytest.fixture
    def recorded(self, store: RecordingStore) -> RecordingStore:
        """The store with three values in a ledger."""
        within(store, lambda it: record(it, "a", CANARY, "c"))
        return store

    def test_of_a_blanked_value_its_commitment_is_left(self, recorded: RecordingStore) -> None:
        with recorded.transaction() as transaction:
            before = transaction.head(LEDGER)
            transaction.blank(LEDGER, [(2, "/new"), (2, "/old")])
            assert news(transaction, 3) == ["a", None, "c"]
        assert not [
            line for line in self.dump(recorded) if CANARY in line or CANARY.encode().hex() in line.lower()
        ]
        with recorded.transaction() as transaction:
            assert transaction.head(LEDGER) == before
            (event,) = transaction.events(LEDGER, 2, 2)
            expected = commitment(_SALT, json.dumps(CANARY))
            assert isinstance(event, ParameterSet)
            assert (event.new, event.parameter) == (Blank(c=expected), "a_b")
            assert news(transaction, 3) == ["a", None, "c"]
            record(transaction, "d")

    def test_what_is_blank_is_left(self, recorded: RecordingStore) -> None:
        within(recorded, lambda it: it.blank(LEDGER, [(2, "/new")]))
        before = self.dump(recorded)
        within(recorded, lambda it: it.blank(LEDGER, [(2, "/new")]))
        assert self.dump(recorded) == before
        within(recorded, lambda it: it.blank(LEDGER, [(2, "/new"), (1, "/new")]))
        with recorded.transaction() as transaction:
            assert news(transaction, 3) == [None, None, "c"]

    @pytest.mark.parametrize(
        "place",
        [
            (2, "/nothing"),
            (2, "/component_id"),
            (2, "/new/v"),
            (2, "/new/s"),
            (2, "/new/0"),
            (2, ""),
            (2, "new"),
            (2, "/"),
            (0, "/new"),
            (4, "/new"),
            (-1, "/new"),
        ],
    )
    def test_where_no_value_is_nothing_is_blanked(self, recorded: RecordingStore, place: tuple[int, str]) -> None:
        before = self.dump(recorded)
        with pytest.raises(InvalidValueError, match=f"position {place[0]} "):
            within(recorded, lambda it: it.blank(LEDGER, [(1, "/new"), place]))
        with pytest.raises(InvalidValueError):
            within(recorded, lambda it: it.blank(OTHER, [(1, "/new")]))
        assert self.dump(recorded) == before

    def test_after_an_error_everything_is_there(self, recorded: RecordingStore) -> None:
        within(recorded, lambda it: it.add_key(LEDGER, KEYS[0]))
        before = self.dump(recorded)
        with pytest.raises(RuntimeError):
            within(
                recorded,
                lambda it: it.blank(LEDGER, [(2, "/new")]),
                lambda it: it.remove_keys(LEDGER, [KEYS[0].key_id]),
                fail,
            )
        assert self.dump(recorded) == before

    def test_keys_are_destroyed(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            record(transaction, "a")
            for key in KEYS:
                transaction.add_key(LEDGER, key)
        with store.transaction() as transaction:
            transaction.remove_keys(LEDGER, [KEYS[0].key_id, KEYS[2].key_id, new_id()])
            transaction.remove_keys(OTHER, [KEYS[1].key_id])
            assert transaction.wrapped_keys() == [(KEYS[1].key_id, b"wrapped")]
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == [(KEYS[1].key_id, b"wrapped")]

    def test_a_key_that_comes_and_goes_in_one_transaction_is_not_there(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            record(transaction, "a")
            transaction.add_key(LEDGER, KEYS[0])
            transaction.remove_keys(LEDGER, [KEYS[0].key_id])
        with store.transaction() as transaction:
            assert transaction.wrapped_keys() == []

    def test_a_value_is_blanked_in_the_transaction_that_records_it(self, store: RecordingStore) -> None:
        with store.transaction() as transaction:
            record(transaction, "a", CANARY)
            transaction.blank(LEDGER, [(2, "/new"), (2, "/old")])
        assert CANARY not in "".join(self.dump(store))
        with store.transaction() as transaction:
            assert news(transaction, 2) == ["a", None]

    def test_when_it_is_over_nothing_is_taken_out(self, recorded: RecordingStore) -> None:
        with recorded.transaction() as transaction:
            pass
        with pytest.raises(NotAllowedError):
            transaction.blank(LEDGER, [(2, "/new")])
        with pytest.raises(NotAllowedError):
            transaction.remove_keys(LEDGER, [KEYS[0].key_id])

    def test_a_checkpoint_has_nothing_to_say_while_nobody_reads(self, recorded: RecordingStore) -> None:
        assert not [sentence for sentence in recorded.checkpoint() if "-wal" in sentence]


class BlanksLast(ValuesAreBlanked):
    """Opening the store again."""

    def test_what_was_taken_out_is_not_there_when_it_is_opened_again(
        self, recorded: RecordingStore, reopened: Callable[[], RecordingStore]
    ) -> None:
        within(recorded, lambda it: it.add_key(LEDGER, KEYS[0]))
        within(
            recorded,
            lambda it: it.blank(LEDGER, [(2, "/new")]),
            lambda it: it.remove_keys(LEDGER, [KEYS[0].key_id]),
        )
        before = self.dump(recorded)
        recorded.close()
        again = reopened()
        assert self.dump(again) == before
        with again.transaction() as transaction:
            assert news(transaction, 3) == ["a", None, "c"]
            assert transaction.wrapped_keys() == []
