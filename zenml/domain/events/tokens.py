"""Facts about who may ask the service of this machine."""

from __future__ import annotations

from zenml.domain.annotations import Annotated, Literal
from zenml.domain.events.base import Event
from zenml.domain.patterns import Pattern
from zenml.domain.token_texts import ID

__all__ = [
    "TokenCreated",
    "TokenEvents",
    "TokenId",
    "TokenRevoked",
    "TokenRole",
]

TokenId = Annotated[str, Pattern(ID)]

TokenRole = Literal["reader", "writer", "admin"]


class TokenCreated(Event):
    """A token for the service was made; its text is in no event.

    ``secrets`` says whether whoever has it may read secrets.
    """

    TOPIC = "zenml:TokenCreated"
    LEDGER = "machine"
    token_id: TokenId
    name: str
    role: TokenRole
    secrets: bool


class TokenRevoked(Event):
    """A token for the service lets nobody in any more."""

    TOPIC = "zenml:TokenRevoked"
    LEDGER = "machine"
    token_id: TokenId
    name: str
    role: TokenRole
    secrets: bool


TokenEvents = TokenCreated | TokenRevoked
