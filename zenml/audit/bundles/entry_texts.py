"""Stored events as bundles have them: the entry that is hashed, and the values that open it.

Both are made of the stored text without reading it as JSON, which would take several times as long. That is safe:
what a salted value begins with holds quotes, and within a string of canonical text a quote is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from zenml.evidence import canonical
from zenml.projections.stored_events import BEGAN, EventRow

WITHHOLDABLE = ("host", "command", "session", "repository")
"""What can be withheld of changes: where they came from, and how they were typed."""

SECRET = "secret"
"""Why the encrypted form of a secret is withheld; it always is."""

OTHER = "other"
"""Why everything but the actor is withheld of the beginning of a change that is not opened."""

_VALUE = re.compile(r'\{"s":"([0-9a-f]{32})","v":("(?:[^"\\]|\\.)*")\}|\{"c":"([0-9a-f]{64})"\}')
_OF_A_BEGINNING = {
    '"actor_id":': "actor",
    '"host":': "host",
    '"command":': "command",
    '"session":': "session",
    '"repository_path":': "repository",
}
_REPOSITORY, _APPROVED, _STARTED = "zenml:Repository", "zenml:PlanApproved", "zenml:RunStarted"
_OF_A_RUN = {'"command":': ("command",), '"origin":': ("host", "session", "repository")}
_PARAMETERS = ',"parameters":{'
_IN_A_SECRET = re.compile(r',"key_id":"[0-9a-f-]{36}","masked":')
_CIPHERTEXT = '{"ciphertext":'
_PATH = '"path":'


class StoredValue(NamedTuple):
    """A free-form value in a stored text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        salt: 32 hex digits; None if the value was redacted.
        quoted: The value's JSON text, as a JSON string; None likewise.
        commitment: 64 hex digits.
        fields: What it is withheld as if one of these is: of `WITHHOLDABLE`, `SECRET`, ``actor``; else none.
    """

    start: int
    end: int
    salt: str | None
    quoted: str | None
    commitment: str
    fields: tuple[str, ...]

    def withheld_as(self, withheld: frozenset[str]) -> str | None:
        """Returns why it is kept back; None if it is not."""
        return next((field for field in self.fields if field in withheld), None)

    @property
    def opening(self) -> str:
        """What a bundle says of it if it is opened."""
        if self.salt is None:
            return '{"redacted":true}'
        return f'{{"s":"{self.salt}","v":{self.quoted}}}'


def stored_values(topic: str, text: str) -> Iterator[StoredValue]:
    """Yields the free-form values of a stored event in the order of its text.

    Args:
        topic: What kind of event it is.
        text: The stored text, which is canonical.
    """
    for found in _VALUE.finditer(text):
        salt, quoted, commitment = found.groups()
        if salt is not None:
            value = canonical.parse(quoted)
            assert isinstance(value, str)  # the pattern is that of a string
            commitment = sha256(b"\x02" + bytes.fromhex(salt) + value.encode()).hexdigest()
        yield StoredValue(*found.span(), salt, quoted, commitment, _fields(topic, text, *found.span()))


def _fields(topic: str, text: str, start: int, end: int) -> tuple[str, ...]:
    """Returns as what the value between two places is withheld, if it is."""
    if topic == BEGAN:
        return next(((field,) for name, field in _OF_A_BEGINNING.items() if text.endswith(name, 0, start)), ())
    if topic == _STARTED:  # whose parameters may have any name, and come last
        is_parameter = text.find(_PARAMETERS, 0, start) >= 0
        named = (fields for name, fields in _OF_A_RUN.items() if text.endswith(name, 0, start))
        return () if is_parameter else next(named, ())
    if topic == _APPROVED and text.endswith('"host":', 0, start):  # of whoever made the plan
        return ("host",)
    if topic.startswith(_REPOSITORY) and text.endswith(_PATH, 0, start):
        return ("repository",)
    is_secret = text.endswith(_CIPHERTEXT, 0, start) and _IN_A_SECRET.match(text, end)
    return (SECRET,) if is_secret else ()


def entry(event: EventRow, text: str, values: list[StoredValue]) -> str:
    """Returns what the leaf of an event is the hash of: RFC 8785 of {event, ledger, position, topic}.

    Args:
        event: The event.
        text: Its stored text.
        values: Its free-form values, each of which is replaced by its commitment.
    """
    pieces, at = list[str](), 0
    for value in values:
        pieces += (text[at : value.start], '{"c":"', value.commitment, '"}')
        at = value.end
    committed = "".join((*pieces, text[at:]))
    return (
        f'{{"event":{committed},"ledger":"{event.ledger_id}","position":{event.position},'
        f'"topic":{canonical.text(event.topic)}}}'
    )


def opened(position: int, values: list[StoredValue], withheld: frozenset[str]) -> str:
    """Returns the line that opens an event.

    Args:
        position: Its position.
        values: Its free-form values.
        withheld: What is kept back, as `StoredValue.fields` has it.
    """
    reasons = [value.withheld_as(withheld) for value in values]
    items = [_withheld(why) if why else value.opening for value, why in zip(values, reasons, strict=True)]
    return f'{{"position":{position},"values":[{",".join(items)}]}}'


def actor_alone(position: int, values: list[StoredValue]) -> str:
    """Returns the line that opens of the beginning of a change only who made it."""
    items = [value.opening if "actor" in value.fields else _withheld(OTHER) for value in values]
    return f'{{"position":{position},"values":[{",".join(items)}]}}'


def blanked(text: str, values: list[StoredValue], withheld: frozenset[str]) -> str:
    """Returns a stored text in which what is withheld is a commitment, as a redacted value is."""
    pieces, at = list[str](), 0
    for value in values:
        if value.withheld_as(withheld):
            pieces += (text[at : value.start], '{"c":"', value.commitment, '"}')
            at = value.end
    return "".join((*pieces, text[at:]))


def _withheld(reason: str) -> str:
    return f'{{"withheld":"{reason}"}}'
