"""The hash tree of a ledger, of which any node can be asked: what proofs are made of."""

from __future__ import annotations

from typing import NamedTuple

from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.evidence.proofs import frontier_at
from zenml.evidence.tile_tree import TILE_HASHES, TileTree
from zenml.ledger import stored_text
from zenml.projections import stored_events, stored_heads, stored_tiles
from zenml.projections.database import Database, StorageError


class LedgerTree(NamedTuple):
    """The tree over the events of a ledger.

    Attributes:
        ledger_id: The ledger.
        size: The number of its events.
        root: The root over them, of 32 bytes.
        tiles: The tree with all its nodes.
        kept: How many of its tiles of leaves are in the ledger's file.
        is_wrong_there: Whether the file keeps tiles that do not lead to this root.
    """

    ledger_id: str
    size: int
    root: bytes
    tiles: TileTree
    kept: int = 0
    is_wrong_there: bool = False

    def nodes(self, level: int, index: int) -> bytes:
        """Returns the root of the perfect subtree number ``index`` of ``2**level`` leaves."""
        return self.tiles.node(level, index)

    def frontier(self, size: int) -> Frontier:
        """Returns the frontier over the first events. Raises `MerkleError` if there are fewer than ``size``."""
        return frontier_at(size, self.nodes)

    def keep(self, path: str) -> None:
        """Keeps in the ledger's file what spares hashing its events again, if it can be written."""
        from zenml.stores.tiles import keep

        first = 0 if self.is_wrong_there else self.kept
        full = {number: self.tiles.tile(0, number) for number in range(first, self.size // TILE_HASHES)}
        keep(path, self.ledger_id, full, anew=self.is_wrong_there)


def open_tree(database: Database, ledger_id: str, known: LedgerTree | None = None) -> LedgerTree:
    """Returns the tree of a ledger: from the tiles that are kept, and from the events beyond them.

    Args:
        database: The file, in a transaction for reading.
        ledger_id: The ledger.
        known: The tree that it had, which grows; nobody else may use it meanwhile.

    Raises:
        DamagedLedgerError: Its events do not lead to its head.
    """
    head = stored_heads.head(database, ledger_id)
    try:
        expected = Frontier.from_bytes(head.size, head.frontier) if head else Frontier()
    except (MerkleError, TypeError) as error:
        raise DamagedLedgerError(
            f"The head of the ledger {ledger_id} is damaged.", code="altered_ledger"
        ) from error
    if known is not None and _completed(database, ledger_id, expected, known.tiles):
        return known._replace(size=expected.size, root=expected.root())
    from_file = _kept(database, ledger_id)
    kept = from_file.size // TILE_HASHES
    if _completed(database, ledger_id, expected, from_file):
        return LedgerTree(ledger_id, expected.size, expected.root(), from_file, kept)
    tree = TileTree()
    if kept and _completed(database, ledger_id, expected, tree):
        return LedgerTree(ledger_id, expected.size, expected.root(), tree, is_wrong_there=True)
    raise DamagedLedgerError(
        f"The events of the ledger {ledger_id} do not lead to its head: it was altered.", code="altered_ledger"
    )


def _kept(database: Database, ledger_id: str) -> TileTree:
    """Returns the tree over the leaves that are kept."""
    tree = TileTree()
    try:
        if stored_tiles.are_kept(database):
            for leaves in stored_tiles.tiles(database, ledger_id):
                tree.append_tile(leaves)
    except (MerkleError, StorageError):
        pass  # what was read so far is compared as any other
    return tree


def _completed(database: Database, ledger_id: str, expected: Frontier, tree: TileTree) -> bool:
    """Appends the events that are missing, and tells whether that leads to what the head says."""
    try:
        for event in stored_events.events(database, ledger_id, tree.size + 1, expected.size):
            if event.position != tree.size + 1:
                return False
            tree.append(stored_text.read(event).leaf)
    except StorageError:
        return False
    return tree.size >= expected.size and frontier_at(expected.size, tree.node) == expected
