"""Making a change again from its beginning: nothing of it was recorded, and nobody saw anything of it.

Four errors are about that:

- `NotLockedError`: the change writes to a shared ledger whose lock it does not hold. Raised in
  `stores.transactions`, caught in `UnitOfWork.change`: `Stores.not_locked` says why that ledger cannot be used, or
  makes of it an `AnotherLedgerError`.
- `AnotherLedgerError`: the change is to be begun with the lock of that ledger. Raised for the one before, and by
  `Stores.head_at` for a profile that is made in a database. Caught here, unless it was begun so already. In a
  block of `Repository.change` it reaches the caller: what is in the block cannot be done again.
- `AgainError`: others were in the way, or the lock was lost. Raised in `stores.shared_database.failures` and by
  `Stores.look_for`. Caught here: the change begins again after a pause, for as long as a writer waits.
- `CommitUnknownError`: the connection broke at the commit, or this machine's file could not follow. Raised in
  `stores.shared_database.failures` and `stores.shared.store`, caught in `UnitOfWork`: `Stores.look_for` asks the
  database, and raises `AgainError` if the change is not there. If nobody answers, the error reaches the caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from zenml.domain.errors import AgainError
from zenml.sharing.places import AnotherLedgerError, SharedLedger
from zenml.stores.waiting import LOCK_TIMEOUT

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
            import random  # here alone: it brings more than the whole module

            time.sleep(random.uniform(0, pause))  # not all at the same time again
            pause = min(1.0, 2 * pause)
