"""A tree that is kept in tiles has the nodes that hashing all leaves gives."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.evidence.consistency import consistency_holds
from zenml.evidence.merkle import HASH_BYTES, MerkleError, root_of
from zenml.evidence.proofs import consistency_path, frontier_at, inclusion_path
from zenml.evidence.tile_tree import TILE_HASHES, TileTree
from zenml.evidence.verify import inclusion_holds

LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(2 * TILE_HASHES + 3)]


def tree_of(size: int) -> TileTree:
    tree = TileTree()
    for leaf in LEAVES[:size]:
        tree.append(leaf)
    return tree


@pytest.mark.parametrize("size", [0, 1, 2, 7, 255, 256, 257, 511, 512, 515])
def test_each_node_is_the_root_over_its_leaves(size: int) -> None:
    tree = tree_of(size)
    assert frontier_at(size, tree.node).root() == root_of(LEAVES[:size])
    for level in range(size.bit_length()):
        for index in {0, (size >> level) - 1} if size >> level else ():
            assert tree.node(level, index) == root_of(LEAVES[index << level : (index + 1) << level])
    for level in range(size.bit_length() + 1):
        with pytest.raises(MerkleError):
            tree.node(level, size >> level)


def test_proofs_made_from_tiles_hold() -> None:
    tree, size = tree_of(515), 515
    root = root_of(LEAVES)
    for index in (0, 1, 255, 256, 511, 512, 514):
        assert inclusion_holds(LEAVES[index], index, size, inclusion_path(index, size, tree.node), root)
    for old in (1, 255, 256, 257, 512, 515):
        path = consistency_path(old, size, tree.node)
        assert consistency_holds(old, root_of(LEAVES[:old]), size, root, path)


def test_full_tiles_that_were_kept_give_the_same_tree() -> None:
    tree = TileTree()
    for number in range(2):
        tree.append_tile(b"".join(LEAVES[number * TILE_HASHES : (number + 1) * TILE_HASHES]))
    for leaf in LEAVES[2 * TILE_HASHES :]:
        tree.append(leaf)
    whole = tree_of(515)
    places = [(0, 0, 256), (0, 1, 256), (0, 2, 3), (1, 0, 2)]
    assert [tree.tile(*place) for place in places] == [whole.tile(*place) for place in places]
    assert tree.tile(0, 0, 2) == LEAVES[0] + LEAVES[1]


def test_what_is_no_hash_and_what_is_not_there_are_refused() -> None:
    tree = tree_of(3)
    for wrong in (b"", bytes(HASH_BYTES - 1), bytes(HASH_BYTES + 1)):
        with pytest.raises(MerkleError, match="A leaf has"):
            tree.append(wrong)
    with pytest.raises(MerkleError, match="not the tile after 3 leaves"):
        tree.append_tile(bytes(TILE_HASHES * HASH_BYTES))
    for place in ((0, 0, 4), (0, 0, 0), (0, 1, 1), (1, 0, 1)):
        with pytest.raises(MerkleError, match="has not"):
            tree.tile(*place)
    assert tree.size == 3
