"""A change that a client of ZenML 0.13 asks for, as the service decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zenml.service.tokens import Token
from zenml.service.writing.asked import Asked, asked_by_hand

if TYPE_CHECKING:
    from zenml.service.writing.member import MembersChange


def asked(
    token: Token,
    what: str,
    carry_out: Callable[[MembersChange], None],
    plaintexts: frozenset[str] = frozenset(),
) -> Asked:
    """Returns a change as it is asked for.

    Args:
        token: Who asks.
        what: What was asked for, in words: the end of the change's reason.
        carry_out: Does it, within the open change.
        plaintexts: What may be secret in it: whatever is refused, none of it is noted.
    """
    return asked_by_hand(token, "change", f"ZenML 0.13.2: {what}", carry_out, plaintexts)
