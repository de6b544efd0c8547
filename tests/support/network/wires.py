"""A network between a program and a database server, which can be cut at a packet, before or behind it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Self


class Wire:
    """A port that leads to a server's.

    Attributes:
        port: The port.
        cut_at: What the program sends when the connection is to be cut; nothing is cut while it is empty.
        once: Whether it is cut only once.
        delivered: Whether the server gets that, and only its answer is lost.
        silent: Whether nothing is cut, and the answer just never comes.
        cuts: How often the connection was cut.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_at = b""
        self.once = self.delivered = self.silent = False
        self.cuts = 0
        self._sockets: list[socket.socket] = [self._listener]

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._sockets:
            _end(each)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                program, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self._sockets += [program, server]
                ends = _Ends(program, server)
                Thread(target=self._there, args=[ends], daemon=True).start()
                Thread(target=self._back, args=[ends], daemon=True).start()

    def _there(self, ends: _Ends) -> None:
        with suppress(OSError):
            while data := ends.program.recv(65536):
                if self.cut_at and self.cut_at in data:
                    self.cuts += 1
                    if self.once:
                        self.cut_at = b""
                    ends.is_cut = True
                    if self.delivered:
                        ends.server.sendall(data)
                        ends.answered.wait(5)
                    if self.silent:
                        continue
                    break
                ends.server.sendall(data)
        _end(ends.program)
        _end(ends.server)

    def _back(self, ends: _Ends) -> None:
        with suppress(OSError):
            while data := ends.server.recv(65536):
                if ends.is_cut:
                    ends.answered.set()
                else:
                    ends.program.sendall(data)
        _end(ends.program)


class _Ends:
    def __init__(self, program: socket.socket, server: socket.socket) -> None:
        self.program, self.server = program, server
        self.is_cut, self.answered = False, Event()


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        connected.close()


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """Gives a port at which somebody answers this to everybody, or nothing at all."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    program, _ = listener.accept()
                    held.append(program)
                    if answer is not None:
                        program.sendall(answer)
                        program.recv(1024)

        Thread(target=serve, daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            _end(listener)
            for each in held:
                _end(each)
