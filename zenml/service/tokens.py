"""Who asks: tokens, as the service checks them at each request."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a token lets one do: look; also make changes; also give tokens to others."""

    READER = "reader"
    WRITER = "writer"
    ADMIN = "admin"


class Token(NamedTuple):
    """A token that was checked.

    Attributes:
        secrets: Whether whoever has it may read secrets.
    """

    token_id: str
    name: str
    role: Role
    secrets: bool


class Tokens:
    """The tokens of a configuration folder. None can be made yet, so nothing is one."""

    def __init__(self, config_directory: str) -> None:
        self._config_directory = config_directory

    def checked(self, text: str) -> Token | None:
        """Returns the token with this text; None if there is none, or if it was revoked."""
        return None
