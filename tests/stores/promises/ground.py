"""What the promises are tested on: a store, what fills it, and what damages it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.evidence import second
from zenml.domain.events import StackRenamed
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.ids import new_id
from zenml.stores.mapping import to_stored
from zenml.stores.protocol import RecordingStore, Store, StoreTransaction

LEDGER, OTHER = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11", "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a12"
_STACK = new_id()


def fields(name: str) -> dict[str, Any]:
    """Returns the fields of an event that can be told by a name."""
    return StackRenamed(stack_id=_STACK, old_name="before", new_name=name).to_fields()


def append(
    transaction: StoreTransaction,
    *names: str,
    ledger_id: str = LEDGER,
    topic: str = StackRenamed.TOPIC,
    of: Callable[[str], dict[str, Any]] = fields,
) -> Frontier:
    """Appends an event for each name, and returns the new head."""
    head, stored = transaction.head(ledger_id), []
    for name in names:
        stored.append(to_stored(ledger_id, head.size + 1, topic, of(name)))
        head = head.appended(leaf_hash(ledger_id, head.size + 1, topic, of(name)))
    transaction.append(ledger_id, "profile", stored, head)
    return head


def within(store: Store, *acts: Callable[[StoreTransaction], object]) -> None:
    """Does some things in one transaction."""
    with store.transaction() as transaction:
        for act in acts:
            act(transaction)


def fail(transaction: StoreTransaction) -> None:
    """Fails, as the caller of a store may."""
    raise RuntimeError("half way")


def names(transaction: StoreTransaction, first: int, last: int, ledger_id: str = LEDGER) -> list[str]:
    """Returns the names of the events at some positions."""
    found = transaction.events(ledger_id, first, last)
    assert all(isinstance(event, StackRenamed) for event in found)
    return [event.to_fields()["new_name"] for event in found]


def root_of(*names: str, ledger_id: str = LEDGER) -> bytes:
    """Returns the root of the tree over such events, by the second implementation."""
    numbered = enumerate(names, start=1)
    topic = StackRenamed.TOPIC
    return second.root([second.leaf(ledger_id, number, topic, fields(name)) for number, name in numbered])


class Ground:
    """The fixtures of a contract, and damages. Those here are for tables of SQLite."""

    @pytest.fixture
    def store(self) -> Store:
        """The store that is tested, empty. To be given by whoever inherits a contract."""
        raise NotImplementedError

    @pytest.fixture
    def writer(self, store: Any) -> RecordingStore:
        """What writes to the same ledgers: the store itself, if it records."""
        writer: RecordingStore = store
        return writer

    def alter(self, writer: RecordingStore, sql: str, *parameters: object) -> None:
        """Changes what is stored behind the program's back."""
        with writer.transaction() as transaction:
            assert transaction.database.execute(sql, parameters).rowcount == 1, "nothing was altered"

    def set_head(self, writer: RecordingStore, size: int, frontier: bytes) -> None:
        """Makes the head of a ledger say something else."""
        self.alter(writer, "UPDATE heads SET size = ?, frontier = ? WHERE ledger_id = ?", size, frontier, LEDGER)

    def lose_event(self, writer: RecordingStore, position: int) -> None:
        """Removes an event."""
        lost = LEDGER.replace("-", "")
        sql = "DELETE FROM stored_events WHERE originator_id = ? AND originator_version = ?"
        self.alter(writer, sql, lost, position)

    def set_event(self, writer: RecordingStore, position: int, topic: str, state: bytes) -> None:
        """Puts another event in the place of one."""
        sql = "UPDATE stored_events SET topic = ?, state = ? WHERE originator_version = ?"
        self.alter(writer, sql, topic, state, position)

    def set_format(self, writer: RecordingStore, number: int) -> None:
        """Makes a ledger one of another format."""
        self.alter(writer, "UPDATE ledgers SET format = ? WHERE ledger_id = ?", number, LEDGER)

    def format(self, writer: RecordingStore) -> int:
        """Returns the format of a ledger."""
        with writer.transaction() as transaction:
            sql = "SELECT format FROM ledgers WHERE ledger_id = ?"
            return int(transaction.database.execute(sql, (LEDGER,)).fetchone()[0])

    def lose_keys(self, transaction: StoreTransaction) -> None:
        """Makes each key vanish that is stored in this transaction."""
        transaction.database.execute(
            "CREATE TEMP TRIGGER vanish AFTER INSERT ON keys BEGIN DELETE FROM keys WHERE key_id = new.key_id; END"
        )

    def fail_at_the_end(self, transaction: StoreTransaction) -> None:
        """Makes the commit of this transaction fail."""
        transaction.database.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
        transaction.database.execute("CREATE TABLE two (id REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
        transaction.database.execute("INSERT INTO two VALUES (1)")

    def dump(self, store: Store) -> list[str]:
        """Returns everything that is stored, as statements in SQL."""
        with store.transaction() as transaction:
            return list(transaction.database.iterdump())
