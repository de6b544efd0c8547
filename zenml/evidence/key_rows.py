"""The hash of the row that keeps the data key of a secret, as events note it: a row that is lost is then known."""

from __future__ import annotations

from hashlib import sha256

LOCAL, MASTER = "local", "master"
"""How a data key is wrapped: with the key of the machine, or with the key of the shared ledger."""

_PREFIX = b"\x03"
"""Keeps it apart from the hashes of leaves (0), of nodes (1) and of values (2)."""


def row_hash(ledger_id: str, key_id: str, wrapping: str, wrapped: bytes, digest: bytes) -> str:
    """Returns the SHA-256 of a row as 64 hex digits.

    The ids are 36 ASCII characters each, and each of the other three comes behind its length as a big-endian
    number of 4 bytes. Nothing of the key can be told from it: a wrapped key begins with a random nonce.

    Args:
        ledger_id: The ledger that the row belongs to.
        key_id: The id of the data key.
        wrapping: `LOCAL` or `MASTER`.
        wrapped: The data key as it is wrapped.
        digest: The keyed digest of the secret.
    """
    whole = sha256(_PREFIX + ledger_id.encode() + key_id.encode())
    for part in (wrapping.encode(), wrapped, digest):
        whole.update(len(part).to_bytes(4, "big") + part)
    return whole.hexdigest()
