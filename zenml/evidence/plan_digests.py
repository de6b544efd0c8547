"""The digest of a plan: what people approve, and what the events of the change that carries it out hash to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from zenml.evidence import canonical
from zenml.evidence.commitments import committed

NOT_PLANNED = ("zenml:KeysNoted",)
"""What a change may note besides what was planned: hashes of keys that are wrapped when it is recorded."""


def plan_digest(ledger_id: str, events: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Returns the SHA-256, as hex, of RFC 8785 of ``{events: [{event, topic}, …], ledger}``.

    Events are hashed in their committed form: a value that is blanked later leaves the digest as it is, and
    who does not know a value cannot guess it, since it is salted. No key is needed.

    Args:
        ledger_id: The ledger that they are for.
        events: Topics and fields, in their order.

    Raises:
        CanonicalError: An event is not a JSON value.
        CommitmentError: A salted or blanked value in an event is malformed.
    """
    planned = [
        {"event": committed(dict(fields)), "topic": topic} for topic, fields in events if topic not in NOT_PLANNED
    ]
    return sha256(canonical.text({"events": planned, "ledger": ledger_id}).encode()).hexdigest()
