"""The text of one stored event, read and hashed."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import HASH_BYTES, leaf_hash
from zenml.projections.stored_events import EventRow

NO_LEAF = bytes(HASH_BYTES)
"""Keeps the place of what has no hash: no root over it will be right."""

UNREADABLE = "The stored text cannot be read."
NOT_AN_OBJECT = "The stored text is not a JSON object."
NOT_CANONICAL = "The stored text is not in its canonical form."


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
    try:
        fields = orjson.loads(event.text)
        if not isinstance(fields, dict):
            return StoredText(None, NO_LEAF, NOT_AN_OBJECT)
        leaf = leaf_hash(event.ledger_id, event.position, event.topic, fields)
        is_canonical = canonical.text(fields).encode() == event.text
    except (ValueError, CommitmentError, RecursionError):
        return StoredText(None, NO_LEAF, UNREADABLE)
    return StoredText(fields, leaf, None if is_canonical else NOT_CANONICAL)
