"""Who may look: a token that lets one in once, then a cookie, and what the forms of that visit have to hold."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Protocol

from zenml.page.source import Viewer

LIFE = 12 * 3600
"""Seconds after which who was let in is known no more."""

UNUSED = 600
"""Seconds after which a token that nobody used lets nobody in any more."""


class Visits(Protocol):
    """What knows who may look."""

    def viewer(self, session: str) -> Viewer | None:
        """Returns who has a session; None if there is none."""
        ...


class OneVisitor:
    """Lets in whoever has the token that was printed, once and soon, and knows them by their cookie from then on.

    Args:
        may_write: Whether they may undo changes.
    """

    def __init__(self, *, may_write: bool) -> None:
        self.token = secrets.token_urlsafe(32)
        self._may_write = may_write
        self._session = secrets.token_urlsafe(32)
        self._began = monotonic()
        self._came: float | None = None
        self._turn = Lock()

    def let_in(self, token: str) -> str | None:
        """Returns the session that a token begins; None if it is another one, was used, or is too old."""
        with self._turn:
            is_over = self._came is not None or monotonic() - self._began > UNUSED
            if is_over or not hmac.compare_digest(token.encode(), self.token.encode()):
                return None
            self._came = monotonic()
            return self._session

    def viewer(self, session: str) -> Viewer | None:
        """Returns who has a session; None if there is none, or if it began too long ago."""
        if self._came is None or monotonic() - self._came > LIFE:
            return None
        if not hmac.compare_digest(session.encode(), self._session.encode()):
            return None
        return Viewer("", session, self._may_write, form_proof(session))


def form_proof(session: str) -> str:
    """Returns what every form of a session has to hold: no other site can read or compute it."""
    return hmac.new(session.encode(), b"form", sha256).hexdigest()
