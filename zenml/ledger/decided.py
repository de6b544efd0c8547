"""The digest of what was decided: whether a change that was rehearsed is the one that would be made now."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from zenml.evidence import canonical
from zenml.evidence.plan_digests import NOT_PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zenml.domain.events import DomainEvent, Kind


def decided_digest(kind: Kind, targets: Sequence[str], events: Iterable[DomainEvent]) -> str:
    """Returns the SHA-256, as hex, of RFC 8785 of ``{events: [{event, topic}, …], kind, targets}``.

    An undo takes back values with their salts, so it has the same digest each time it is rehearsed, until
    something is changed that it touches. Other changes draw salts and ids: theirs differ each time.

    Args:
        kind: What kind of change it is.
        targets: The ids of the changes that it undoes or redoes.
        events: Its events, in the order in which they were decided.
    """
    decided = [
        {"event": event.to_fields(), "topic": event.TOPIC} for event in events if event.TOPIC not in NOT_PLANNED
    ]
    text = canonical.text({"events": decided, "kind": kind, "targets": list(targets)})
    return sha256(text.encode()).hexdigest()
