"""The ledgers of a record: those that are in a bundle, and the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.evidence.verify import RUNS

if TYPE_CHECKING:
    from zenml.audit.bundles.earlier import BundleEnd
    from zenml.evidence.merkle import Frontier
    from zenml.evidence.verify import Checkpoint
    from zenml.projections.stored_events import EventRow

    StoredBetween = Callable[[int, int], Iterable[EventRow]]
    """Returns the events of a ledger from one position to another."""


class IncludedLedger(NamedTuple):
    """A ledger that is in a bundle.

    Attributes:
        ledger_id: The ledger.
        kind: ``machine``, ``profile`` or ``runs``.
        profile: The name of its profile; None for the machine's.
        events: Returns its events from one position to another, in a transaction for reading.
        checkpoint: Where it ends, as was signed.
        note: The signed note that says so.
        is_new_key: Whether the key that signed it was made for it.
        notes: Earlier notes, time stamps, and statements about keys, by the name of the file.
        earlier: Where the bundle that is continued ended; None if that did not have it, or nothing is continued.
    """

    ledger_id: str
    kind: str
    profile: str | None
    events: StoredBetween
    checkpoint: Checkpoint
    note: bytes
    is_new_key: bool
    notes: Mapping[str, bytes]
    earlier: BundleEnd | None

    @property
    def start(self) -> int:
        """The number of events that are left out because the bundle that is continued has them."""
        return self.earlier.size if self.earlier else 0

    def path(self, name: str) -> str:
        """Returns the name that a file about it has in the bundle."""
        return f"ledgers/{self.ledger_id}/{name}"

    def document(self, start: Frontier) -> dict[str, Any]:
        """Returns what the manifest says of it, given the tree over the events that are left out."""
        hashes = [node.hex() for node in start.hashes]
        return {
            "kind": self.kind,
            "ledger": self.ledger_id,
            "left_out": None,
            "profile": self.profile,
            "size": self.checkpoint.size,
            "start": {"frontier": hashes, "size": start.size} if start.size else None,
        }


class LeftOutLedger(NamedTuple):
    """A ledger of which nothing is in a bundle, and why: ``elsewhere`` or ``unwanted``."""

    ledger_id: str
    kind: str
    profile: str | None
    reason: str

    def document(self) -> dict[str, Any]:
        """Returns what the manifest says of it."""
        return {
            "kind": self.kind,
            "ledger": self.ledger_id,
            "left_out": self.reason,
            "profile": self.profile,
            "size": None,
            "start": None,
        }


class BundledLedgers(NamedTuple):
    """All ledgers of a record: those that are in a bundle, the machine's first, and the others."""

    bundled: list[IncludedLedger]
    left_out: list[LeftOutLedger]

    @property
    def of_changes(self) -> list[IncludedLedger]:
        """Those in the bundle that have changes: all but the ledgers of runs."""
        return [ledger for ledger in self.bundled if ledger.kind != RUNS]

    def documents(self, starts: Mapping[str, Frontier]) -> list[dict[str, Any]]:
        """Returns what the manifest says of them: those of runs are its last.

        Args:
            starts: By ledger that is in the bundle, the tree over its events that are left out.
        """
        said = [ledger.document(starts[ledger.ledger_id]) for ledger in self.bundled]
        said += [ledger.document() for ledger in self.left_out]
        return sorted(said, key=lambda one: bool(one["kind"] == RUNS))
