"""Checks that one tree begins with another, as those do who are handed our proofs (RFC 9162, section 2.1.4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from zenml.evidence.verify import node_of


def consistency_holds(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that the larger tree begins with the smaller one (RFC 9162, section 2.1.4.2).

    Of an empty tree, and of a tree and itself, the path is empty.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size == 0:
        return not path and old_root == sha256(b"").digest()
    hashes = list(path)
    if old_size & (old_size - 1) == 0:  # a perfect tree is a node of the larger one: the path does not repeat it
        hashes.insert(0, old_root)
    if not hashes:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for neighbour in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_of(neighbour, old), node_of(neighbour, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_of(new, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
