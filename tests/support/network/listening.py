"""Somebody who listens where a database server is expected."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.support.network.ports import HOST


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """Gives a port at which somebody answers this to everybody, or nothing at all."""
    held: list[socket.socket] = []
    with socket.create_server((HOST, 0)) as listener:

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
            for each in (listener, *held):
                _end(each)


def _end(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        connected.close()
