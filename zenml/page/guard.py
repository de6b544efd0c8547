"""What every request to a page has to pass, and what every answer of it says to the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
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
    "Referrer-Policy": "same-origin",  # with none at all, older browsers do not say where a form comes from
    "X-Content-Type-Options": "nosniff",
}

LARGEST = 64 * 1024
"""Bytes of a body: a reason, and what a form has besides."""

SECONDS = 10
"""Until all of a body has to be there."""

_CLOSE = {"Connection": "close"}  # nobody reads the rest


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
            answer = PlainTextResponse("This page answers under its own address alone.\n", 421, HEADERS)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, with_headers(send))


class Gate:
    """Refuses what is not looked into: parts of pages of other sites, and bodies of a size that is not right.

    A page on another port of this machine is the same site for browsers, which send it our cookie: it cannot read
    what is answered, but it could see how long that takes.

    Args:
        app: What answers the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 403, 411 or 413 before anything of the body is read, or hands on."""
        answer = _refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive if answer else _timely(receive), send)


def _refusal(headers: Headers) -> ASGIApp | None:
    shown_alone = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    is_alone = all(headers.get(name, value) == value for name, value in shown_alone.items())
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_alone:
        return PlainTextResponse("This page is shown alone, and not within another one.\n", 403, _CLOSE)
    if "transfer-encoding" in headers:
        return PlainTextResponse("What is sent has to say how long it is.\n", 411, _CLOSE)
    if int(headers.get("content-length", "0")) > LARGEST:  # it is a number: the server has read it
        return PlainTextResponse(f"At most {LARGEST:,} bytes can be sent.\n", 413, _CLOSE)
    return None


def _timely(receive: Receive) -> Receive:
    """Returns what receives a body if it comes in time; whoever waits for it then is told 408."""
    until = asyncio.get_running_loop().time() + SECONDS
    is_there = False

    async def received() -> Message:
        nonlocal is_there
        if is_there:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "What was sent did not come in time.", _CLOSE) from None
        is_there = not message.get("more_body")
        return message

    return received


def sent_cookie(cookies: str, name: str) -> str:
    """Returns the value of a cookie in a ``Cookie`` header, whatever others are in it; empty if it is not."""
    return cookie_parser(cookies).get(name, "")


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


def with_headers(send: Send) -> Send:
    """Returns what sends an answer with what every answer of a page says."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sent
