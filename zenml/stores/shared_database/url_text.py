"""The text of a URL: what may be in it, and what its parts mean."""

from __future__ import annotations

import re

from zenml.domain.errors import InvalidValueError

MAX_URL = 2048
"""Characters. Far above any sensible URL, and what a database has to keep where a ledger has moved."""

_HOST = re.compile(r"[\w.-]+")
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
    from zenml.domain.secrecy import without_passwords  # what is right is not quoted
    from zenml.domain.visible import visible

    return visible(without_passwords(text, whole=True))


def unreadable(why: str) -> InvalidValueError:
    """Returns the error that a URL cannot be read."""
    return InvalidValueError(f"The URL cannot be read: {why}.")


def server_of(scheme: str, server: str, usual: int) -> tuple[str, int]:
    """Returns host and port of a URL. What is wrong with them is not quoted: it may be a part of a password.

    Args:
        scheme: The URL's scheme, for an example.
        server: What stands between ``//`` or ``@`` and the next slash.
        usual: The port, if there is none in it.

    Raises:
        InvalidValueError: They cannot be read.
    """
    match = re.fullmatch(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[^:]*))?", server)
    if match is None:
        raise unreadable("host and port are not clear; an IPv6 address is written in brackets")
    host, port = match["host"] or match["address"] or "", match["port"]
    if match["address"] is not None:
        import ipaddress

        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise unreadable("what is in brackets is not an IPv6 address") from None
    elif not host:
        raise unreadable(f"it names no host, as in {scheme}://HOST")
    elif not _HOST.fullmatch(host):
        raise unreadable("the host may have only letters, digits, dots and dashes")
    if port is None:
        return host, usual
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 2**16:
        raise unreadable("the port is not a number from 1 to 65535")
    return host, int(port)
