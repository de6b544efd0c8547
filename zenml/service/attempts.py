"""Counting wrong tokens, so that nobody can try many."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import NamedTuple

MOST = 10
"""Wrong tokens from one address within `SECONDS`."""

SECONDS = 60
_ADDRESSES = 10_000  # that are remembered: the one that was heard of last is forgotten last


class _Attempts(NamedTuple):
    since: float
    number: int


class WrongTokens:
    """The wrong tokens of the last minute, by where they came from.

    Args:
        clock: Returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._attempts: OrderedDict[str, _Attempts] = OrderedDict()

    def count(self, address: str) -> int:
        """Counts a wrong token.

        Args:
            address: The client's address.

        Returns:
            For how many seconds no more are answered; 0 if this one is.
        """
        source, now = _source(address), self._clock()
        since, count = self._attempts.pop(source, _Attempts(now, 0))
        if now - since >= SECONDS:
            since, count = now, 0
        self._attempts[source] = _Attempts(since, count + 1)
        if len(self._attempts) > _ADDRESSES:
            self._attempts.popitem(last=False)
        return ceil(since + SECONDS - now) if count >= MOST else 0

    def closed_for(self, address: str) -> int:
        """Returns for how many seconds no more are answered that come from an address; 0 if the next one is."""
        since, count = self._attempts.get(_source(address), _Attempts(0, 0))
        seconds = since + SECONDS - self._clock()
        return ceil(seconds) if count >= MOST and seconds > 0 else 0

    def __len__(self) -> int:
        return len(self._attempts)


def _source(address: str) -> str:
    """Returns whom an address counts for: whoever has one of IPv6 has the whole network of 64 bits."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
