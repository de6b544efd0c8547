"""The text of one stored event, read and hashed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import orjson

from zenml.domain.events import TOPICS
from zenml.domain.facts import Fact
from zenml.evidence import canonical
from zenml.evidence.canonical import MAX_INTEGER
from zenml.evidence.commitments import CommitmentError, committed_text
from zenml.evidence.merkle import HASH_BYTES, leaf_hash, leaf_hash_of
from zenml.projections.stored_events import EventRow

_TOGETHER = 250  # events
NO_LEAF = bytes(HASH_BYTES)
"""Keeps the place of what has no hash: no root over it will be right."""

UNREADABLE = "The stored text cannot be read."
NOT_AN_OBJECT = "The stored text is not a JSON object."
NOT_CANONICAL = "The stored text is not in its canonical form."

_BEYOND = re.compile(rb"[\xf0-\xf4]")  # begins a character that takes two code units in UTF-16


class StoredText(NamedTuple):
    """What a stored text says.

    Attributes:
        fields: The fields of the event; None if they cannot be read.
        leaf: The hash of the event: 32 bytes, all of them zero if it has none.
        flaw: What is wrong with the text, in one sentence; None if nothing is. A text that says a key twice, or
            anything else that readers take differently, is not canonical.
    """

    fields: dict[str, Any] | None
    leaf: bytes
    flaw: str | None


def read(event: EventRow) -> StoredText:
    """Reads the text of an event and hashes it; raises nothing, whatever it holds."""
    return sound(event) or read_closely(event)


def sound(event: EventRow, topics: Mapping[str, type[Fact]] = TOPICS) -> StoredText | None:
    """Reads and hashes the text of an event in one go, if it is as nearly all of them are.

    It is canonical then, of the form of its topic and without blanked values, and all its values are JSON. None
    says that this takes a closer look, and not that anything is wrong.

    Args:
        event: The event.
        topics: The forms of the topics that there are.
    """
    text, topic, position = event.text, event.topic, event.position
    kind = topics.get(topic)
    if kind is None or type(position) is not int or not 0 <= position <= MAX_INTEGER:
        return None
    if type(text) is not bytes or not (text.isascii() or _BEYOND.search(text) is None):
        return None
    try:
        fields = orjson.loads(text)
        # what fits has no number that is written in several ways, and keys of one character a code unit are
        # in the same order by code points: so this is the canonical text
        if not kind.fitting()(fields) or orjson.dumps(fields, option=orjson.OPT_SORT_KEYS) != text:
            return None
        committed = committed_text(text)
        if committed is None:
            return None
        return StoredText(fields, leaf_hash_of(event.ledger_id, position, topic, committed), None)
    except ValueError:
        return None


def sound_together(events: Iterable[EventRow]) -> Iterator[tuple[EventRow, StoredText | None]]:
    """Yields each event with what `sound` says of it.

    Some hundred events are read before anybody does something else: one thing after the other takes processors a
    tenth less than all by turns. If the events end in an error, those just before it may be missing.
    """
    events = iter(events)
    while together := list(islice(events, _TOGETHER)):
        yield from zip(together, list(map(sound, together)), strict=True)


def read_closely(event: EventRow) -> StoredText:
    """Reads and hashes the text of an event that is not `sound`, or may not be; raises nothing either."""
    try:
        fields = orjson.loads(event.text)
        if not isinstance(fields, dict):
            return StoredText(None, NO_LEAF, NOT_AN_OBJECT)
        leaf = leaf_hash(event.ledger_id, event.position, event.topic, fields)
        is_canonical = canonical.text(fields).encode() == event.text
    except (ValueError, CommitmentError, RecursionError):
        return StoredText(None, NO_LEAF, UNREADABLE)
    return StoredText(fields, leaf, None if is_canonical else NOT_CANONICAL)
