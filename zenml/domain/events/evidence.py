"""Facts about the evidence itself: who signs it, where it continues, who has seen it, and what was taken out."""

from __future__ import annotations

from zenml.domain.annotations import Annotated
from zenml.domain.events.base import Event
from zenml.domain.facts import Fact
from zenml.domain.patterns import Pattern
from zenml.domain.values import Hex32, Id, Pointer, RedactedValue, Value

__all__ = [
    "CheckpointWitnessed",
    "CosignatureLine",
    "EvidenceEvents",
    "HistoryAccepted",
    "KeysNoted",
    "NotedKey",
    "Pointer",
    "RedactedValue",
    "SecretsShredded",
    "SigningKeyChanged",
    "ValueRedacted",
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


class NotedKey(Fact):
    """The row that keeps the data key of a secret, by its hash: a row that is lost or altered is damage.

    ``row`` is SHA-256(0x03, ledger id, key id, wrapping, wrapped key, digest): each id is 36 ASCII characters,
    and each of the other three comes behind its length as a big-endian number of 4 bytes.
    """

    key_id: Id
    row: Hex32


class KeysNoted(Event):
    """The rows of data keys that are there from here on: new ones, or all of them in another wrapping."""

    TOPIC = "zenml:KeysNoted"
    LEDGER = "any"
    rows: tuple[NotedKey, ...]


class SecretsShredded(Event):
    """The data keys of secrets were destroyed, and the secrets with them."""

    TOPIC = "zenml:SecretsShredded"
    LEDGER = "any"
    key_ids: tuple[Id, ...]


class ValueRedacted(Event):
    """Values of earlier events were blanked to their commitments, so that every proof still holds."""

    TOPIC = "zenml:ValueRedacted"
    LEDGER = "any"
    values: tuple[RedactedValue, ...]
    reason: Value | None


EvidenceEvents = (
    SigningKeyChanged | HistoryAccepted | CheckpointWitnessed | KeysNoted | SecretsShredded | ValueRedacted
)
