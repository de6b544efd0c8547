"""What every request has in common: a line in the log, and an answer whatever goes wrong."""

from __future__ import annotations

import logging
import re
import time
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.service.problems import BELOW_TOKEN, RefusedError

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # a page of ours loads nothing from elsewhere; Swagger UI has a script in its page
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'none'"
    ),
}
_TOKEN_OF_ZENML = re.compile(rf"^{BELOW_TOKEN}[^/]*")
_log = logging.getLogger(__name__)


class Outside:
    """Notes each request and its answer: who, what without what follows the ``?``, and how it ended.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request; what goes wrong within is answered with 500, and noted with its traceback."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            elif not message.get("more_body"):
                request.note()  # before the end is sent: whoever has an answer finds its line
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            _log.exception("An error of the service itself:")
            if request.status is None:
                await _internal().answer(scope["path"])(scope, receive, sent)
        finally:
            request.note()


class _Request:
    """A request, and the line that it has in the log.

    Attributes:
        status: The status of its answer; None if it has none yet.
    """

    def __init__(self, scope: Scope) -> None:
        self.status: int | None = None
        self._scope = scope
        self._began = time.monotonic()
        self._is_noted = False

    def note(self) -> None:
        """Writes its line, once."""
        if self._is_noted:
            return
        self._is_noted = True
        client, _ = self._scope.get("client") or ("?", 0)
        path = quote(_TOKEN_OF_ZENML.sub(rf"{BELOW_TOKEN}***", self._scope["path"]), safe="/*~!$&'()+,;=:@")
        passed = round((time.monotonic() - self._began) * 1000)
        _log.info("%s %s %s %s %s ms", client, self._scope["method"], path, self.status or "-", passed)


def _internal() -> RefusedError:
    return RefusedError(500, "internal", "Something went wrong in the service; its log says what.")
