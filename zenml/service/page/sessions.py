"""Who is signed in: for each cookie the token that it was given for, in memory, and not for long."""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from zenml.domain.errors import LedgerError
from zenml.page.source import Viewer
from zenml.page.visits import LIFE, form_proof
from zenml.service.callers import Checking
from zenml.service.tokens import Role, Token

MOST = 1_000
"""Sessions at once: the one that was begun first is ended for a new one."""

MOST_OF_ONE = 20
"""Sessions at once with one token: nobody alone can end those of all others."""

IDLE = 3600
"""Seconds without a request after which they have to, too."""

_logger = logging.getLogger(__name__)


class _Session(NamedTuple):
    """A visit.

    Attributes:
        text: The token.
        token_id: Its id.
        began: When somebody signed in.
        seen: When they asked last.
    """

    text: str
    token_id: str
    began: float
    seen: float


class Sessions:
    """The sessions of a service that runs. Threads use it at the same time.

    Args:
        tokens: What knows the tokens, at each request: one that was revoked ends its sessions.
        clock: Returns seconds that only grow.
    """

    def __init__(self, tokens: Checking, clock: Callable[[], float] = time.monotonic) -> None:
        self._tokens = tokens
        self._clock = clock
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._turn = Lock()

    def begin(self, text: str, token: Token) -> str:
        """Begins the session of somebody who has a token; returns what their cookie is to say."""
        name, now = secrets.token_urlsafe(32), self._clock()
        with self._turn:
            self._forget_old(now)
            own = [key for key, session in self._sessions.items() if session.token_id == token.token_id]
            for key in own[: len(own) + 1 - MOST_OF_ONE] if len(own) >= MOST_OF_ONE else ():
                del self._sessions[key]
            while len(self._sessions) >= MOST:
                self._sessions.popitem(last=False)
            self._sessions[name] = _Session(text, token.token_id, now, now)
        return name

    def end(self, name: str) -> None:
        """Ends a session, if there is one."""
        with self._turn:
            self._sessions.pop(name, None)

    def renew(self, name: str) -> None:
        """Takes note that whoever has a session asked for something; what a page asks by itself is not that."""
        now = self._clock()
        with self._turn:
            self._forget_old(now)
            if name in self._sessions:
                self._sessions[name] = self._sessions[name]._replace(seen=now)

    def viewer(self, session: str) -> Viewer | None:
        """Returns who has a session; None if there is none, or none any more. Reads files."""
        token = self.token(session)
        if token is None:
            return None
        return Viewer(token.name, session, token.role is not Role.READER, form_proof(session))

    def token(self, name: str) -> Token | None:
        """Returns the token of a session as it is now; None if there is none, or it was revoked. Reads files."""
        now = self._clock()
        with self._turn:
            self._forget_old(now)
            session = self._sessions.get(name)
        if session is None:
            return None
        try:
            token = self._tokens.checked(session.text)
        except LedgerError as error:  # who is not known is not told why
            _logger.warning("Tokens cannot be checked: %s", error)
            return None
        if token is None:
            self.end(name)
        return token

    def __len__(self) -> int:
        return len(self._sessions)

    def _forget_old(self, now: float) -> None:
        for key, session in list(self._sessions.items()):
            if now - session.began >= LIFE or now - session.seen >= IDLE:
                del self._sessions[key]
