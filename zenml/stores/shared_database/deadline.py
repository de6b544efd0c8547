"""Breaks a connection whose answer does not come in time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import AF_INET, SHUT_RDWR, SOCK_STREAM, fromfd

from zenml.stores.shared_database.sessions import DatabaseTrouble, Trouble


class Breaker:
    """Breaks a connection when the time of a question is up: a driver alone would wait for its answer for minutes.

    It has the connection's socket a second time, since a driver hides its own or wraps it for TLS. A thread sleeps
    until the time of a question is up, answered or not, and then looks which one is under way: to start or wake it
    for each would cost more than the questions do.
    """

    def __init__(self, descriptor: int) -> None:
        # not `socket.dup`: that makes the driver's own socket a blocking one, for which libpq waits forever
        self._socket = fromfd(descriptor, AF_INET, SOCK_STREAM)
        self._changed = threading.Condition()
        self._until = math.inf
        """When the answer that is waited for has to be there."""
        self._wakes: float | None = None
        """When the thread looks next; None if there is no thread yet."""
        self._broke = False

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Breaks the connection if what is done inside takes longer; that is `Trouble.SILENT`."""
        with self._changed:
            self._until = time.monotonic() + seconds
            if self._wakes is None:
                self._wakes = self._until
                threading.Thread(target=self._watch, daemon=True).start()
            elif self._until < self._wakes:
                self._changed.notify()
        try:
            yield
        except Exception as error:
            if self._broke:
                raise DatabaseTrouble(Trouble.SILENT, str(error)) from error
            raise
        finally:
            self._until = math.inf

    def close(self) -> None:
        """Gives up the socket; the thread ends."""
        with self._changed:
            self._socket.close()
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while self._socket.fileno() >= 0:
                left = self._until - time.monotonic()
                if left <= 0:
                    self._break()
                    return
                self._wakes = self._until
                self._changed.wait(None if math.isinf(left) else left)

    def _break(self) -> None:
        self._broke = True
        try:
            self._socket.shutdown(SHUT_RDWR)
        except OSError:  # it is broken already
            return
