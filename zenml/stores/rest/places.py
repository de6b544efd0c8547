"""Where a service is: its URL, and the token that it lets somebody in with."""

from __future__ import annotations

import re
from typing import NamedTuple

from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.domain.token_texts import id_of
from zenml.stores.shared_database.url_text import check_text, decoded, server_of, shown

REST = "rest"
"""The type of the stores of profiles that a service keeps."""

DEFAULT_URL = "http://localhost:8000"
"""Where a service is that was started without any options."""

_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(https?)://(?:([^/?#]*)@)?([^/?#@]*)(/[A-Za-z0-9._~%/-]*)?", re.IGNORECASE)
_OF_ZENML = re.compile(r"/t/(zt_[^/]*)$")  # how clients of ZenML 0.13 have their token in the URL
_NOBODY = "token"  # whose token it is, before the service has said so


class ServicePlace(NamedTuple):
    """The service that a URL names.

    Attributes:
        host: Its name or address.
        port: Its TCP port.
        path: What stands before the paths that are asked for: behind a proxy there may be something.
        is_encrypted: Whether it is asked over TLS.
        name: The name of the token, once the service has said it; None before.
        token: What lets somebody in; None if the URL has none.
        shown: The URL as people may see it.
        url: The URL as it is recorded, with name and token.
    """

    host: str
    port: int
    path: str
    is_encrypted: bool
    name: str | None
    token: str | None
    shown: str
    url: str

    def __repr__(self) -> str:
        """Returns the place without its token, which would otherwise be in every traceback."""
        return f"ServicePlace({self.shown!r})"


def read_service(url: str, token: str | None = None) -> ServicePlace:
    """Returns the service that a URL names. Nothing is asked.

    Args:
        url: ``http://HOST[:PORT][/PATH]`` or ``https://…``. The URL of a profile has the token in it as a
            password, and so is sealed as a whole, and the name of the token as a user. That of a profile of
            ZenML 0.13 ends with ``/t/TOKEN``.
        token: The token, where it is not in the URL.

    Raises:
        InvalidValueError: It cannot be read. The sentence says nothing of what may be a token.
    """
    check_text(url)
    match = _URL.fullmatch(url)
    if match is None:
        raise InvalidValueError(f"Invalid URL for store type `rest`: {shown(url)}", code="service_url_invalid")
    scheme, login, server, path = match[1].lower(), match[2], match[3], (match[4] or "").rstrip("/")
    host, port = server_of(scheme, server, _PORTS[scheme])
    name, known = _login(login)
    in_path = _OF_ZENML.search(path)
    if in_path is not None:
        path = path[: in_path.start()]
    token = token or known or (in_path[1] if in_path else None)
    if token is not None and id_of(token) is None:
        raise InvalidValueError("This is not a token of a service: those begin with zt_.", code="not_a_token")
    plain = f"{scheme}://{server}{path}"
    place = ServicePlace(host, port, path, scheme == "https", None, token, plain, plain)
    return place if token is None else named(place, name)


def check_takes_token(store_type: str, token: str | None) -> None:
    """Makes sure that a token is given only for a profile that a service keeps. Raises `NotAllowedError`."""
    if token is not None and store_type != REST:
        raise NotAllowedError(
            "Only a profile that a service keeps is reached with a token.", code="takes_no_token"
        )


def is_exposed(place: ServicePlace) -> bool:
    """Tells whether a token goes to a service where others may read it on the way."""
    if place.is_encrypted or place.host == "localhost":
        return False
    import ipaddress  # what encrypts, or is on this machine by name, needs it not

    try:
        return not ipaddress.ip_address(place.host).is_loopback
    except ValueError:
        return True


def named(place: ServicePlace, name: str | None) -> ServicePlace:
    """Returns a service with the name of the token that lets somebody in, if that is known, in its URL."""
    scheme, mark, rest = place.shown.partition("://")
    login = f"{_quoted(name) if name else _NOBODY}:{place.token}"
    return place._replace(name=name, url=f"{scheme}{mark}{login}@{rest}")


def _quoted(name: str) -> str:
    if name.isascii() and name.isalnum():
        return name
    from urllib.parse import quote  # most names need it not

    return quote(name, safe="")


def _login(login: str | None) -> tuple[str | None, str | None]:
    """Returns the name and the token in a URL, as far as it has them."""
    if not login:
        return None, None
    user, colon, password = login.partition(":")
    if not colon:
        return None, user
    return decoded("user", user) if user != _NOBODY else None, password
