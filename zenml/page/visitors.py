"""Where a request finds out who sends it: the cookie, the token that becomes one, and the forms of a visit."""

from __future__ import annotations

import hmac
from typing import Annotated, Protocol

from fastapi import Depends, Form, Request

from zenml.page.guard import cookie_name, is_from_elsewhere, sent_cookie
from zenml.page.source import Viewer


class Visits(Protocol):
    """What knows who may look."""

    def viewer(self, session: str) -> Viewer | None:
        """Returns who has a session; None if there is none."""
        ...


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


Visitor = Annotated[Viewer, Depends(visitor)]
"""Who asks, and may look."""


def form_of_visitor(request: Request, viewer: Visitor, proof: Annotated[str, Form()] = "") -> Viewer:
    """Returns who sent a form, if a page of theirs did.

    Raises:
        ForeignFormError: Another site may have sent it, or it does not hold what forms of this visit do.
    """
    if is_from_elsewhere(request.headers, str(request.base_url).rstrip("/")):
        raise ForeignFormError
    if not hmac.compare_digest(proof.encode(), viewer.proof.encode()):
        raise ForeignFormError
    return viewer


Sender = Annotated[Viewer, Depends(form_of_visitor)]
"""Who sent a form."""


def form_of_writer(sender: Sender) -> Viewer:
    """Returns who sent a form, if they may change something. Raises `ReadOnlyError`."""
    if not sender.may_write:
        raise ReadOnlyError
    return sender


Writer = Annotated[Viewer, Depends(form_of_writer)]
"""Who sent a form, and may change something."""


def cookie_of(request: Request) -> str:
    """Returns the name of the cookie of the page that is asked for."""
    return cookie_name(request.url.port or (443 if request.url.scheme == "https" else 80))
