"""Where a request finds out who sends it: the cookie, the token that becomes one, and the forms of a visit."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request

from zenml.page.guard import cookie_name, is_from_elsewhere, sent_cookie
from zenml.page.source import Viewer
from zenml.page.visits import Visits


class UnknownVisitorError(Exception):
    """Nobody knows who asks."""


class ForeignFormError(Exception):
    """A form did not come from a page of this visit."""


class ReadOnlyError(Exception):
    """Whoever asks may look, and change nothing."""


def visitor(request: Request) -> Viewer:
    """Returns who asks. Raises `UnknownVisitorError`."""
    visits: Visits = request.app.state.visits
    session = sent_cookie(request.headers.get("cookie", ""), cookie_of(request))
    viewer = visits.viewer(session) if session else None
    if viewer is None:
        raise UnknownVisitorError
    return viewer


def admitted(request: Request) -> Viewer | None:
    """Returns who asks; None where anybody may. Raises `UnknownVisitorError`."""
    open_paths: frozenset[str] = request.app.state.open_paths
    return None if request.scope["route"].path in open_paths else visitor(request)


Admitted = Annotated[Viewer | None, Depends(admitted)]


async def check_request(request: Request, viewer: Admitted) -> None:
    """Refuses, whatever is asked for, those whom nobody knows, and forms that are not of a page of theirs.

    Raises:
        UnknownVisitorError: Nobody knows who asks, where that has to be known.
        ForeignFormError: Another site may have sent a form, or it does not hold what forms of this visit do.
    """
    if viewer is None or request.method in ("GET", "HEAD"):
        return
    if is_from_elsewhere(request.headers, str(request.base_url).rstrip("/")):
        raise ForeignFormError
    proof = (await request.form()).get("proof")
    if not isinstance(proof, str) or not hmac.compare_digest(proof.encode(), viewer.proof.encode()):
        raise ForeignFormError


def known_visitor(viewer: Admitted) -> Viewer:
    """Returns who asks. Raises `UnknownVisitorError` where anybody may."""
    if viewer is None:
        raise UnknownVisitorError
    return viewer


Visitor = Annotated[Viewer, Depends(known_visitor)]
"""Who asks, and may look; of a form, who sent it from a page of theirs."""


def writing_visitor(viewer: Visitor) -> Viewer:
    """Returns who sent a form, if they may change something. Raises `ReadOnlyError`."""
    if not viewer.may_write:
        raise ReadOnlyError
    return viewer


WritingVisitor = Annotated[Viewer, Depends(writing_visitor)]
"""Who sent a form, and may change something."""


def cookie_of(request: Request) -> str:
    """Returns the name of the cookie of the page that is asked for."""
    return cookie_name(request.url.port or (443 if request.url.scheme == "https" else 80))
