"""Which requests are for the page, and what each has to pass: forms are read of those alone who are known."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.page.app import ROUTERS, create_page
from zenml.page.guard import LARGEST, sent_cookie, with_headers
from zenml.page.visitors import cookie_of
from zenml.service.attempts import WrongTokens
from zenml.service.callers import Checking
from zenml.service.connections import MOST as CONNECTIONS
from zenml.service.followers import Followers
from zenml.service.limits import Limits
from zenml.service.page import sign_in
from zenml.service.page.looking import OneLedger
from zenml.service.page.sessions import Sessions
from zenml.service.page.source import ServedSource
from zenml.service.problems import RefusedError
from zenml.service.record import ServedRecord
from zenml.service.tokens import Token
from zenml.service.writer import Writer

LARGEST_OF_TOKEN = 4 * 1024
"""Bytes of the form that has a token, and where it leads to: it is read of anybody."""

_MOST_HELD = 4 * 1024 * 1024  # bytes of all forms at once, of those who are known
_MOST_OF_TOKENS = CONNECTIONS * LARGEST_OF_TOKEN  # of all forms with tokens: nobody can fill that
_OF_BODIES = (b"content-length", b"content-type", b"transfer-encoding")


class ServedPage:
    """The page of a service. Its forms are read when it is known who sends them, but for that of a token.

    Args:
        record: Reads the ledger that is served.
        ledger: Shows nothing else.
        writer: Makes changes.
        followers: Those who are told what is new; who has a page open is one of them.
        tokens: What knows the tokens.
        wrong: Counts the wrong ones.

    Attributes:
        beginnings: What the paths of the page begin with.
    """

    def __init__(
        self,
        record: ServedRecord,
        ledger: OneLedger,
        writer: Writer,
        followers: Followers,
        tokens: Checking,
        wrong: WrongTokens,
    ) -> None:
        self._followers, self._sessions = followers, Sessions(tokens)
        source = ServedSource(record, ledger, writer, self._sessions)
        title, doors = f"profile {record.served.profile}", frozenset({sign_in.SIGN_IN})
        page = create_page(source, self._sessions, title, sign_in.ask_for_token, doors)
        page.state.tokens, page.state.wrong, page.state.ending = tokens, wrong, followers.ending
        page.include_router(sign_in.router)
        routers = (*ROUTERS, sign_in.router)
        paths = [getattr(route, "path", "/") for router in routers for route in router.routes]
        self.beginnings = frozenset(map(_beginning, paths))
        self._app: ASGIApp = Limits(page, largest=LARGEST, most_held=_MOST_HELD)
        self._signing_in: ASGIApp = Limits(page, largest=LARGEST_OF_TOKEN, most_held=_MOST_OF_TOKENS)
        self._stalled = WrongTokens()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request for the page."""
        send = with_headers(send)
        if (scope["method"], scope["path"]) == ("POST", sign_in.SIGN_IN):
            await self._sign_in(scope, receive, send)
            return
        if _is_form(scope) and await self._visitor(scope) is None:
            headers = [(name, value) for name, value in scope["headers"] if name not in _OF_BODIES]
            scope = {**scope, "method": "GET", "headers": headers}
            receive, send = _nothing, _closing(send)
        if scope["path"] == "/live":
            await self._live(scope, receive, send)
            return
        self._sessions.renew(_session(scope))
        await self._app(scope, receive, send)

    async def _sign_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the form that has a token; none is read from where several came too slowly or were too large."""
        address = (scope.get("client") or ("",))[0]
        seconds = self._stalled.closed_for(address)
        if seconds:
            headers = {"Retry-After": str(seconds), "Connection": "close"}
            refused = PlainTextResponse("Too many forms came too slowly from this address.\n", 429, headers)
            await refused(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (408, 413):
                self._stalled.count(address)
            await send(message)

        await self._signing_in(scope, receive, sent)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what stays open, for as many as may follow the ledger: one thread looks for all of them."""
        token = await self._visitor(scope)
        if token is None:
            await self._app(scope, receive, send)
            return
        try:
            with self._followers.joined(token.token_id) as news:
                scope.setdefault("state", {})["news"] = news
                await self._app(scope, receive, send)
        except RefusedError as refused:
            answer = PlainTextResponse(f"{refused.problem.message}\n", refused.status, refused.headers)
            await answer(scope, receive, send)

    async def _visitor(self, scope: Scope) -> Token | None:
        """Returns the token of who asks; None if nobody knows them."""
        session = _session(scope)
        return await run_in_threadpool(self._sessions.token, session) if session else None


class BesidePage:
    """Hands requests for the page to it, and all others on.

    Args:
        app: What answers the others.
        page: The page.
    """

    def __init__(self, app: ASGIApp, page: ServedPage) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request."""
        is_of_page = scope["type"] == "http" and _beginning(scope["path"]) in self._page.beginnings
        await (self._page if is_of_page else self._app)(scope, receive, send)


def _session(scope: Scope) -> str:
    """Returns what the cookie of whoever asks says; empty if they have none."""
    request = Request(scope)
    return sent_cookie(request.headers.get("cookie", ""), cookie_of(request))


def _is_form(scope: Scope) -> bool:
    return scope["method"] not in ("GET", "HEAD") or any(name in _OF_BODIES for name, _ in scope["headers"])


def _beginning(path: str) -> str:
    """Returns the first part of a path; all of it where that is empty."""
    return path[: path.find("/", 1)] if "/" in path[1:] else path


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _closing(send: Send) -> Send:
    """Returns what sends an answer after which nothing more is read: the form that was sent is not."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return sent
