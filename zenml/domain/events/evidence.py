"""Facts about the evidence itself: who signs it, from where on it continues, and who else has seen it."""

from __future__ import annotations

from typing import Annotated

from zenml.domain.events.base import Event
from zenml.domain.facts import Pattern
from zenml.domain.values import Hex32, Id, Value

__all__ = [
    "CheckpointWitnessed",
    "CosignatureLine",
    "EvidenceEvents",
    "HistoryAccepted",
    "SigningKeyChanged",
    "VerifierKey",
]

VerifierKey = Annotated[str, Pattern(r"[^\s+]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")]
"""A public key with its name and id, as C2SP has it (signed-note): NAME+ID+KEY."""

CosignatureLine = Annotated[str, Pattern(r"— [^\s+]{1,255} [A-Za-z0-9+/]{8,8192}={0,2}")]
"""A line of a signed note: an em dash, the name of who signed, and the signature."""


class SigningKeyChanged(Event):
    """From here on another key signs the checkpoints of this machine.

    Both are given as verifiers take them, with the name that checkpoints of the machine's own ledger have.
    """

    TOPIC = "zenml:SigningKeyChanged"
    LEDGER = "machine"
    old_vkey: VerifierKey
    new_vkey: VerifierKey


class HistoryAccepted(Event):
    """A ledger that does not continue what was seen of it, or signed, was accepted as it is: an era begins.

    ``seen_size`` and ``seen_root`` are what was seen of it before, ``size`` and ``root`` what was there when it
    was accepted. Checkpoints have another origin from here on, since none can extend those from before.
    """

    TOPIC = "zenml:HistoryAccepted"
    LEDGER = "any"
    seen_size: int
    seen_root: Hex32
    size: int
    root: Hex32
    reason: Value | None


class CheckpointWitnessed(Event):
    """A witness cosigned a checkpoint of a ledger when it had ``size`` events.

    ``line`` is its signature with the time of it: what follows here was not recorded before that time.
    """

    TOPIC = "zenml:CheckpointWitnessed"
    LEDGER = "machine"
    ledger_id: Id
    size: int
    line: CosignatureLine


EvidenceEvents = SigningKeyChanged | HistoryAccepted | CheckpointWitnessed
