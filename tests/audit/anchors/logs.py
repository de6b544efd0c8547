"""A ledger in memory whose checkpoints are handed to anchors: cut, rewritten, signed with another key."""

from __future__ import annotations

from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from zenml.anchors.anchor import Handover
from zenml.evidence.notes import checkpoint_text, key_line, signed
from zenml.evidence.proofs import consistency_path, frontier_at
from zenml.evidence.tile_tree import TileTree
from zenml.evidence.verify import Checkpoint, leaf_of

LEDGER = "2c0ed418-1fd5-4be6-812d-afe897333757"


class InMemorySigner:
    """A key that is in no file."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class Log:
    """Some events, and their checkpoints.

    Args:
        size: The number of events.
        rewritten: The position from which on the events are others; 0 for none.
        ledger_id: The ledger.
        signer: Who signs.
    """

    def __init__(
        self, size: int, *, rewritten: int = 0, ledger_id: str = LEDGER, signer: InMemorySigner | None = None
    ) -> None:
        self.ledger_id, self.signer = ledger_id, signer or InMemorySigner()
        self.origin = f"zenml-ledger/{ledger_id}"
        self._tree = TileTree()
        for position in range(1, size + 1):
            word = "other" if rewritten and position >= rewritten else "event"
            self._tree.append(leaf_of(f"{word} {position}".encode()))

    @property
    def key_line(self) -> str:
        return key_line(self.origin, self.signer.public)

    def handover(self, size: int | None = None) -> Handover:
        size = self._tree.size if size is None else size
        root = frontier_at(size, self._tree.node).root()
        note = signed(checkpoint_text(self.origin, size, root), [(self.origin, self.signer)])
        return Handover(
            self.ledger_id,
            Checkpoint(self.origin, size, root),
            note.encode(),
            self.key_line,
            partial(consistency_path, new=size, nodes=self._tree.node),
            size,
        )
