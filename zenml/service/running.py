"""The service while it runs: in this process, until a signal ends it."""

from __future__ import annotations

import asyncio.constants
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable

import uvicorn

from zenml.ledger.ids import utc_now
from zenml.service import log, state
from zenml.service.app import create_app
from zenml.service.connections import Connection, make_room
from zenml.service.daemon import Launch
from zenml.service.processes import started
from zenml.service.served import Served
from zenml.service.server import Server
from zenml.service.state import Instance

_LAST_ANSWERS = 5  # seconds, for what is being answered when the service is to end
_HANDSHAKE = 10  # seconds in which a client has to agree on how to encrypt; until then it counts as no connection
_log = logging.getLogger(__name__)


def run(launch: Launch, *, screen: bool, began: Callable[[], None] = lambda: None) -> None:
    """Serves until SIGINT, SIGTERM or SIGHUP.

    Args:
        launch: What to serve, and where.
        screen: Whether the log also goes to standard error.
        began: Called when everything is ready.
    """
    gc.enable()  # commands do without: they end soon
    path = log.log_file(launch.config_directory)
    log.write_to(path, screen=screen)
    app = create_app(Served(launch.config_directory, launch.profile, launch.ledger_id, launch.nonce, path))
    certificate, room = launch.certificate, make_room()
    asyncio.constants.SSL_HANDSHAKE_TIMEOUT = _HANDSHAKE  # uvicorn cannot be told

    class ConnectionHere(Connection):
        most = room.connections

    server = Server(
        uvicorn.Config(
            app,
            http=ConnectionHere,
            backlog=room.backlog,
            ws="none",
            log_config=None,
            access_log=False,  # it would write what follows the ? of a path, too
            server_header=False,
            forwarded_allow_ips=launch.proxies,  # whatever a variable says to uvicorn
            timeout_graceful_shutdown=_LAST_ANSWERS,
            ssl_certfile=certificate.certfile if certificate else None,
            ssl_keyfile=certificate.keyfile if certificate else None,
        ),
        app.state.followers,
    )
    # those that uvicorn restores in the end, and raises the signal for: it has been heard, and this is no error
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, server.handle_exit)
    pid = os.getpid()
    noted = Instance(
        pid, started(pid) or "", launch.url, launch.nonce, launch.profile, utc_now(), launch.ledger_id
    )
    state.note(launch.config_directory, noted)
    try:
        _log.info("Profile '%s' is served at %s.", launch.profile, launch.url)
        began()
        server.run(sockets=[socket.socket(fileno=os.dup(launch.socket))])
        _log.info("The service has ended.")
    finally:
        state.forget(launch.config_directory, launch.nonce)
