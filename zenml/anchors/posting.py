"""Asks a peer over HTTP: one question, one bounded answer, and no address but the one that was chosen."""

from __future__ import annotations

import re

from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.domain.visible import visible
from zenml.stores.rest.http import HttpAnswer, HttpConnection, HttpError, HttpTrouble
from zenml.stores.rest.places import ServicePlace
from zenml.stores.shared_database.url_text import check_text, server_of

_URL = re.compile(r"(https?)://([^/?#@]+)(/[A-Za-z0-9._~%/-]*)?", re.IGNORECASE)
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_PORTS = {"http": 80, "https": 443}
_PATIENCE = 30  # seconds that a whole answer may take
_MOST = 256 * 1024  # bytes of an answer; cosignatures and time stamps have a few thousand

_TROUBLES = {
    HttpTrouble.UNREACHABLE: "does not answer",
    HttpTrouble.ENCRYPTION: "does not encrypt as it should",
    HttpTrouble.LOST: "ended the connection",
    HttpTrouble.SILENT: f"did not answer within {_PATIENCE} seconds",
    HttpTrouble.FOREIGN: "did not answer as a server does",
}


def peer(url: str) -> ServicePlace:
    """Returns where a peer is.

    Args:
        url: ``https://HOST[:PORT][/PATH]``, or the same with ``http``.

    Raises:
        InvalidValueError: It cannot be read, or has more in it: a user, a query.
    """
    check_text(url)
    match = _URL.fullmatch(url)
    if match is None:
        # it is not quoted: what is too much in it may be a password
        raise InvalidValueError(
            "The URL of a witness or a time-stamping authority has a host, a port and a path, and no more.",
            code="anchor_url",
        )
    scheme, path = match[1].lower(), (match[3] or "").rstrip("/")
    host, port = server_of(scheme, match[2], _PORTS[scheme])
    if ":" not in host and not _HOST.fullmatch(host):  # an IPv6 address was looked at
        raise InvalidValueError(f"'{visible(host)}' is not the name of a host.", code="anchor_url")
    plain = f"{scheme}://{match[2]}{path}"
    return ServicePlace(host, port, path, scheme == "https", None, None, plain, plain)


def post(place: ServicePlace, path: str, content_type: str, body: bytes) -> HttpAnswer:
    """Asks, and returns the answer whatever its status is; a redirection is not followed.

    Raises:
        NotAllowedError: There is no answer, or one that is too large.
    """
    connection = HttpConnection(place, _PATIENCE, _MOST)
    try:
        return connection.ask("POST", path, {"Content-Type": content_type, "Connection": "close"}, body)
    except HttpError as error:
        more = f": {visible(str(error))}" if str(error) else ""
        raise NotAllowedError(
            f"{place.shown} {_TROUBLES[error.trouble]}{more}.", code="anchor_unreachable"
        ) from error
    finally:
        connection.close()


def refusal(place: ServicePlace, answer: HttpAnswer) -> NotAllowedError:
    """Returns the error for an answer with a status that says no more than that it failed."""
    if 300 <= answer.status < 400:
        return NotAllowedError(
            f"{place.shown} redirects to another address, which is not asked.", code="anchor_redirected"
        )
    return NotAllowedError(f"{place.shown} answered with status {answer.status}.", code="anchor_answer")
