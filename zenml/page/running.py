"""``zenml ui`` while it runs: a server on this machine alone, until a signal ends it."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from zenml.domain.errors import NotAllowedError
from zenml.page.app import create_page
from zenml.page.entrance import Entrance
from zenml.page.guard import RightHost
from zenml.page.slow_headers import TimedHeaders
from zenml.page.source import PageSource
from zenml.page.visits import OneVisitor

HOST = "127.0.0.1"
PORT = 8238
"""Where it listens unless told otherwise, if that is free: so that addresses stay what they are."""

CONNECTIONS = 100
"""At once: a browser has six. Others are answered 503, until some of these have ended."""

_LAST_ANSWERS = 1  # second, for what is being answered when it is to end


class PageServer(uvicorn.Server):
    """Ends what is followed before it waits for answers to be complete.

    Attributes:
        ended_by: The number of the signal that ended it; None if it was another reason.
    """

    def __init__(self, config: uvicorn.Config, page: FastAPI) -> None:
        super().__init__(config)
        self.ended_by: int | None = None
        self._page = page

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Takes note of a signal: the first one counts, another Ctrl-C waits for nobody."""
        self.ended_by = self.ended_by or sig
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends: an answer that never ends by itself would hold it up."""
        self._page.state.ending.set()
        await super().shutdown(sockets)


def run(
    source: PageSource, title: str, port: int | None, *, may_write: bool, began: Callable[[str], None]
) -> None:
    """Serves a page until SIGINT, SIGTERM or SIGHUP.

    Args:
        source: What it is about.
        title: What is above all pages.
        port: Where it listens on this machine; None for the usual port, or any if that is not free.
        may_write: Whether changes may be undone there.
        began: Called with the address that lets one in, once, when everything is ready.

    Raises:
        NotAllowedError: Another program listens there, or the system does not allow it.
    """
    gc.enable()  # commands do without: they end soon
    listening = listen(port)
    number = listening.getsockname()[1]
    visitor = OneVisitor(may_write=may_write)
    server = page_server(create_page(source, visitor, title), visitor, number)
    # uvicorn raises what it heard once more in the end, which is heard as well until all of it is over
    before = {it: signal.signal(it, server.handle_exit) for it in _ending_signals()}
    try:
        began(f"http://{HOST}:{number}/?token={visitor.token}")
        server.run(sockets=[listening])
    finally:
        for signal_number, handler in before.items():
            signal.signal(signal_number, handler)
    if server.ended_by is not None:
        signal.raise_signal(server.ended_by)  # which ends the command as it ends others


def _ending_signals() -> list[int]:
    """Returns the signals that end it; one that the caller has ignored, as ``nohup`` does, stays ignored."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return [int(number) for number in numbers]


def page_server(page: FastAPI, visitor: OneVisitor, port: int) -> PageServer:
    """Returns what serves a page to one visitor.

    Args:
        page: The page.
        visitor: Who may look.
        port: Where it listens on this machine.
    """
    hosts = {f"{host}:{port}" for host in (HOST, "localhost")}
    if port == 80:  # which browsers leave out
        hosts |= {HOST, "localhost"}
    config = uvicorn.Config(
        RightHost(Entrance(page, visitor, port), hosts),
        http=TimedHeaders,  # of h11, whatever else is installed
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would write the token
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    return PageServer(config, page)


def listen(port: int | None) -> socket.socket:
    """Returns what listens on this machine.

    Args:
        port: Where; None for the usual port, or any if that is not free.

    Raises:
        NotAllowedError: Another program listens there, or the system does not allow it.
    """
    listening = socket.socket(socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        try:
            listening.bind((HOST, PORT if port is None else port))
        except OSError:
            if port is not None:
                raise
            listening.bind((HOST, 0))
        listening.listen()
    except OSError as error:
        listening.close()
        raise NotAllowedError(
            f"Port {port} cannot be used: {error.strerror or error}.", code="page_port_in_use"
        ) from error
    return listening
