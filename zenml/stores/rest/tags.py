"""What a ledger's state is called in questions whether there is anything new (RFC 9110, section 8.8.3)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.evidence.merkle import Frontier


def etag(tree: Frontier) -> str:
    """Returns the entity tag of a ledger with this tree: another history of the same length has another one."""
    return f'"{tree.size}-{tree.root().hex()}"'
