"""Many who want something of a service at once, and what that costs it."""

from __future__ import annotations

import resource
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from tests.service.daemons import Daemon

PATIENCE = 60  # seconds for all of a crowd to be answered, at full size
SOON = 9
"""Seconds in which a request is answered while a crowd is there; on a machine at rest it takes some hundredths."""


def is_answered_soon(daemon: Daemon) -> bool:
    """Tells whether somebody who has a token is answered as if there were no crowd."""
    connection = HTTPConnection("127.0.0.1", daemon.port, timeout=SOON)
    with closing(connection), suppress(TimeoutError):
        connection.request("GET", "/v1", headers={"Authorization": daemon.authorization("admin")})
        return connection.getresponse().status == 200
    return False


def allow_files(count: int) -> None:
    """Lets this process open so many files, as far as the system does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


@contextmanager
def crowd(daemon: Daemon, count: int, says: bytes) -> Iterator[list[socket.socket]]:
    """Gives so many connections to a service over each of which the same was sent, as far as it was taken."""
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", daemon.port), timeout=PATIENCE)
            connections.append(stack.enter_context(connection))
            with suppress(ConnectionError):  # it was refused before all of it was sent
                connection.sendall(says)
        yield connections


def statuses(connections: list[socket.socket]) -> list[int]:
    """Waits until each of these connections is answered, and returns how; 0 for one that was only closed."""
    found: dict[int, int] = {}
    with selectors.DefaultSelector() as selector:
        for number, connection in enumerate(connections):
            selector.register(connection, selectors.EVENT_READ, number)
        until = time.monotonic() + PATIENCE
        while len(found) < len(connections):
            assert time.monotonic() < until, f"only {len(found)} were answered"
            for key, _ in selector.select(1):
                found[key.data] = _status(connections[key.data])
                selector.unregister(key.fileobj)
    return [found[number] for number in range(len(connections))]


def _status(connection: socket.socket) -> int:
    try:
        words = connection.recv(4096).split()
    except ConnectionError:
        return 0
    return int(words[1]) if words else 0


def open_files(daemon: Daemon) -> int:
    """Returns how many files and connections a service has open."""
    return len(list(Path(f"/proc/{daemon.pid}/fd").iterdir()))


def memory(daemon: Daemon) -> int:
    """Returns how many KiB of memory a service has."""
    status = Path(f"/proc/{daemon.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def wait_until(so: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Waits until something is so."""
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, what
        time.sleep(0.05)
