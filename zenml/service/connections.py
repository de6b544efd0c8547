"""What connections may cost: how many there are at once, and how long an answer waits for whoever asked."""

from __future__ import annotations

import asyncio
import resource
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple, cast

from zenml.page.slow_headers import TimedHeaders
from zenml.service.problems import AGAIN, RefusedError

MOST = 1_500
"""Connections at once, if the system lets the service open so many files."""

UNREAD_SECONDS = 30
"""Seconds after which a client is given up that takes nothing of its answer."""

_FILES = 200  # that are open besides: threads that read the ledger have some each
_WANTED = 4_096  # open files: many systems allow no more, and begin with a quarter of it


class Room(NamedTuple):
    """What the system's limit of open files has room for.

    Attributes:
        connections: Connections at once.
        backlog: How many that were made meanwhile are accepted in one go, before any of them can be closed.
    """

    connections: int
    backlog: int


def make_room() -> Room:
    """Raises this process's limit of open files as far as it is needed, and says what there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems have a limit of their own beside the hard one
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    room = max((_WANTED if soft == resource.RLIM_INFINITY else soft) - _FILES, 32)
    connections = min(MOST, room // 2)
    return Room(connections, (room - connections) // 2)


class Connection(TimedHeaders):
    """A connection that gives way to a new one if there are too many and it is the one that has idled longest.

    So whoever asks is answered, however many others only hold connections open.
    """

    most: int = MOST
    unread_seconds: float = UNREAD_SECONDS
    _idle_since: float = 0

    def answer_to_slow(self) -> bytes:
        """Returns what is said before the connection is closed."""
        return written(RefusedError(408, "too_slow", "The head of the request did not come in time."))

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Makes room for itself, if need be."""
        super().connection_made(transport)
        self._idle_since = self.loop.time()
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux has it; others give up only who does not answer at all
            its_socket = transport.get_extra_info("socket")
            its_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self.unread_seconds * 1000))
        if len(self.connections) > self.most:
            others = (cast("Connection", connection) for connection in self.connections)
            there = [connection for connection in others if not connection.transport.is_closing()]
            if len(there) > self.most:
                idle = (connection for connection in there if connection.is_idle)
                min(idle, key=lambda connection: connection._idle_since)._give_way()

    def send_400_response(self, msg: str) -> None:
        """Ends a connection over which something else than HTTP came, whatever is being answered over it."""
        if not self.is_idle:  # what works on an answer finds that nobody waits for it
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(written(RefusedError(400, "not_http", "This is not a request of HTTP.")))
        self.transport.close()

    def on_response_complete(self) -> None:
        """Begins to idle."""
        super().on_response_complete()
        self._idle_since = self.loop.time()

    def _give_way(self) -> None:
        refused = RefusedError(503, "too_many_connections", "There are too many connections.", AGAIN)
        if not self.transport.get_write_buffer_size():
            self.transport.write(written(refused))
            self.transport.close()
        else:  # it would stay until what was sent before is read
            self.transport.abort()


def written(refused: RefusedError) -> bytes:
    """Returns a refusal as it goes over a connection that is closed afterwards, to no request in particular."""
    answer = refused.answer()
    head = [b"HTTP/1.1 %d %s" % (refused.status, HTTPStatus(refused.status).phrase.encode()), b"connection: close"]
    head += [b": ".join(header) for header in answer.raw_headers]
    return b"\r\n".join([*head, b"", bytes(answer.body)])
