"""Who asks, and what they may: whatever is not open needs a token, unknown paths too."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Protocol

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.domain.errors import LedgerError
from zenml.service.attempts import WrongTokens
from zenml.service.problems import AGAIN, BELOW_TOKEN, RefusedError
from zenml.service.tokens import Role, Token

OPEN = frozenset({"/health", "/docs", "/openapi.json"})
"""What is answered without a token."""

OPEN_FOLDER = "/static-offline-docs/"
"""The files of ``/docs``, which are open too."""

_logger = logging.getLogger(__name__)
_LONGEST = 512  # a token has far fewer characters


class Checking(Protocol):
    """What knows the tokens."""

    def checked(self, text: str) -> Token | None:
        """Returns the token that a text is; None if it is none, or was revoked."""


class OnlyCallers:
    """Lets through only those who have a token, and notes whose it is.

    Args:
        app: What answers them.
        tokens: What knows the tokens.
        wrong: Counts the wrong ones.
    """

    def __init__(self, app: ASGIApp, tokens: Checking, wrong: WrongTokens) -> None:
        self._app = app
        self._tokens = tokens
        self._wrong = wrong

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401 or 429, or hands on."""
        if scope["type"] == "lifespan" or is_open(scope["path"]):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._answer(scope, receive, _never_stored(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = _token_text(scope)
        try:
            token = await run_in_threadpool(self._tokens.checked, text) if text else None
        except LedgerError as error:  # who is not known is not told why
            _logger.warning("Tokens cannot be checked: %s", error)
            busy = RefusedError(503, "busy", "Tokens cannot be checked now.", AGAIN)
            await busy.answer(scope["path"])(scope, receive, send)
            return
        if text is None or token is None:
            await self._refused(scope, text).answer(scope["path"])(scope, receive, send)
            return
        if token.role is Role.ADMIN and scope["path"].startswith(BELOW_TOKEN):
            await _no_admins().answer(scope["path"])(scope, receive, send)
            return
        still_allowed = partial(self._is_known, text)
        scope.setdefault("state", {}).update(caller=token, still_allowed=still_allowed)
        await self._app(scope, receive, send)

    def _is_known(self, text: str) -> bool:
        return self._tokens.checked(text) is not None

    def _refused(self, scope: Scope, text: str | None) -> RefusedError:
        if text is None:
            return _unknown("no_token", "A token is needed.")
        seconds = self._wrong.count((scope.get("client") or ("",))[0])
        if not seconds:
            return _unknown("wrong_token", "The token is wrong, or was revoked.")
        return RefusedError(
            429,
            "too_many_wrong_tokens",
            "Too many wrong tokens came from this address.",
            {"Retry-After": str(seconds)},
            seconds=seconds,
        )


def is_open(path: str) -> bool:
    """Tells whether a path is answered without a token."""
    return path in OPEN or path.startswith(OPEN_FOLDER)


def _token_text(scope: Scope) -> str | None:
    """Returns what was sent as a token; None if nothing was, and an empty text if it cannot be one.

    Clients of ZenML 0.13 have it in their URL: what they send besides is their user, which says nothing.
    """
    if scope["path"].startswith(BELOW_TOKEN):
        text = scope["path"].removeprefix(BELOW_TOKEN).partition("/")[0]
        if not text:
            return None
        return text if may_be_token(text) else ""
    sent = [value for name, value in scope["headers"] if name == b"authorization"]
    if not sent:
        return None
    scheme, _, text = sent[0].decode("latin-1").partition(" ")
    text = text.strip()
    return text if len(sent) == 1 and scheme.lower() == "bearer" and may_be_token(text) else ""


def may_be_token(text: str) -> bool:
    """Tells whether a text has the form of a token."""
    return text.startswith("zt_") and text.isascii() and len(text) <= _LONGEST


def _no_admins() -> RefusedError:
    message = "A token of the role admin is too much for a URL: ZenML 0.13 takes one of a reader or a writer."
    return RefusedError(403, "no_admin_in_a_url", message)


def _unknown(code: str, message: str) -> RefusedError:
    return RefusedError(401, code, message, {"WWW-Authenticate": "Bearer"})


def _never_stored(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
        await send(message)

    return sent


_described = HTTPBearer(
    auto_error=False, scheme_name="token", description='The token that you were given: "zt_…".'
)


async def caller(request: Request, described: Annotated[object, Depends(_described)] = None) -> Token:
    """Returns who asks. What needs no file does not wait for a thread, here and below."""
    token: Token = request.state.caller
    return token


async def still_allowed(request: Request) -> Callable[[], bool]:
    """Returns what tells, at any time, whether the token of who asks is still one. That reads files."""
    allowed: Callable[[], bool] = request.state.still_allowed
    return allowed


def at_least(role: str) -> Callable[[Token], Awaitable[Token]]:
    """Returns a dependency that refuses those who may less.

    Args:
        role: ``reader``, ``writer`` or ``admin``; each may what those before it may.
    """

    async def allowed_caller(token: Annotated[Token, Depends(caller)]) -> Token:
        check_role(token, Role(role))
        return token

    return allowed_caller


def check_role(token: Token, role: Role) -> None:
    """Raises `RefusedError` if a token lets one do less than a role."""
    roles = list(Role)
    if roles.index(token.role) < roles.index(role):
        raise RefusedError(
            403, "role_may_not", f"This takes the role {role}.", role=token.role.value, needed=role.value
        )
