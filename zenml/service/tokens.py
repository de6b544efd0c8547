"""Who may ask the service."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple


class Role(StrEnum):
    """What a token may; each role may what those before it may."""

    READER = "reader"
    WRITER = "writer"
    ADMIN = "admin"


class Token(NamedTuple):
    """A token that is one.

    Attributes:
        token_id: Its id.
        name: Its name.
        role: What it may.
        secrets: Whether it may read secrets.
    """

    token_id: str
    name: str
    role: Role
    secrets: bool


class Tokens:
    """The tokens of a service that were added while it runs.

    Args:
        config_directory: The configuration folder.
    """

    def __init__(self, config_directory: str) -> None:
        self._tokens: dict[bytes, Token] = {}

    def add(self, token: Token, text: str) -> None:
        """Lets a token in from now on."""
        self._tokens[sha256(text.encode()).digest()] = token

    def checked(self, text: str) -> Token | None:
        """Returns the token that a text is; None if it is none."""
        given = sha256(text.encode()).digest()
        return next((token for known, token in self._tokens.items() if compare_digest(known, given)), None)
