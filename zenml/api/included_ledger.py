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
    """Returns a ledger of which a checkpoint was signed, without further notes.

    Args:
        signed: The checkpoint.
        kind: ``machine``, ``profile`` or ``runs``.
        events: Returns its events from one position to another, in a transaction for reading.
        earlier: Where the bundle that is continued ended, by ledger.
    """
    note = signed.note.encode()
    checkpoint = parsed_checkpoint(parsed_note(note).text)
    earlier_end = earlier.get(signed.ledger_id)
    return IncludedLedger(
        ledger_id=signed.ledger_id,
        kind=kind,
        profile=signed.profile,
        events=events,
        checkpoint=checkpoint,
        note=note,
        is_new_key=signed.is_new_key,
        notes={},
        earlier=earlier_end,
    )
