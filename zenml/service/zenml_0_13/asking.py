"""A change that a client of ZenML 0.13 asks for, as the service decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import zenml
from zenml.ledger import sessions
from zenml.ledger.origin import Origin
from zenml.service.tokens import Token
from zenml.service.writing.asked import Asked

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
    who = Origin(
        actor=token.name,
        actor_kind="person",
        known_by="token",
        host=sessions.host(),
        session=token.token_id,
        command=None,
        repository_path=None,
        reason=f"ZenML 0.13.2: {what}",
        client_version=zenml.__version__,  # of what wrote it; clients do not say theirs
        token=token.name,
    )
    return Asked(
        token=token,
        change_id=None,
        kind="change",
        who=who,
        parts=(),
        idempotency_key=None,
        command_hash=None,
        text=None,
        carry_out=carry_out,
        plaintexts=plaintexts,
    )
