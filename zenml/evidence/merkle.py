"""The hash tree over the positions of one ledger, after RFC 6962, section 2.1."""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from hashlib import sha256

from zenml.evidence import canonical
from zenml.evidence.commitments import committed, committed_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_BYTES = 32
"""The length of a SHA-256 hash."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree over nothing."""


class MerkleError(ValueError):
    """Bytes that cannot be a part of a tree."""


def leaf_hash(ledger_id: str, position: int, topic: str, event: dict[str, object]) -> bytes:
    """Returns SHA-256(0x00 ‖ RFC 8785 of {event, ledger, position, topic}), the event in its committed form.

    Raises:
        CanonicalError: The event is not a JSON value.
        CommitmentError: A salted or blanked value in the event is malformed.
    """
    leaf = {"event": committed(event), "ledger": ledger_id, "position": position, "topic": topic}
    return sha256(b"\x00" + canonical.text(leaf).encode()).digest()


def leaf_hash_of(ledger_id: str, position: int, topic: str, committed_text: bytes) -> bytes:
    """Returns the same of an event whose committed form is at hand as canonical text.

    Raises:
        CanonicalError: The ledger or the topic is no text.
    """
    leaf = b'\x00{"event":%b,"ledger":%b,"position":%d,"topic":%b}'
    return sha256(leaf % (committed_text, _written(ledger_id), position, _written(topic))).digest()


def leaf_hash_stored(ledger_id: str, position: int, topic: str, event: dict[str, object], text: bytes) -> bytes:
    """Returns the same, at half the cost, of an event whose own canonical text is at hand.

    Raises:
        CanonicalError: The ledger or the topic is no text.
        CommitmentError: A salted or blanked value in the event is malformed.
    """
    short = committed_text(text)
    if short is None:
        return leaf_hash(ledger_id, position, topic, event)
    return leaf_hash_of(ledger_id, position, topic, short)


@lru_cache(1024)
def _written(text: str) -> bytes:
    return canonical.text(text).encode()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier(namedtuple("Frontier", "size hashes", defaults=(0, ()))):
    """The right-hand edge of a tree: all that is needed to append to it and to know its root.

    Attributes:
        size: The number of leaves.
        hashes: The roots of the perfect subtrees, largest first: one for each bit that is set in `size`.
    """

    __slots__ = ()
    size: int
    hashes: tuple[bytes, ...]

    def appended(self, leaf: bytes) -> Frontier:
        """Returns the frontier with one more leaf. Reads and hashes at most log2(size + 1) nodes.

        Raises:
            MerkleError: The leaf is not a hash.
        """
        if len(leaf) != HASH_BYTES:
            raise MerkleError(f"A leaf has {len(leaf)} bytes, not {HASH_BYTES}")
        # As adding one carries over the set bits at the low end of a binary number,
        # the leaf merges with the subtrees that these bits stand for.
        node, kept, carry = leaf, len(self.hashes), self.size
        while carry & 1:
            kept -= 1
            node = node_hash(self.hashes[kept], node)
            carry >>= 1
        return Frontier(self.size + 1, (*self.hashes[:kept], node))

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """Returns the frontier with these leaves appended in their order.

        Raises:
            MerkleError: A leaf is not a hash.
        """
        frontier = self
        for leaf in leaves:
            frontier = frontier.appended(leaf)
        return frontier

    def root(self) -> bytes:
        """Returns the root of the tree: the subtrees joined from the smallest to the largest."""
        if not self.hashes:
            return EMPTY_ROOT
        *larger, root = self.hashes
        for subtree in reversed(larger):
            root = node_hash(subtree, root)
        return root

    def to_bytes(self) -> bytes:
        """Returns the hashes, one after the other; the size is kept apart."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Frontier:
        """Returns the frontier that `to_bytes` wrote for a tree of this size.

        Raises:
            MerkleError: A tree of this size has another number of hashes, or the size is negative.
        """
        if size < 0 or len(data) != HASH_BYTES * size.bit_count():
            raise MerkleError(f"{len(data)} bytes are not the frontier of a tree of size {size}")
        return cls(size, tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Returns the root of the tree over these leaf hashes.

    Raises:
        MerkleError: A leaf is not a hash.
    """
    return Frontier().extended(leaves).root()
