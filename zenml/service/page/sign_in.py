"""Signing in: a token that lasts is sent by a form, never in an address, and becomes a cookie that does not."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from zenml.domain.errors import LedgerError
from zenml.page.drawing import drawn
from zenml.page.guard import is_from_elsewhere, sent_cookie
from zenml.page.visitors import Visitor, cookie_of
from zenml.page.visits import LIFE
from zenml.service.attempts import WrongTokens
from zenml.service.callers import Checking, may_be_token
from zenml.service.page.sessions import Sessions

SIGN_IN = "/sign-in"

_LONGEST = 1_000  # characters of an address that somebody is led to

router = APIRouter()
_logger = logging.getLogger(__name__)


def ask_for_token(request: Request) -> Response:
    """Answers those whom nobody knows: with the form, which leads to what they asked for."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope.get("raw_path", b"/").decode("latin-1")
    return _form(request, 401, to=f"{path}?{query}" if query else path)


@router.get(SIGN_IN, response_class=HTMLResponse)
def form(request: Request) -> HTMLResponse:
    """Shows the form."""
    return _form(request, 200)


@router.post(SIGN_IN, response_class=HTMLResponse, response_model=None)
async def sign_in(
    request: Request, token: Annotated[str, Form()] = "", to: Annotated[str, Form()] = "/"
) -> Response:
    """Begins a session of whoever has a token."""
    tokens: Checking = request.app.state.tokens
    text = token.strip()
    if is_from_elsewhere(request.headers, str(request.base_url).rstrip("/")):
        return _form(request, 403, "This form did not come from a page of this service.")
    try:
        known = await run_in_threadpool(tokens.checked, text) if may_be_token(text) else None
    except LedgerError as error:  # who is not known is not told why
        _logger.warning("Tokens cannot be checked: %s", error)
        return _form(request, 503, "Tokens cannot be checked now.", to)
    if known is None:
        return _refused(request, to)
    sessions: Sessions = request.app.state.visits
    sessions.end(sent_cookie(request.headers.get("cookie", ""), cookie_of(request)))  # which is overwritten
    answer = RedirectResponse(_within(to), 303)
    answer.set_cookie(
        cookie_of(request),
        sessions.begin(text, known),
        max_age=LIFE,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/sign-out")
def sign_out(request: Request, sender: Visitor) -> RedirectResponse:
    """Ends a session."""
    sessions: Sessions = request.app.state.visits
    sessions.end(sender.session)
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(cookie_of(request))
    return answer


def _refused(request: Request, to: str) -> HTMLResponse:
    """Answers a wrong token, as few times a minute as the service does elsewhere."""
    wrong: WrongTokens = request.app.state.wrong
    seconds = wrong.count(request.client.host if request.client else "")
    if not seconds:
        return _form(request, 401, "The token is wrong, or was revoked.", to)
    answer = _form(request, 429, "Too many wrong tokens came from this address.", to)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _form(request: Request, status: int, problem: str = "", to: str = "/") -> HTMLResponse:
    return drawn(request, "sign_in.html.j2", None, status=status, problem=problem, to=_within(to))


def _within(address: str) -> str:
    """Returns an address if it is one of this page, as browsers read it; else where the page begins."""
    is_plain = all("!" <= letter <= "~" and letter != "\\" for letter in address)
    is_here = address.startswith("/") and not address.startswith(("//", SIGN_IN, "/live", "/sign-out"))
    return address if is_plain and is_here and len(address) <= _LONGEST else "/"
