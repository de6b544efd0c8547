"""What is remembered of each client: what it was shown, and from which names it renamed stacks a moment ago.

All of it is in memory and bounded. Where it is not known what a client was shown, its change is compared with what
there is now, as in ZenML.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

MOST = 20_000
"""Things that were shown, of all clients."""

REMEMBERED = 60.0
"""Seconds for which it is known that a client renamed a stack."""

_MOST_RENAMED = 1_000


class EarlierClient(NamedTuple):
    """Whoever asks.

    Attributes:
        token_id: With which token.
        address: From which address.
    """

    token_id: str
    address: str


class Shown:
    """As of which position of the ledger each client last saw a component, by its id, or a stack, by its name.

    Stacks have no id on the wire. Any thread may ask.

    Args:
        most: Of how many this is known.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._positions: OrderedDict[tuple[EarlierClient, str], int] = OrderedDict()
        self._turn = Lock()

    def note(self, client: EarlierClient, thing: str, position: int) -> None:
        """Notes that a client is shown something as it is at a position."""
        with self._turn:
            self._positions[client, thing] = position
            self._positions.move_to_end((client, thing))
            if len(self._positions) > self._most:
                self._positions.popitem(last=False)

    def position(self, client: EarlierClient, thing: str) -> int | None:
        """Returns as of which position a client saw something; None if that is not known."""
        with self._turn:
            return self._positions.get((client, thing))


def stack_key(name: str) -> str:
    """Returns what a stack is noted by: no id of a component is like it."""
    return f"stack {name}"


class RenamedStacks:
    """Names that stacks had until a client renamed them: it deletes the one of the old name afterwards.

    They are kept for each token, wherever it is used: a client's two requests may take two ways.

    Args:
        clock: Tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._turn = Lock()

    def note(self, token_id: str, name: str) -> None:
        """Notes that a stack had a name until it was renamed with a token."""
        with self._turn:
            self._until[token_id, name] = self._clock() + REMEMBERED
            self._until.move_to_end((token_id, name))
            if len(self._until) > _MOST_RENAMED:
                self._until.popitem(last=False)

    def take(self, token_id: str, name: str) -> bool:
        """Tells whether a stack was renamed from a name a moment ago; once for each time."""
        with self._turn:
            return self._until.pop((token_id, name), 0) > self._clock()
