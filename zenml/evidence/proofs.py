"""Proofs about the hash tree of a ledger, made from its nodes (RFC 6962, section 2.1). Their checks: `verify`."""

from __future__ import annotations

from collections.abc import Callable

from zenml.evidence.merkle import EMPTY_ROOT, Frontier, MerkleError, node_hash

Nodes = Callable[[int, int], bytes]
"""Returns the root of the perfect subtree number `index` of 2**level leaves: `nodes(level, index)`.

It is asked only for subtrees that are complete within the tree's size."""


def inclusion_path(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Returns the proof that the leaf at an index, from 0, is in the tree of a size (RFC 6962, section 2.1.1).

    Raises:
        MerkleError: The tree has no leaf there.
    """
    if not 0 <= index < size:
        raise MerkleError(f"A tree of {size} leaves has no leaf {index}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            path.append(_root(middle, end, nodes))
            end = middle
        else:
            path.append(_root(start, middle, nodes))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """Returns the proof that the tree of the new size begins with that of the old one (RFC 6962, section 2.1.2).

    It is empty for an old size of 0 and for equal sizes.

    Raises:
        MerkleError: The old tree is the larger one.
    """
    if not 0 <= old <= new:
        raise MerkleError(f"A tree of {new} leaves does not begin with one of {old}")
    if old in (0, new):
        return []
    path, start, end = [], 0, new
    while end != old:
        middle = start + _half(end - start)
        if old <= middle:
            path.append(_root(middle, end, nodes))
            end = middle
        else:
            path.append(_root(start, middle, nodes))
            start = middle
    if start:  # else the old tree itself is the subtree, and who checks the proof knows its root
        path.append(_root(start, end, nodes))
    return path[::-1]


def frontier_at(size: int, nodes: Nodes) -> Frontier:
    """Returns the frontier that the tree had when it had this size."""
    return Frontier(size, tuple(_subtrees(0, size, nodes)))


def _half(leaves: int) -> int:
    """Returns the largest power of two below a number of leaves, of which there are at least two."""
    return 1 << (leaves - 1).bit_length() - 1


def _root(start: int, end: int, nodes: Nodes) -> bytes:
    """Returns the root over the leaves from a start, which is a multiple of the largest subtree, to an end."""
    root = EMPTY_ROOT
    for number, subtree in enumerate(reversed(_subtrees(start, end, nodes))):
        root = node_hash(subtree, root) if number else subtree
    return root


def _subtrees(start: int, end: int, nodes: Nodes) -> list[bytes]:
    """Returns the roots of the perfect subtrees over these leaves, largest first."""
    subtrees = []
    while start < end:
        level = (end - start).bit_length() - 1
        subtrees.append(nodes(level, start >> level))
        start += 1 << level
    return subtrees
