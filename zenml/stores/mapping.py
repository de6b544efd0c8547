"""Events to stored text and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.events import TOPICS, Event
from zenml.domain.upcasts import upcast
from zenml.evidence import canonical

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent

MAX_EVENT_BYTES = 48 * 1024
"""Far above any sensible configuration, and below what every supported database takes in one row."""


def to_text(fields: dict[str, Any]) -> bytes:
    """Returns the text of an event: RFC 8785, so that what is stored is what is hashed.

    Raises:
        NotAllowedError: It is longer than 48 KiB.
    """
    state = canonical.text(fields).encode()
    if len(state) > MAX_EVENT_BYTES:
        raise NotAllowedError(
            f"One thing of this change takes {len(state)} bytes; at most {MAX_EVENT_BYTES} are allowed.",
            "Keep large settings in a file and register its path.",
        )
    return state


def to_stored(ledger_id: str, position: int, topic: str, fields: dict[str, Any]) -> StoredEvent:
    """Returns an event as it is stored. Raises as `to_text` does."""
    return of_text(ledger_id, position, topic, to_text(fields))


def of_text(ledger_id: str, position: int, topic: str, text: bytes) -> StoredEvent:
    """Returns an event that has a text as it is stored."""
    from eventsourcing.persistence import StoredEvent  # whoever only tries something out stores none

    return StoredEvent(originator_id=UUID(ledger_id), originator_version=position, topic=topic, state=text)


def to_event(topic: str, state: bytes) -> Event:
    """Returns a stored event as the class it has today. Only known topics are read.

    Raises:
        DamagedLedgerError: No such topic is known, or the text does not fit it.
    """
    try:
        fields = orjson.loads(state)
    except ValueError as error:
        raise DamagedLedgerError(f"An event '{topic}' of the ledger is malformed.") from error
    return event_of(topic, fields)


def event_of(topic: str, fields: dict[str, Any]) -> Event:
    """Returns the event that has these fields in a stored text. Raises as `to_event` does."""
    try:
        topic, fields = upcast(topic, fields)
        if topic in TOPICS:
            return TOPICS[topic].from_fields(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedLedgerError(f"An event '{topic}' of the ledger is malformed.") from error
    raise DamagedLedgerError(
        f"The ledger has an event '{topic}' that this version does not know.",
        "Run a newer version of zenml.",
    )
