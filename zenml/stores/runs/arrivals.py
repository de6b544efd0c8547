"""What others recorded of runs, on its way into this machine's file: checked event by event.

What a database or a service sends is not believed. Each event has to be what a program of ours writes, and the
events have to go on from those that this machine has, as for any shared ledger (`zenml.stores.shared.arrivals`).
"""

from __future__ import annotations

from typing import Any

import orjson

from zenml.documents.limits import DEPTH
from zenml.domain.errors import DamagedLedgerError, NewerFormatError
from zenml.domain.facts import FactError
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.run_events import RUN_TOPICS, RunEvent, RunStarted, RunValuesRedacted
from zenml.domain.values import Salted, facts_in
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import Frontier, leaf_hash_stored
from zenml.stores.runs.locked import MAX_EVENT_BYTES
from zenml.stores.shared_database.rows import SharedEvent


class RunArrivals:
    """The events of a ledger of runs in the order of their positions, from some position on.

    Args:
        ledger_id: The ledger.
        tree: The tree over the events that are here already.
        newer: Whether a newer version writes to the ledger.

    Attributes:
        tree: The tree over these and all that arrived.
    """

    def __init__(self, ledger_id: str, tree: Frontier, *, newer: bool) -> None:
        self.tree = tree
        self._ledger_id = ledger_id
        self._newer = newer
        self._waiting: list[SharedEvent] = []
        self._vouched = 0  # of those that wait: so many are vouched for by the root that a later one has

    def add(self, event: SharedEvent) -> None:
        """Takes the next event.

        Raises:
            DamagedLedgerError: It is not the next one, or is nothing that a program of ours writes; or the ledger
                is not the one that was seen here.
            NewerFormatError: Only a newer version knows what it says.
        """
        if event.position != self.tree.size + 1:
            raise self._altered(f"the event at position {self.tree.size + 1} is missing")
        fact, fields = self._read(event)
        if isinstance(fact, RunStarted | RunValuesRedacted):
            if fact.prior_root != self.tree.root().hex():
                raise self._another()
            self._vouched = len(self._waiting)
        try:
            leaf = leaf_hash_stored(self._ledger_id, event.position, event.topic, fields, event.state)
        except (CommitmentError, canonical.CanonicalError) as error:
            raise self._malformed(event) from error
        self.tree = self.tree.appended(leaf)
        self._waiting.append(event)

    @property
    def vouched(self) -> int:
        """How many of those that wait are vouched for by the root that a later one has."""
        return self._vouched

    def take_vouched(self) -> list[SharedEvent]:
        """Takes out the events of which a later one recorded the root."""
        taken, self._waiting = self._waiting[: self._vouched], self._waiting[self._vouched :]
        self._vouched = 0
        return taken

    def take_all(self, frontier: bytes) -> list[SharedEvent]:
        """Takes out everything, which is to be what the ledger's head says.

        Raises:
            DamagedLedgerError: It is not: other events were here before, or one of them was altered.
        """
        if self.tree.to_bytes() != frontier:
            raise self._another()
        everything, self._waiting, self._vouched = self._waiting, [], 0
        return everything

    def _read(self, event: SharedEvent) -> tuple[RunEvent, dict[str, Any]]:
        if event.topic not in RUN_TOPICS:
            raise self._unknown(f"the event '{event.topic[:80]}' at position {event.position}")
        try:
            fields = orjson.loads(event.state)
            if len(event.state) > MAX_EVENT_BYTES or canonical.text(fields).encode() != event.state:
                raise self._malformed(event)
            fact = RUN_TOPICS[event.topic].from_fields(fields)
            if not all(_is_canonical(one.v) for one in facts_in(fact) if isinstance(one, Salted)):
                raise self._malformed(event)
            return fact, fields
        except FactError as error:
            raise self._unknown(f"what the event at position {event.position} says") from error
        except (ValueError, RecursionError) as error:
            raise self._malformed(event) from error

    def _unknown(self, what: str) -> DamagedLedgerError | NewerFormatError:
        if self._newer:
            return NewerFormatError(
                f"A newer version of zenml wrote to the ledger of runs '{self._ledger_id}': not all is known.",
                'Install the newer version: "pip install --upgrade zenml-ledger".',
            )
        return self._altered(f"this version does not know {what}")

    def _malformed(self, event: SharedEvent) -> DamagedLedgerError:
        return self._altered(f"the event at position {event.position} is malformed")

    def _altered(self, what: str) -> DamagedLedgerError:
        sentence = f"The shared ledger of runs '{self._ledger_id}' has been altered: {what}."
        return DamagedLedgerError(sentence, code="shared_ledger_altered")

    def _another(self) -> DamagedLedgerError:
        return DamagedLedgerError(
            f"The shared ledger of runs '{self._ledger_id}' does not continue the runs that this machine has.",
            code="shared_runs_replaced",
        )


def _is_canonical(text: str) -> bool:
    """Tells whether the text of a value is what any program of ours writes for it. Raises as reading JSON does."""
    value = orjson.loads(text)
    return not is_nested_deeper(value, DEPTH) and canonical.text(value) == text
