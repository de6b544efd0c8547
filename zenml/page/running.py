"""``zenml ui`` while it runs: a server on this machine alone, until a signal ends it."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from zenml.domain.errors import NotAllowedError
from zenml.page.app import create_page
from zenml.page.entrance import Entrance
from zenml.page.guard import RightHost
from zenml.page.source import PageSource
from zenml.page.visits import OneVisitor

HOST = "127.0.0.1"
PORT = 8238
"""Where it listens unless told otherwise, if that is free: so that addresses stay what they are."""

_LAST_ANSWERS = 1  # second, for what is being answered when it is to end


class _Server(uvicorn.Server):
    """Ends what is followed before it waits for answers to be complete."""

    def __init__(self, config: uvicorn.Config, page: FastAPI) -> None:
        super().__init__(config)
        self._page = page

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
    # those that uvicorn restores in the end, and raises the signal for: it has been heard, and this is no error
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, server.handle_exit)
    began(f"http://{HOST}:{number}/?token={visitor.token}")
    server.run(sockets=[listening])


def page_server(page: FastAPI, visitor: OneVisitor, port: int) -> uvicorn.Server:
    """Returns what serves a page to one visitor.

    Args:
        page: The page.
        visitor: Who may look.
        port: Where it listens on this machine.
    """
    hosts = {f"{host}:{port}" for host in (HOST, "localhost")}
    config = uvicorn.Config(
        RightHost(Entrance(page, visitor, port), hosts),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would write the token
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    return _Server(config, page)


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
            f"Port {port} cannot be used: {error.strerror or error}.",
            code="port_in_use",
            port=port or 0,
            another=0,
        ) from error
    return listening
