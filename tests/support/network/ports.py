"""Ports of 127.0.0.1 for servers of tests."""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"

# Below those that systems give to whoever connects: while a server is down, nobody gets its port for a connection.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    """Returns a port that nobody listens on. It is chosen by chance: tests run at the same time."""
    for port in random.SystemRandom().sample(_PORTS, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError("No port of 127.0.0.1 is free for a server.")
