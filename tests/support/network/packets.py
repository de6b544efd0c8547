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


def places(packets: list[list[Packet]], *, answers: bool = True) -> list[Place]:
    """Returns where a change can be cut: every packet of every connection.

    Args:
        packets: What the change sent and received.
        answers: Whether also at what the server sends: before it, the server has done what it had been asked for
            just before, and after it, it has not been asked for anything else.
    """
    return [
        Place(connection, number)
        for connection, through in enumerate(packets, start=1)
        for number, packet in enumerate(through, start=1)
        if answers or packet.to_server
    ]
