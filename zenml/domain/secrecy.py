"""What in a parameter must not be shown. Pure functions over text."""

from __future__ import annotations

import re
from typing import Final

STARS: Final = "***"

_REFERENCE = re.compile(r"\{\{\s*\S+?\.\S+?\s*\}\}")

# Up to the last @, since a password typed into a URL is often not percent-encoded: one that holds
# @ or / must not show in part. Hiding too much of an odd URL is the lesser fault.
_PASSWORD_IN_URL = re.compile(r"(://[^/?#\s:@]*):[^\s'\"]*@")
_PASSWORD_IN_VALUE = re.compile(r"(://[^/?#\s:@]*):.*@", re.DOTALL)
_PASSWORD_IN_QUERY = re.compile(
    r"([?&][\w.-]*(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|sig|signature)=)[^&#\s'\"]*",
    re.IGNORECASE,
)


class SecretMarker:
    """Says that a parameter is a secret; there is one, `SECRET`."""

    def __repr__(self) -> str:
        return "SECRET"


SECRET: Final = SecretMarker()
"""Marks a secret parameter of a flavor: ``password: Annotated[str | None, SECRET] = None``."""


def is_secret_reference(value: object) -> bool:
    """Returns whether a value names a secret, ``{{name.key}}``, and so is none itself."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def without_passwords(text: str, *, whole: bool = False) -> str:
    """Returns the text with ``***`` for the passwords in its URLs.

    Args:
        text: The text.
        whole: Whether it is a value or a word of a command line, and not prose: a blank or a quotation mark in a
            password does not end it then.
    """
    pattern = _PASSWORD_IN_VALUE if whole else _PASSWORD_IN_URL
    return _PASSWORD_IN_QUERY.sub(rf"\1{STARS}", pattern.sub(rf"\1:{STARS}@", text))
