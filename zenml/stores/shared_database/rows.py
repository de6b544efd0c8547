"""What the tables hold, and the check that a database answers with that and nothing else.

A server may be anybody's, and who may write to a table may write anything: what is of the wrong type, or larger
than it can be, is damage and is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database.url_text import MAX_URL

MAX_STATE = 48 * 1024
"""Bytes of an event's text: what every store takes (`zenml.stores.mapping.MAX_EVENT_BYTES`)."""

MAX_TOPIC, MAX_KIND, MAX_WRAPPING = 128, 16, 8
"""Characters, as in the tables."""

MAX_WRAPPED, MAX_DIGEST, MAX_CHECK = 1024, 64, 64
"""Bytes. A wrapped key of today has 60, a digest and a check 32."""

_MOST = 2**53
"""Numbers stay below it, as in the events' text."""

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class SharedEvent(NamedTuple):
    """An event as it is stored: its text is not looked into."""

    position: int
    topic: str
    state: bytes


class SharedKey(NamedTuple):
    """A data key: wrapped, in the way that is named, with a keyed digest of the value that it encrypts."""

    key_id: str
    wrapping: str
    wrapped: bytes
    digest: bytes


Row = Sequence[Any]


def head_of(row: Row, where: str) -> SharedHead:
    """Returns a row of ``zenml_ledgers``, in the order of the fields.

    Args:
        row: What the database answered.
        where: The database, in words.

    Raises:
        DamagedLedgerError: It cannot be the head of a ledger.
    """
    head = SharedHead(*_shaped(row, len(SharedHead._fields), where))
    good = (
        is_id(head.ledger_id)
        and _is_text(head.kind, MAX_KIND)
        and _is_text(head.slot, 128)
        and _is_number(head.size, 0)
        and _is_number(head.format, 1)
        and isinstance(head.frontier, bytes)
        and (head.key_check is None or _are_bytes(head.key_check, MAX_CHECK))
        and (head.moved_to is None or _is_text(head.moved_to, MAX_URL))
    )
    if good:
        try:
            Frontier.from_bytes(head.size, head.frontier)
        except MerkleError:
            good = False
    if not good:
        raise damaged(where, "the row of a ledger")
    return head


def events_of(rows: Sequence[Row], after: int, where: str) -> list[SharedEvent]:
    """Returns rows of ``zenml_events`` that follow on a position without a gap. Raises as `head_of` does."""
    events = [SharedEvent(*_shaped(row, len(SharedEvent._fields), where)) for row in rows]
    for position, event in enumerate(events, after + 1):
        if not _is_number(event.position, 1):
            raise damaged(where, f"the event that should be number {position}")
        if event.position != position:
            raise DamagedLedgerError(
                f"The event at position {position} is missing in the shared database {where}.",
                code="altered_shared_database",
            )
        if not (_is_text(event.topic, MAX_TOPIC) and _are_bytes(event.state, MAX_STATE)):
            raise damaged(where, f"event {position}")
    return events


def size_of(row: Row, where: str) -> int:
    """Returns how many bytes of an event's text are fetched, none of what is too large. Raises as `head_of`."""
    (size,) = _shaped(row, 1, where)
    if not _is_number(size, 0):
        raise damaged(where, "the length of an event")
    return int(size) if size <= MAX_STATE else 0


def keys_of(rows: Sequence[Row], where: str) -> list[SharedKey]:
    """Returns rows of ``zenml_keys``. Raises as `head_of` does."""
    keys = [SharedKey(*_shaped(row, len(SharedKey._fields), where)) for row in rows]
    for key in keys:
        good = is_id(key.key_id) and _is_text(key.wrapping, MAX_WRAPPING) and _are_bytes(key.wrapped, MAX_WRAPPED)
        if not (good and _are_bytes(key.digest, MAX_DIGEST)):
            raise damaged(where, "the key of a secret")
    return keys


def position_of(row: Row, where: str) -> int:
    """Returns the only field of a row of ``zenml_changes``. Raises as `head_of` does."""
    (position,) = _shaped(row, 1, where)
    if not _is_number(position, 1):
        raise damaged(where, "the position of a change")
    return int(position)


def _shaped(row: Row, length: int, where: str) -> Row:
    if len(row) != length:
        raise damaged(where, "what it answers")
    return row


def damaged(where: str, what: str) -> DamagedLedgerError:
    """Returns the error that something in a database cannot be what was written there."""
    return DamagedLedgerError(
        f"In the shared database {where}, {what} was altered or is damaged.", code="altered_shared_database"
    )


def is_id(value: object) -> bool:
    """Tells whether a value is an id as the tables have it."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _are_bytes(value: object, most: int) -> bool:
    return isinstance(value, bytes) and 0 < len(value) <= most


def _is_number(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < _MOST
