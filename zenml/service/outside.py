"""What every request has in common: a line in the log, and an answer whatever goes wrong."""

from __future__ import annotations

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zenml.service.problems import RefusedError

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # a page of ours loads nothing from elsewhere; Swagger UI has a script in its page
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'none'"
    ),
}
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
        began, status = time.monotonic(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                for name, value in _HEADERS.items():
                    MutableHeaders(scope=message).setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception:
            _log.exception("An error of the service itself:")
            if not status:
                await _internal().answer()(scope, receive, sent)
        finally:
            client, _ = scope.get("client") or ("?", 0)
            path = scope["raw_path"].decode("ascii", "backslashreplace")
            passed = round((time.monotonic() - began) * 1000)
            _log.info("%s %s %s %s %s ms", client, scope["method"], path, status or "-", passed)


def _internal() -> RefusedError:
    return RefusedError(500, "internal", "Something went wrong in the service; its log says what.")
