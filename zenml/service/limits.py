"""How large a body may be, and how long it may take to come."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.service.problems import RefusedError

LARGEST = 1024 * 1024
"""Bytes of a body."""

SECONDS = 10
"""Until all of it has to be there."""


class Limits:
    """Reads the body of a request before anybody works with it; answers 413 if it is too large, 408 if too slow.

    Args:
        app: What answers the request.
        largest: How many bytes a body may have.
        seconds: How long it may take.
    """

    def __init__(self, app: ASGIApp, largest: int = LARGEST, seconds: float = SECONDS) -> None:
        self._app = app
        self._largest = largest
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request whose body is there, or answers it."""
        headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length", b"0")
        if scope["type"] != "http" or (length == b"0" and b"transfer-encoding" not in headers):
            await self._app(scope, receive, send)
            return
        try:
            if int(length) > self._largest:
                raise _too_large(self._largest)
            async with asyncio.timeout(self._seconds):
                body = await self._body(receive)
        except TimeoutError:
            refused = RefusedError(408, "too_slow", "The body did not come in time.", {"Connection": "close"})
            await refused.answer()(scope, receive, send)
        except RefusedError as refused:
            await refused.answer()(scope, receive, send)
        else:
            if body is not None:
                await self._app(scope, _again(body, receive), send)

    async def _body(self, receive: Receive) -> bytes | None:
        """Returns the whole body; None if whoever sent it has gone."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self._largest:
                raise _too_large(self._largest)
            if not message.get("more_body"):
                return bytes(body)


def _too_large(largest: int) -> RefusedError:
    headers = {"Connection": "close"}
    return RefusedError(413, "too_large", f"A body may have {largest:,} bytes.", headers, largest=largest)


def _again(body: bytes, receive: Receive) -> Receive:
    """Returns what receives a body that was received already, and then whatever follows."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return unread.pop() if unread else await receive()

    return received
