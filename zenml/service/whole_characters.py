"""No body has half a character in it, which JSON can say and nothing can store."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ESCAPE = re.compile(rb"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(?P<half>\\u[dD][89a-fA-F]\w\w)|\\[^u]")
"""A whole surrogate pair, half of one, or an escape whose letters are not to be taken for one."""


_HALF = "A text in the body has half a character in it."


class WholeCharacters:
    """Refuses with 422 a body with half a surrogate pair, which would fail wherever it is looked for, or answered.

    Args:
        app: What answers other requests; it is given whole bodies alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def received() -> Message:
            message = await receive()
            if _has_half(message.get("body", b"")):
                raise HTTPException(422, _HALF)  # the one error that FastAPI hands on as it is
            return message

        await self._app(scope, received, send)


def _has_half(body: bytes) -> bool:
    return any(found["half"] for found in _ESCAPE.finditer(body))
