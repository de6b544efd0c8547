"""Proofs that the events of a change are in a ledger, for whoever has only a checkpoint of it."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from zenml.custody.ledger_tree import LedgerTree
from zenml.domain.errors import DamagedLedgerError
from zenml.domain.values import Secret
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError, committed
from zenml.evidence.notes import event_proof
from zenml.evidence.proofs import inclusion_path
from zenml.evidence.verify import inclusion_holds, leaf_of
from zenml.projections import stored_events
from zenml.projections.database import Database
from zenml.projections.stored_events import EventRow

_SECRET = Secret.forms().keys()


class EventProof(NamedTuple):
    """The proof of one event.

    Attributes:
        number: Which event of its change it is, from 1; the first one says who made the change, when and why.
        ledger_id: The ledger.
        position: Where in it.
        topic: What kind of event it is.
        size: The size of the checkpoint that it leads to.
        text: The proof (C2SP tlog-proof).
        new_key: The line by which others know the key that signs the checkpoint, if it was made for it; else None.
    """

    number: int
    ledger_id: str
    position: int
    topic: str
    size: int
    text: str
    new_key: str | None = None

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "event": self.number,
            "ledger": self.ledger_id,
            "position": self.position,
            "topic": self.topic,
            "size": self.size,
            "proof": self.text,
            "new_key": self.new_key,
        }


def events_of(database: Database, parts: list[tuple[str, int, int]]) -> list[EventRow]:
    """Returns the events of a change, those of each part one after the other.

    Args:
        database: The file.
        parts: Ledger, position and number of further events of each part.

    Raises:
        DamagedLedgerError: One is missing.
    """
    events = list[EventRow]()
    for ledger_id, position, count in parts:
        part = list(stored_events.events(database, ledger_id, position, position + count))
        if len(part) != count + 1:
            raise DamagedLedgerError(
                f"Events of the change at position {position} of the ledger {ledger_id} are missing.",
                code="altered_ledger",
            )
        events += part
    return events


def entry_of(event: EventRow) -> bytes:
    """Returns the entry of an event: what its leaf in the tree is the hash of, with commitments for free text.

    Raises:
        DamagedLedgerError: The event cannot be read.
    """
    try:
        leaf = {
            "event": committed(orjson.loads(event.text)),
            "ledger": event.ledger_id,
            "position": event.position,
            "topic": event.topic,
        }
        return canonical.text(leaf).encode()
    except (ValueError, CommitmentError, RecursionError) as error:
        raise _altered(event) from error


def prove(event: EventRow, number: int, tree: LedgerTree, size: int, note: str) -> EventProof:
    """Returns the proof of an event.

    Args:
        event: The event.
        number: Which one of its change it is.
        tree: The tree of its ledger.
        size: The size of the checkpoint, which has the event in it.
        note: The signed checkpoint.

    Raises:
        DamagedLedgerError: The event is not the one that the checkpoint has at its position.
    """
    entry = entry_of(event)
    shown = canonical.text(without_ciphertexts(orjson.loads(event.text))).encode()
    index = event.position - 1
    path = inclusion_path(index, size, tree.nodes)
    if not inclusion_holds(leaf_of(entry), index, size, path, tree.frontier(size).root()):
        raise _altered(event)
    extra = b'{"entry":%s,"event":%s}' % (entry, shown)
    text = event_proof(index, path, note, extra)
    return EventProof(number, event.ledger_id, event.position, event.topic, size, text)


def without_ciphertexts(event: Any) -> Any:
    """Returns an event with each secret's ciphertext withheld: who has it can try keys on it for ever."""
    if isinstance(event, dict):
        if event.keys() == _SECRET:
            return {**event, "ciphertext": committed(event["ciphertext"])}
        return {name: without_ciphertexts(member) for name, member in event.items()}
    if isinstance(event, list):
        return [without_ciphertexts(member) for member in event]
    return event


def _altered(event: EventRow) -> DamagedLedgerError:
    return DamagedLedgerError(
        f"The event at position {event.position} of the ledger {event.ledger_id} was altered.",
        code="altered_ledger",
    )
