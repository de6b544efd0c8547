"""How many may wait at once for something that takes long: a few of all, and fewer of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from zenml.domain.errors import BusyError

AT_ONCE = 8
"""Pages that wait for an undo, or for its rehearsal: each has a thread, of which others need some too."""

AT_ONCE_OF_ONE = 2
"""Those of them that were asked for with the same token: nobody alone keeps all others waiting."""


class Turns:
    """Counts those who wait. Threads use it at the same time."""

    def __init__(self) -> None:
        self._waiting = Counter[str]()
        self._turn = Lock()

    @contextmanager
    def waiting(self, token_id: str) -> Iterator[None]:
        """Counts whoever asks for as long as they wait.

        Args:
            token_id: The token that they ask with.

        Raises:
            BusyError: Too many wait already, all in all or with this token.
        """
        with self._turn:
            if self._waiting.total() >= AT_ONCE or self._waiting[token_id] >= AT_ONCE_OF_ONE:
                raise BusyError(
                    "Too many changes are undone, or looked at for that, at once. Try again in a moment."
                )
            self._waiting[token_id] += 1
        try:
            yield
        finally:
            with self._turn:
                self._waiting[token_id] -= 1
                self._waiting += Counter()  # keeps those alone who still wait
