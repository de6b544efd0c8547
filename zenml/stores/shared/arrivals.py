"""What others appended to a shared ledger, on its way into this machine's file: checked event by event.

What a database sends is not believed. Each event has to be what a program of ours writes, and the events have to
go on from those that this machine has: a history that was rewritten is noticed by everybody who had seen it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import TOPICS, KeysNoted
from zenml.domain.values import key_ids
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections.stored_events import BEGAN
from zenml.stores.mapping import MAX_EVENT_BYTES, event_of

_UNUSUAL = re.compile(rb"[:,\[]-?[0-9]+(?:[.eE]|[0-9]{15})")
"""Stands in a text that has a number which is written in its own way, or a string that looks as if."""

_KEY_ID = b'"key_id"'
"""Stands in the text of each event that has a secret."""

_MOST = 10_000
"""Events of one change; nobody's program writes more."""


_OF_MACHINES = frozenset(topic for topic, event in TOPICS.items() if event.LEDGER == "machine")
"""What others could make this machine believe of itself, if it came from them."""


class Arrival(NamedTuple):
    """An event that was checked.

    Attributes:
        position: Its position in the ledger.
        topic: Its topic.
        state: Its text.
        leaf: Its hash, of 32 bytes.
        keys: The ids of the data keys of its secrets, or of those that it notes.
    """

    position: int
    topic: str
    state: bytes
    leaf: bytes
    keys: tuple[str, ...]


class Arrivals:
    """The events of one ledger in the order of their positions, from some position on.

    Args:
        ledger_id: The ledger.
        tree: The tree over the events that are here already.

    Attributes:
        tree: The tree over these and all that arrived.
        ended: Whether something came that only a newer version knows: what follows stays where it is.
    """

    def __init__(self, ledger_id: str, tree: Frontier) -> None:
        self.tree = tree
        self.ended = False
        self._ledger_id = ledger_id
        self._waiting: list[Arrival] = []
        self._vouched = 0  # of those that wait: so many are vouched for by a later change
        self._missing = 0  # events that the newest change announced and that did not come yet
        self._before = tree, 0  # the tree before the newest change, and how many waited

    def add(self, position: int, topic: str, state: bytes, *, newer: bool) -> None:
        """Takes the next event.

        Args:
            position: Its position.
            topic: Its topic.
            state: Its text.
            newer: Whether a newer version writes to the ledger. What is not understood ends it then.

        Raises:
            DamagedLedgerError: It is not the next one, or is nothing that a program of ours writes.
        """
        if position != self.tree.size + 1:
            raise self._damaged(f"the event at position {self.tree.size + 1} is missing")
        if len(state) > MAX_EVENT_BYTES:
            raise self._damaged(f"the event at position {position} has {len(state)} bytes")
        fields = self._fields(position, state)
        if not _is_known(topic, fields):
            if not newer:
                raise self._damaged(f"this version does not know the event '{topic[:80]}' at position {position}")
            self._end(topic, fields)
            return
        if topic == BEGAN:
            self._begin(position, fields)
        elif topic in _OF_MACHINES:
            raise self._damaged(f"the event at position {position} is about a machine, and not about the profile")
        else:
            self._go_on(position)
        try:
            leaf = leaf_hash(self._ledger_id, position, topic, fields)
        except (CommitmentError, canonical.CanonicalError) as error:
            raise self._malformed(position) from error
        self.tree = self.tree.appended(leaf)
        self._waiting.append(Arrival(position, topic, state, leaf, _keys(topic, state, fields)))

    def take_vouched(self) -> list[Arrival]:
        """Takes out the whole changes of which a later change recorded the root."""
        vouched, self._waiting = self._waiting[: self._vouched], self._waiting[self._vouched :]
        self._before, self._vouched = (self._before[0], self._before[1] - self._vouched), 0
        return vouched

    def take_all(self, frontier: bytes) -> list[Arrival]:
        """Takes out everything, which is to be what the ledger's head says; what is vouched for, if it has ended.

        Raises:
            DamagedLedgerError: It is not: other events were here before, or one of them was altered.
        """
        if self.ended:
            return self.take_vouched()
        if self._missing:
            raise self._damaged(f"its last change is cut short after position {self.tree.size}")
        if self.tree.to_bytes() != frontier:
            raise DamagedLedgerError(
                f"The shared ledger {self._ledger_id} is not the one that was seen here: its first "
                f"{self.tree.size} events are others than this machine and its head know.",
                code="shared_ledger_replaced",
            )
        everything, self._waiting, self._vouched = self._waiting, [], 0
        return everything

    def _fields(self, position: int, state: bytes) -> dict[str, Any]:
        try:
            fields = orjson.loads(state)
            if not isinstance(fields, dict) or not _is_canonical(state, fields):
                raise self._malformed(position)
        except (ValueError, RecursionError) as error:
            raise self._malformed(position) from error
        return fields

    def _begin(self, position: int, fields: dict[str, Any]) -> None:
        if self._missing:
            raise self._damaged(f"the change before position {position} is cut short")
        if fields["prior_root"] == self.tree.root().hex():
            self._vouched = len(self._waiting)
        self._before = self.tree, len(self._waiting)
        self._missing = int(fields["count"])
        if not 0 < self._missing <= _MOST:
            raise self._damaged(f"the change at position {position} announces {self._missing} events")

    def _go_on(self, position: int) -> None:
        if not self._missing:
            raise self._damaged(f"the event at position {position} belongs to no change")
        self._missing -= 1

    def _end(self, topic: str, fields: dict[str, Any]) -> None:
        """Leaves out the change that is not understood, and what follows; what came before may be vouched for."""
        if topic == BEGAN:
            self._before = self.tree, len(self._waiting)
            if fields.get("prior_root") == self.tree.root().hex():
                self._vouched = len(self._waiting)
        self.tree, count = self._before
        del self._waiting[count:]
        self.ended, self._missing = True, 0

    def _malformed(self, position: int) -> DamagedLedgerError:
        return self._damaged(f"the event at position {position} is malformed")

    def _damaged(self, what: str) -> DamagedLedgerError:
        sentence = f"The shared ledger {self._ledger_id} has been altered: {what}."
        return DamagedLedgerError(sentence, code="shared_ledger_altered")


def _is_canonical(state: bytes, fields: dict[str, Any]) -> bool:
    """Tells whether a text is the only one that its value has.

    For ASCII without fractions and large integers that is what the quick writer makes of it, with sorted names.
    """
    if state.isascii() and not _UNUSUAL.search(state):
        return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS) == state
    return canonical.text(fields).encode() == state


def _keys(topic: str, state: bytes, fields: dict[str, Any]) -> tuple[str, ...]:
    if topic == KeysNoted.TOPIC:
        return tuple(noted["key_id"] for noted in fields["rows"])
    return tuple(key_ids(fields)) if _KEY_ID in state else ()


def _is_known(topic: str, fields: dict[str, Any]) -> bool:
    """Tells whether an event has the form that this version knows of its topic."""
    try:
        event_of(topic, fields)
    except DamagedLedgerError:
        return False
    return True
