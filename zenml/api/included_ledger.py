"""A ledger in a bundle, of whatever kind it is: what its checkpoint says, and where its events are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from zenml.audit.bundles.ledgers import IncludedLedger
from zenml.evidence.verify import parsed_checkpoint, parsed_note

if TYPE_CHECKING:
    from zenml.audit.bundles.earlier import BundleEnd
    from zenml.audit.bundles.ledgers import StoredBetween
    from zenml.custody.checkpoints import SignedCheckpoint


def included(
    signed: SignedCheckpoint, kind: str, events: StoredBetween, earlier: Mapping[str, BundleEnd]
) -> IncludedLedger:
    """Returns a ledger of which a checkpoint was signed, without further notes; the arguments are its fields."""
    note = signed.note.encode()
    said = parsed_checkpoint(parsed_note(note).text)
    before = earlier.get(signed.ledger_id)
    return IncludedLedger(
        signed.ledger_id, kind, signed.profile, events, said, note, signed.is_new_key, {}, before
    )
