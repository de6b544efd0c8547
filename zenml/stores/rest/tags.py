"""What a ledger's state is called in questions whether there is anything new (RFC 9110, section 8.8.3)."""

from __future__ import annotations

_NODE, _SHOWN = 32, 8  # bytes of a hash, and of it in a tag


def etag(size: int, frontier: bytes) -> str:
    """Returns the entity tag of a ledger: another history has another one, whatever its length.

    Nothing is hashed for it: each event is below one node of the frontier.

    Args:
        size: The number of its events.
        frontier: The right-hand edge of its tree, as `Frontier.to_bytes` writes it.
    """
    nodes = (frontier[start : start + _SHOWN].hex() for start in range(0, len(frontier), _NODE))
    return f'"{size}-{"-".join(nodes)}"'
