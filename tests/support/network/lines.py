"""A line to a server that can be cut at any packet, held at any answer, and made slow: a proxy in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from tests.support.network.packets import Packet
from tests.support.network.ports import HOST, free_port
from tests.support.network.relaying import Cut, Hold, Relay, Rules

SECONDS = 60  # this only ends a hanging test
T = TypeVar("T")


class Line:
    """A line to a server on this machine.

    Attributes:
        port: Where the program connects to instead of the server.
    """

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self._server_port = server_port
        self._rules = Rules()
        self._watched: list[Relay] = []
        self._open: set[Relay] = set()
        self._listener: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.accept()

    def url(self, url: str) -> str:
        """Returns the URL of the same database by way of this line."""
        place = urlsplit(url)
        user, at, _ = place.netloc.rpartition("@")
        return place._replace(netloc=f"{user}{at}{HOST}:{self.port}").geturl()

    def watch(self, cut: Cut | None = None) -> None:
        """Forgets what went through, and counts connections from 1 again.

        Args:
            cut: Where to break those that are made from now on; nowhere by default.
        """

        def begin() -> None:
            self._watched, self._rules.cut = [], cut

        self._do(begin)

    @property
    def packets(self) -> list[list[Packet]]:
        """What came since `watch`, for each connection; also what was swallowed."""
        return self._do(lambda: [list(relay.packets) for relay in self._watched])

    @property
    def was_cut(self) -> bool:
        """Whether a connection since `watch` came as far as its cut."""
        return self._do(lambda: any(relay.was_cut for relay in self._watched))

    def slow_down(self, seconds: float) -> None:
        """Lets each packet be under way for so long from now on. Others may follow it meanwhile."""

        def slow() -> None:
            self._rules.latency = seconds

        self._do(slow)

    def hold(self, pattern: bytes, skip: int = 0) -> Hold:
        """Lets an answer wait: to the next packet that has `pattern` in it, a regular expression.

        Args:
            pattern: What the packet to the server has in it.
            skip: How many such packets are not meant.
        """
        hold = Hold(pattern, skip)

        def place() -> None:
            self._rules.hold = hold

        self._do(place)
        return hold

    def let_go(self, hold: Hold) -> None:
        """Lets a held answer arrive, and whatever came after it."""

        def release() -> None:
            if self._rules.hold is hold:
                self._rules.hold = None
            if hold.relay:
                hold.relay.let_go()

        self._do(release)

    def accept(self) -> None:
        """Accepts connections again, as it does from the beginning."""
        if self._listener:
            return

        async def listen() -> asyncio.Server:
            return await self._loop.create_server(self._connected, HOST, self.port)

        self._listener = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(SECONDS)

    def refuse(self) -> None:
        """Accepts no connection any more, as if the server were not running. Those that are there stay."""
        if self._listener:
            self._do(self._listener.close)
        self._listener = None

    def drop(self) -> None:
        """Resets all connections, also those whose ends were told nothing of a cut."""

        def reset() -> None:
            for relay in list(self._open):
                relay.reset()

        self._do(reset)

    def close(self) -> None:
        """Refuses and drops everything, and ends the thread."""
        self.refuse()
        self.drop()
        self._do(lambda: None)  # once around, in which sockets are closed
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()

    def _connected(self) -> asyncio.Protocol:
        relay = Relay(self._server_port, len(self._watched) + 1, self._rules, self._open.discard)
        self._watched.append(relay)
        self._open.add(relay)
        return relay.client

    def _do(self, function: Callable[[], T]) -> T:
        """Calls a function in the thread of the line, where nothing else happens meanwhile."""

        async def call() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(SECONDS)


@contextmanager
def line_to(server_port: int) -> Iterator[Line]:
    """Gives a line to what listens at this port of 127.0.0.1, now or later."""
    line = Line(server_port)
    try:
        yield line
    finally:
        line.close()
