"""How large a body may be, and how long it may take to come."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.service.problems import AGAIN, RefusedError

LARGEST = 1024 * 1024
"""Bytes of a body."""

SECONDS = 10
"""Until all of it has to be there."""

MOST_HELD = 64 * LARGEST
"""Bytes of all bodies that are being read or worked with."""

_CLOSE = {"Connection": "close"}  # nobody reads the rest


class Limits:
    """Reads the body of a request before anybody works with it; answers 413 if it is too large, 408 if too slow.

    If the bodies of all requests together are too large, it answers 503.

    Args:
        app: What answers the request.
        largest: How many bytes a body may have.
        seconds: How long it may take.
        most_held: How many bytes all bodies may have at once.
    """

    def __init__(
        self, app: ASGIApp, largest: int = LARGEST, seconds: float = SECONDS, most_held: int = MOST_HELD
    ) -> None:
        self._app = app
        self._largest = largest
        self._seconds = seconds
        self._most_held = most_held
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request whose body is there, or answers it."""
        headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length", b"0")
        if scope["type"] != "http" or (length == b"0" and b"transfer-encoding" not in headers):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            answering = await self._answering(scope["path"], int(length), receive, body)
            if answering is not None:
                await answering(scope, _again(bytes(body), receive), send)
        finally:
            self._held -= len(body)
            body.clear()  # what still refers to it may stay for a while

    async def _answering(self, path: str, length: int, receive: Receive, body: bytearray) -> ASGIApp | None:
        """Reads a body, and returns what answers its request; None if whoever sent it has gone."""
        try:
            if length > self._largest:
                raise _too_large(self._largest)
            async with asyncio.timeout(self._seconds):
                return self._app if await self._read(receive, body) else None
        except TimeoutError:
            return RefusedError(408, "too_slow", "The body did not come in time.", _CLOSE).answer(path)
        except RefusedError as refused:
            return refused.answer(path)

    async def _read(self, receive: Receive, body: bytearray) -> bool:
        """Reads the whole body; tells whether whoever sends it stayed so long."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            piece = message.get("body", b"")
            body += piece
            self._held += len(piece)
            if len(body) > self._largest:
                raise _too_large(self._largest)
            if self._held > self._most_held:
                raise RefusedError(503, "busy", "Too much is being sent at once.", {**AGAIN, **_CLOSE})
            if not message.get("more_body"):
                return True


def _too_large(largest: int) -> RefusedError:
    return RefusedError(413, "too_large", f"A body may have {largest:,} bytes.", _CLOSE, largest=largest)


def _again(body: bytes, receive: Receive) -> Receive:
    """Returns what receives a body that was received already, and then whatever follows."""
    unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return unread.pop() if unread else await receive()

    return received
