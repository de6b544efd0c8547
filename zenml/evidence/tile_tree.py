"""A hash tree with all its nodes at hand, kept in tiles of 256 hashes: 33 bytes a leaf."""

from __future__ import annotations

from zenml.evidence.merkle import HASH_BYTES, MerkleError, node_hash

_HEIGHT = 8  # levels of the tree between those that are kept (C2SP tlog-tiles)
TILE_HASHES = 1 << _HEIGHT
"""The hashes of a full tile."""

TILE_BYTES = TILE_HASHES * HASH_BYTES
"""The length of a full tile."""


class TileTree:
    """The tree over some leaves; grows with each one that is appended.

    The hash at place ``i`` of the tile ``n`` of level ``l`` is the root of the perfect subtree over the ``256**l``
    leaves from number ``(256 * n + i) * 256**l`` on.

    Attributes:
        size: The number of leaves.
    """

    def __init__(self) -> None:
        self.size = 0
        self._tiles: dict[tuple[int, int], bytearray] = {}  # by level and number

    def append(self, leaf: bytes) -> None:
        """Appends a leaf. Raises `MerkleError` if it is not a hash."""
        if len(leaf) != HASH_BYTES:
            raise MerkleError(f"A leaf has {len(leaf)} bytes, not {HASH_BYTES}")
        self._add(0, self.size, leaf)
        self.size += 1

    def append_tile(self, leaves: bytes) -> None:
        """Appends 256 leaves, one after the other, to a tree whose leaves fill all tiles that they are in.

        Raises:
            MerkleError: They are not as many bytes, or the last tile is not full.
        """
        number, place = divmod(self.size, TILE_HASHES)
        if len(leaves) != TILE_BYTES or place:
            raise MerkleError(f"{len(leaves)} bytes are not the tile after {self.size} leaves")
        self._tiles[0, number] = bytearray(leaves)
        self.size += TILE_HASHES
        self._add(1, number, _root(leaves))

    def tile(self, level: int, number: int, width: int = TILE_HASHES) -> bytes:
        """Returns the first hashes of a tile, one after the other, ``width`` of them.

        Raises:
            MerkleError: The tree is too small for that.
        """
        hashes = self._tiles.get((level, number), b"")
        if not 0 < width * HASH_BYTES <= len(hashes):
            raise MerkleError(f"The tile {number} of level {level} has not {width} hashes")
        return bytes(hashes[: width * HASH_BYTES])

    def node(self, level: int, index: int) -> bytes:
        """Returns the root of the perfect subtree number ``index`` of ``2**level`` leaves.

        Raises:
            MerkleError: The tree is too small for that.
        """
        tile_level, height = divmod(level, _HEIGHT)
        number, place = divmod(index << height, TILE_HASHES)
        hashes = self.tile(tile_level, number, place + (1 << height))
        return _root(hashes[place * HASH_BYTES :])

    def _add(self, level: int, index: int, node: bytes) -> None:
        """Adds the hash number ``index`` of a level, and those above that are complete with it."""
        number, place = divmod(index, TILE_HASHES)
        hashes = self._tiles.setdefault((level, number), bytearray())
        hashes += node
        if place == TILE_HASHES - 1:
            self._add(level + 1, number, _root(bytes(hashes)))


def _root(hashes: bytes) -> bytes:
    """Returns the root over hashes whose number is a power of two."""
    nodes = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(nodes) > 1:
        nodes = [node_hash(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=True)]
    return nodes[0]
