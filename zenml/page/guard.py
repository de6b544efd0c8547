"""What every request to a page has to pass, and what every answer of it says to the browser."""

from __future__ import annotations

from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""The Content-Security-Policy of a page: nothing comes from elsewhere, nothing in a page runs."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RightHost:
    """Refuses requests for other hosts, whose names may have been made to mean this machine (DNS rebinding).

    Args:
        app: What answers the others.
        hosts: What ``Host`` may say.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 421 (RFC 9110, 15.5.20), or hands on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            await send(
                {
                    "type": "http.response.start",
                    "status": 421,
                    "headers": [(b"content-type", b"text/plain; charset=utf-8"), *_encoded(HEADERS)],
                }
            )
            await send({"type": "http.response.body", "body": b"This page answers under its own address alone.\n"})
            return
        await self._app(scope, receive, with_headers(send))


def sent_cookie(cookies: str, name: str) -> str:
    """Returns the value of a cookie in a ``Cookie`` header; empty if it has none, or cannot be read."""
    try:
        morsel = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def cookie_name(port: int) -> str:
    """Returns the name of a page's cookie. Cookies do not know ports: it has that of the page in it."""
    return f"zenml-page-{port}"


def is_from_elsewhere(headers: Headers, origin: str) -> bool:
    """Tells whether another site may have sent a form.

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``; one that says neither
    is refused.

    Args:
        headers: Those of the request.
        origin: Scheme, host and port of the page.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    return headers.get("origin") != origin


def _encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def with_headers(send: Send) -> Send:
    """Returns what sends an answer with what every answer of a page says."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sent
