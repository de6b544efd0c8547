"""Making a change again from its beginning: nothing of it was recorded, and nobody saw anything of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from zenml.domain.errors import AgainError
from zenml.sharing.places import AnotherLedgerError, SharedLedger
from zenml.stores.protocol import LOCK_TIMEOUT

Answer = TypeVar("Answer")

_PAUSE = 0.05
"""Seconds before the second attempt at the most; then twice as many each time, up to one."""


def until_settled(make: Callable[[SharedLedger | None], Answer]) -> Answer:
    """Makes a change; again for the shared ledger that it turns out to write to, and again while others collide.

    Args:
        make: Makes it from the beginning, with the lock of a shared ledger.

    Raises:
        AgainError: Others were in the way for as long as a writer waits.
    """
    shared, pause, until = None, _PAUSE, time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            return make(shared)
        except AnotherLedgerError as error:
            if shared is not None and shared.place == error.shared.place:
                raise
            shared = error.shared
        except AgainError:
            if time.monotonic() > until:
                raise
            time.sleep(random.uniform(0, pause))  # not all at the same time again
            pause = min(1.0, 2 * pause)
