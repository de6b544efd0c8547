"""The text of a URL: what may be in it, and what its parts mean."""

from __future__ import annotations

import re

from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import without_passwords
from zenml.domain.visible import visible

MAX_URL = 2048
"""Characters. Far above any sensible URL, and what a database has to keep where a ledger has moved."""

_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decoded(what: str, text: str) -> str:
    """Returns a part of a URL without its percent-encoding. Raises `InvalidValueError`; it does not quote it."""
    if _ENCODED.search(text):
        raise unreadable(f"in its {what}, % is not followed by two hexadecimal digits; % itself is written %25")
    plain = text
    if "%" in text:
        from urllib.parse import unquote_to_bytes  # few URLs need it

        try:
            plain = unquote_to_bytes(text).decode()
        except UnicodeDecodeError:
            raise unreadable(f"its {what} is not UTF-8 text") from None
    if any(ord(character) < 32 or ord(character) == 127 for character in plain):
        raise unreadable(f"its {what} has a control character in it")
    return plain


def check_text(url: str) -> None:
    """Checks what can be checked of a whole URL. Raises `InvalidValueError`; it does not quote it."""
    if url != url.strip():
        raise unreadable("it begins or ends with a space")
    if len(url) > MAX_URL:
        raise unreadable(f"it has {len(url)} characters; at most {MAX_URL} are allowed")
    if any(ord(character) < 32 or ord(character) == 127 for character in url):
        raise unreadable("it has a control character in it")
    try:
        url.encode()
    except UnicodeEncodeError:
        raise unreadable("it is not UTF-8 text") from None


def shown(text: str) -> str:
    """Returns what somebody gave for a URL as it may be quoted."""
    return visible(without_passwords(text, whole=True))


def unreadable(why: str) -> InvalidValueError:
    """Returns the error that a URL cannot be read."""
    return InvalidValueError(f"The URL cannot be read: {why}.")
