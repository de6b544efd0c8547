"""Packets between a program and a database: each is what was read at once from one side.

Those of both directions are counted together, from 1, for each connection anew.
"""

from __future__ import annotations

from typing import NamedTuple

LOCK, COMMIT = rb"FOR UPDATE", rb"COMMIT(?!TED)"
"""What the packets have in them that lock a ledger and that record a change."""


class Packet(NamedTuple):
    """What was read at once.

    Attributes:
        to_server: Which way it goes.
        data: What it holds.
    """

    to_server: bool
    data: bytes


class Place(NamedTuple):
    """A packet of a change.

    Attributes:
        connection: On which of its connections, from 1.
        packet: Which one, from 1.
    """

    connection: int
    packet: int


def places(packets: list[list[Packet]]) -> list[Place]:
    """Returns where a change can be cut: every packet of every connection."""
    return [
        Place(connection, packet)
        for connection, through in enumerate(packets, start=1)
        for packet in range(1, len(through) + 1)
    ]
