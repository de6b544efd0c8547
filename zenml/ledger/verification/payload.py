"""One stored event by itself: its text, its form, its hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from zenml.domain.events import TOPICS
from zenml.domain.facts import FactError
from zenml.domain.upcasts import upcast
from zenml.evidence import canonical
from zenml.evidence.canonical import CanonicalError
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import HASH_BYTES, leaf_hash

_NO_LEAF = bytes(HASH_BYTES)
"""Keeps the place of what has no hash: no root over it will be right."""


class Payload(NamedTuple):
    """What was found.

    Attributes:
        leaf: The hash of the event.
        fields: Its fields; None if they are not of the form of its topic.
        problem: What is wrong, in one sentence; empty if nothing is.
        misfit: Whether all that is wrong is that the form of its topic is another one, or not known.
    """

    leaf: bytes
    fields: dict[str, Any] | None
    problem: str = ""
    misfit: bool = False


def examine(ledger_id: str, kind: str, position: int, topic: str, state: bytes) -> Payload:
    """Reads a stored event as strictly as it was written.

    Args:
        ledger_id: The ledger it is in.
        kind: Of that ledger, ``machine`` or ``profile``; empty if that is not known.
        position: Its position.
        topic: Its topic.
        state: Its stored text.
    """
    try:
        text = state.decode()
        fields = canonical.parse(text)
        if not isinstance(fields, dict):
            return Payload(_NO_LEAF, None, "The stored text is not a JSON object.")
        leaf = leaf_hash(ledger_id, position, topic, fields)
        is_canonical = canonical.text(fields) == text
    except UnicodeDecodeError:
        return Payload(_NO_LEAF, None, "The stored text is not UTF-8.")
    except CanonicalError as error:
        return Payload(_NO_LEAF, None, f"The stored text cannot be read: {error}.")
    except CommitmentError as error:
        return Payload(_NO_LEAF, None, f"{error}.")
    except RecursionError:
        return Payload(_NO_LEAF, None, "The stored text is nested too deeply.")
    if not is_canonical:
        return Payload(leaf, None, "The stored text is not in its canonical form.")
    misfit = _misfit(kind, topic, fields)
    return Payload(leaf, None if misfit else fields, misfit or _bad_value(fields), bool(misfit))


def _misfit(kind: str, topic: str, fields: dict[str, Any]) -> str:
    """Returns what keeps the fields from being an event of their topic."""
    try:
        topic, fields = upcast(topic, fields)
        if topic not in TOPICS:
            return f"The topic '{topic}' is not known to this version."
        event = TOPICS[topic]
        event.from_fields(fields)
    except FactError as error:
        return f"The fields do not fit the topic '{topic}': {error.field or 'all'} is not valid."
    except (AttributeError, KeyError, TypeError, ValueError):
        return f"The fields do not fit the topic '{topic}'."
    if kind and event.LEDGER not in ("any", kind):
        return f"An event '{topic}' does not belong in the ledger of a {kind}."
    return ""


def _bad_value(fields: dict[str, Any]) -> str:
    """Returns what is wrong with a free-form value."""
    for value in values_within(fields):
        if "c" in value:
            return "A value was blanked, but no event says so."
        try:
            canonical.parse(value["v"])
        except CanonicalError:
            return "The text of a value is not JSON."
    return ""


def values_within(member: object) -> Iterator[dict[str, str]]:
    """Yields all salted and blanked values; that they are well-formed was found out by hashing."""
    if isinstance(member, dict):
        if member.keys() == {"s", "v"} or member.keys() == {"c"}:
            yield member
        else:
            for inner in member.values():
                yield from values_within(inner)
    elif isinstance(member, list):
        for inner in member:
            yield from values_within(inner)
