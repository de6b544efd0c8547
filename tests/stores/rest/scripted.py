"""A server that answers with bytes that a test says, whatever it is asked."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Script = Callable[[socket.socket, bytes], None]
"""Gets a connection and the head of a request, and answers it."""


def answer(status: str, body: bytes, *headers: str) -> bytes:
    """Returns an answer as HTTP has it."""
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


def says(*pieces: bytes, pause: float = 0.0, then: str = "waits") -> Script:
    """Returns what sends pieces with a pause between them, and then waits for the next request, or closes."""

    def script(connection: socket.socket, head: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        if then == "closes":
            connection.close()

    return script


@contextmanager
def scripted(*scripts: Script) -> Iterator[int]:
    """Serves, request by request, with one script after the other; the last one goes on. Gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    left = list(scripts)

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while head := _head(connection):
                script = left.pop(0) if len(left) > 1 else left[0]
                script(connection, head)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                Thread(target=serve, args=(connection,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            return b""
        head += piece
    return head
