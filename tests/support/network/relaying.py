"""One connection through a line: what arrives is counted and passed on, or is held or lost on the way."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.support.network.packets import Packet
from tests.support.network.ports import HOST

SECONDS = 60  # this only ends a hanging test


class Cut(NamedTuple):
    """Where a connection breaks.

    Attributes:
        packet: At which packet: its number, or what it has in it, if it is the first to the server that has it.
        after: This packet still arrives.
        silent: Nobody is told: both ends stay open, and nothing arrives any more. Else both are reset.
        connection: Which connection, counted from 1; each by default.
        last: Those that are made after this one are reset at once.
    """

    packet: int | bytes
    after: bool = False
    silent: bool = False
    connection: int | None = None
    last: bool = False

    def is_at(self, number: int, packet: Packet) -> bool:
        """Tells whether the connection breaks at this packet."""
        if isinstance(self.packet, bytes):
            return packet.to_server and re.search(self.packet, packet.data) is not None
        return self.packet == number


class Hold:
    """An answer that waits on the way, until it is let go or its connection ends.

    Attributes:
        pattern: What a packet to the server has in it whose answer waits.
        skip: How many such packets are still to pass.
        relay: Where it waits.
    """

    def __init__(self, pattern: bytes, skip: int) -> None:
        self.pattern, self.skip = re.compile(pattern), skip
        self.relay: Relay | None = None
        self._reached = threading.Event()

    def asked_by(self, packet: Packet) -> bool:
        """Tells whether the answer to this packet is to wait."""
        if not packet.to_server or not self.pattern.search(packet.data):
            return False
        self.skip -= 1
        return self.skip < 0

    def arrived(self) -> None:
        """The answer is here."""
        self._reached.set()

    def wait(self) -> None:
        """Returns when the answer is here: the server has done what it was asked for."""
        assert self._reached.wait(SECONDS), f"Nothing like {self.pattern.pattern!r} was answered."


@dataclass
class Rules:
    """What happens to connections on a line.

    Attributes:
        latency: Seconds that each packet is under way.
        cut: Where those break that are made from now on.
        hold: The answer that is to wait next.
    """

    latency: float = 0.0
    cut: Cut | None = None
    hold: Hold | None = None


class Relay:
    """A connection: what its two ends say to each other, in order.

    Attributes:
        client: The end that asked for it.
        server: The end that the line asked for.
        packets: What came, also what was swallowed.
        was_cut: It came as far as its cut.
    """

    def __init__(self, server_port: int, number: int, rules: Rules, closed: Callable[[Relay], None]) -> None:
        cut = rules.cut
        self.client, self.server = _End(self, to_server=True), _End(self, to_server=False)
        self.packets: list[Packet] = []
        self.was_cut = False
        self._server_port, self._rules, self._closed = server_port, rules, closed
        self._cut = cut if cut and cut.connection in (None, number) else None
        self._refused = cut is not None and cut.last and number > (cut.connection or 1)
        self._under_way = deque[Callable[[], None]]()
        self._hold: Hold | None = None
        self._held: list[Callable[[], None]] = []

    async def connect(self) -> None:
        """Connects to the server; the client waits meanwhile."""
        if self._refused:
            self.reset()
            return
        try:
            await asyncio.get_running_loop().create_connection(lambda: self.server, HOST, self._server_port)
        except OSError:
            self.reset()
        else:
            self.client.resume()

    def arrived(self, packet: Packet) -> None:
        """Does with a packet what the rules say."""
        self.packets.append(packet)
        if self.was_cut:
            return
        cut = self._cut if self._cut and self._cut.is_at(len(self.packets), packet) else None
        self.was_cut = cut is not None
        if cut is None or cut.after:
            self._pass_on(packet)
        if cut and not cut.silent:
            self._later(self.reset)

    def ended(self, end: _End) -> None:
        """Ends the other end too, after what was said to it, unless nobody is to be told."""
        if end is self.client:
            self._held.clear()
        if not self.was_cut:
            self._to(self._other(end), self._other(end).close)
        if self.client.is_closed and self.server.is_closed:
            self._closed(self)

    def let_go(self) -> None:
        """Passes on what was held."""
        self._hold, held = None, self._held
        self._held = []
        for act in held:
            self._later(act)

    def reset(self) -> None:
        """Breaks it, so that both ends are told."""
        self.was_cut = True
        self.client.reset()
        self.server.reset()

    def _pass_on(self, packet: Packet) -> None:
        if self._rules.hold and self._rules.hold.asked_by(packet):
            self._hold, self._rules.hold = self._rules.hold, None
            self._hold.relay = self
        to = self.server if packet.to_server else self.client
        self._to(to, lambda: to.write(packet.data))

    def _to(self, end: _End, act: Callable[[], None]) -> None:
        if end is self.client and self._hold:
            self._held.append(act)
            self._hold.arrived()
        else:
            self._later(act)

    def _later(self, act: Callable[[], None]) -> None:
        """Lets something happen at the far end of the line, after whatever is under way."""
        self._under_way.append(act)
        if self._rules.latency:
            asyncio.get_running_loop().call_later(self._rules.latency, self._next)
        else:
            self._next()

    def _next(self) -> None:
        self._under_way.popleft()()

    def _other(self, end: _End) -> _End:
        return self.server if end is self.client else self.client


class _End(asyncio.Protocol):
    """What the line has of one end of a connection: a socket."""

    def __init__(self, relay: Relay, *, to_server: bool) -> None:
        self.is_closed = False
        self._relay, self._to_server = relay, to_server
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._to_server:
            transport.pause_reading()
            self._connecting = asyncio.get_running_loop().create_task(self._relay.connect())

    def data_received(self, data: bytes) -> None:
        self._relay.arrived(Packet(self._to_server, data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self._relay.ended(self)

    def resume(self) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def reset(self) -> None:
        if self._transport is None or self.is_closed:
            self.is_closed = True
            return
        at_once = struct.pack("ii", 1, 0)  # the system tells the other side that what is under way is lost
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._transport.abort()
