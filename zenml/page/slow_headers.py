"""How long a client may take for the head of a request: uvicorn alone would wait for it without end."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10


class TimedHeaders(H11Protocol):
    """A connection that is closed, with 408, if a request has begun and its head is not there in time."""

    seconds: float = SECONDS
    _timer: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def answer_to_slow(self) -> bytes:
        """Returns what is said before the connection is closed."""
        return b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Takes what came; whoever sends a head in small pieces gains no time by that."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._wait_no_more()
        elif self._timer is None and self.is_idle:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets to wait."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.write(self.answer_to_slow())
            self.transport.close()
