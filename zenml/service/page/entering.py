"""Which requests are for the page, and what each has to pass: forms are read of those alone who are known."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.page.app import ROUTERS, create_page
from zenml.page.guard import sent_cookie, with_headers
from zenml.page.visitors import cookie_of
from zenml.service.attempts import WrongTokens
from zenml.service.callers import Checking
from zenml.service.followers import Followers
from zenml.service.limits import Limits
from zenml.service.page import sign_in
from zenml.service.page.looking import OneLedger
from zenml.service.page.sessions import Sessions
from zenml.service.page.source import ServedSource
from zenml.service.page.unnamed_folder import UnnamedFolder
from zenml.service.problems import RefusedError
from zenml.service.record import ServedRecord
from zenml.service.tokens import Token
from zenml.service.writer import Writer

LARGEST = 64 * 1024
"""Bytes of a form."""

_MOST_HELD = 4 * 1024 * 1024  # bytes of all forms at once
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
        folderless = UnnamedFolder(page, record.served.config_directory)
        self._app: ASGIApp = Limits(folderless, largest=LARGEST, most_held=_MOST_HELD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request for the page."""
        send = with_headers(send)
        if scope["path"] == "/live":
            await self._live(scope, receive, send)
            return
        has_body = any(name in _OF_BODIES for name, _ in scope["headers"])
        is_form = has_body or scope["method"] not in ("GET", "HEAD")
        if not is_form or scope["path"] == sign_in.SIGN_IN or await self._visitor(scope):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name not in _OF_BODIES]
        await self._app({**scope, "method": "GET", "headers": headers}, _nothing, _closing(send))

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what stays open, for as many as may follow the ledger."""
        token = await self._visitor(scope)
        if token is None:
            await self._app(scope, receive, send)
            return
        try:
            with self._followers.joined(token.token_id):
                await self._app(scope, receive, send)
        except RefusedError as refused:
            answer = PlainTextResponse(f"{refused.problem.message}\n", refused.status, refused.headers)
            await answer(scope, receive, send)

    async def _visitor(self, scope: Scope) -> Token | None:
        """Returns the token of who asks; None if nobody knows them."""
        request = Request(scope)
        session = sent_cookie(request.headers.get("cookie", ""), cookie_of(request))
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
