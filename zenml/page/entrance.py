"""The way in of ``zenml ui``: an address with a token in it, which becomes a cookie and is gone."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from zenml.page.guard import cookie_name, sent_cookie
from zenml.page.visits import LIFE, OneVisitor


class Entrance:
    """Lets in whoever comes with the token, and sends them on to the address without it.

    Args:
        app: The page.
        visitor: Who may come.
        port: Where the page listens.
    """

    def __init__(self, app: ASGIApp, visitor: OneVisitor, port: int) -> None:
        self._app = app
        self._visitor = visitor
        self._cookie = cookie_name(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 303 with a cookie, or hands on: who has no cookie then is told so."""
        is_asked = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == "/"
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token") if is_asked else None
        if token is None:
            await self._app(scope, receive, send)
            return
        session = self._visitor.let_in(token[0])
        known = sent_cookie(Headers(scope=scope).get("cookie", ""), self._cookie)
        if session is None and not (known and self._visitor.viewer(known)):
            await self._app({**scope, "query_string": b""}, receive, send)
            return
        answer = RedirectResponse("/", 303)
        if session is not None:
            answer.set_cookie(self._cookie, session, max_age=LIFE, httponly=True, samesite="lax")
        await answer(scope, receive, send)
