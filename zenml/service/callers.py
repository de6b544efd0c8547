"""Who asks, and what they may: whatever is not open needs a token, unknown paths too."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from zenml.service.problems import RefusedError
from zenml.service.tokens import Tokens

OPEN = frozenset({"/health", "/docs", "/openapi.json"})
"""What is answered without a token."""

OPEN_FOLDER = "/static-offline-docs/"
"""The files of ``/docs``, which are open too."""


class OnlyCallers:
    """Lets through only those who have a token.

    Args:
        app: What answers them.
        tokens: What knows the tokens.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401, or hands on."""
        if scope["type"] == "lifespan" or scope["path"] in OPEN or scope["path"].startswith(OPEN_FOLDER):
            await self._app(scope, receive, send)
            return
        sent = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        scheme, _, text = sent.partition(" ")
        if scheme.lower() != "bearer" or await run_in_threadpool(self._tokens.checked, text.strip()) is None:
            unknown = RefusedError(401, "no_token", "A token is needed.", {"WWW-Authenticate": "Bearer"})
            await unknown.answer()(scope, receive, send)
            return
        await self._app(scope, receive, send)
