"""No page names the configuration folder of the service: what is in it is shown without it, whoever wrote it."""

from __future__ import annotations

import os
from html import escape

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class UnnamedFolder:
    """Takes the configuration folder out of pages.

    Args:
        app: What answers; each page is sent as a whole.
        config_directory: The configuration folder.
    """

    def __init__(self, app: ASGIApp, config_directory: str) -> None:
        self._app = app
        escaped = escape(os.path.join(config_directory, ""))
        # as Jinja writes quotation marks
        self._folder = escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a request, and its answer."""
        started: list[Message] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                started.append(message)  # its length is not known yet
            elif started:
                body = message.get("body", b"").replace(self._folder, b"")
                start = started.pop()
                MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                await send(start)
                await send({**message, "body": body})
            else:
                await send(message)

        await self._app(scope, receive, sent)


def _is_page(start: Message) -> bool:
    return MutableHeaders(scope=start).get("content-type", "").startswith("text/html")
