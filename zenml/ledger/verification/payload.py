"""One stored event by itself: its text, its form, its hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from zenml.domain.events import TOPICS
from zenml.domain.facts import Fact, FactError
from zenml.domain.run_events import RUN_TOPICS
from zenml.domain.upcasts import upcast
from zenml.evidence import canonical
from zenml.evidence.canonical import CanonicalError
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import leaf_hash
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.ledger.stored_text import NO_LEAF, NOT_AN_OBJECT, NOT_CANONICAL, StoredText
from zenml.projections.stored_events import EventRow

RUNS = "runs"
"""The kind of a ledger of runs, which has topics of its own."""


class Payload(NamedTuple):
    """What was found.

    Attributes:
        leaf: The hash of the event.
        fields: Its fields; None if they are not of the form of its topic.
        problem: What is wrong, in one sentence; empty if nothing is.
        misfit: Whether all that is wrong is that the form of its topic is another one, or not known.
        blanks: The commitment of each value that was blanked, by where it is in the fields (RFC 6901).
    """

    leaf: bytes
    fields: dict[str, Any] | None
    problem: str = ""
    misfit: bool = False
    blanks: Mapping[str, str] = MappingProxyType({})


def examine(event: EventRow, kind: str, sound: StoredText | None) -> Payload:
    """Reads a stored event as strictly as it was written.

    Args:
        event: The event.
        kind: Of its ledger, ``machine``, ``profile`` or ``runs``; empty if that is not known.
        sound: What `stored_text.sound` says of it.
    """
    if sound is not None and (kind == RUNS or not _misplaced(kind, event.topic)):
        return Payload(sound.leaf, sound.fields)
    text = read_strictly(event)
    if text.fields is None or text.flaw:
        return Payload(text.leaf, None, text.flaw or "")
    misfit = _misfit(kind, event.topic, text.fields)
    values = list(pointed_values(text.fields))
    blanks = {pointer: value["c"] for pointer, value in values if is_blanked(value)}
    problem = misfit or _bad_value(value for _, value in values)
    return Payload(text.leaf, None if misfit else text.fields, problem, bool(misfit), blanks)


def read_strictly(event: EventRow) -> StoredText:
    """Reads the text of an event as `stored_text.read` does, but refuses what two readers may take differently."""
    try:
        text = event.text.decode()
        fields = canonical.parse(text)
        if not isinstance(fields, dict):
            return StoredText(None, NO_LEAF, NOT_AN_OBJECT)
        leaf = leaf_hash(event.ledger_id, event.position, event.topic, fields)
        return StoredText(fields, leaf, None if canonical.text(fields) == text else NOT_CANONICAL)
    except UnicodeDecodeError:
        flaw = "The stored text is not UTF-8."
    except CanonicalError as error:
        flaw = f"The stored text cannot be read: {error}."
    except CommitmentError as error:
        flaw = f"{error}."
    except RecursionError:
        flaw = "The stored text is nested too deeply."
    return StoredText(None, NO_LEAF, flaw)


def _misfit(kind: str, topic: str, fields: dict[str, Any]) -> str:
    """Returns what keeps the fields from being an event of their topic."""
    try:
        topics: Mapping[str, type[Fact]] = RUN_TOPICS if kind == RUNS else TOPICS
        if kind != RUNS:
            topic, fields = upcast(topic, fields)
        if topic not in topics:
            return f"The topic '{topic}' is not known to this version."
        topics[topic].from_fields(fields)
    except FactError as error:
        return f"The fields do not fit the topic '{topic}': {error.field or 'all'} is not valid."
    except (AttributeError, KeyError, TypeError, ValueError):
        return f"The fields do not fit the topic '{topic}'."
    return "" if kind == RUNS else _misplaced(kind, topic)


def _misplaced(kind: str, topic: str) -> str:
    """Returns that an event of a topic is not of a kind of ledger."""
    if kind and TOPICS[topic].LEDGER not in ("any", kind):
        return f"An event '{topic}' does not belong in the ledger of a {kind}."
    return ""


def _bad_value(values: Iterable[dict[str, str]]) -> str:
    """Returns what is wrong with a free-form value; that they are well-formed was found out by hashing."""
    for value in values:
        try:
            if not is_blanked(value):
                canonical.parse(value["v"])
        except CanonicalError:
            return "The text of a value is not JSON."
    return ""
