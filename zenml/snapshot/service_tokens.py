"""The tokens of this machine's service, as the Python API gives them and as JSON has them."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from zenml.snapshot.snapshot import Snapshot


class TokenInfo(namedtuple("TokenInfo", "token_id name role secrets created last_used revoked")):
    """A token, without its text.

    Attributes:
        role: ``reader``, ``writer`` or ``admin``.
        secrets: Whether whoever has it may read secrets.
        created: When; None if that is not recorded yet.
        last_used: When, to a minute; None if it never was.
        revoked: When; None if it is in force.
    """

    __slots__ = ()
    token_id: str
    name: str
    role: str
    secrets: bool
    created: str | None
    last_used: str | None
    revoked: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        fields = self._asdict()
        return {"id": fields.pop("token_id"), **fields}


def service_tokens(now: Snapshot, last_used: Mapping[str, str]) -> list[TokenInfo]:
    """Returns all tokens there ever were, in the order in which they were created.

    Args:
        now: A look at everything.
        last_used: When each was used last, by its id.
    """
    found = tokens.tokens(now.connection, now.machine_id)
    times = tokens.times(now.connection, now.machine_id)
    return [
        TokenInfo(*row[:4], times.get(row.since), last_used.get(row.token_id), times.get(row.until or 0))
        for row in found
    ]
