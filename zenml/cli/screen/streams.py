"""The standard streams where they are closed, full, or nobody reads them any more.

What a command answers goes to standard output: if it cannot be written, the command must say so. What it reports
on the way goes to standard error: if that cannot be written, the command goes on, because that is not the answer.
"""

from __future__ import annotations

import io
import os
import sys

from zenml.domain.errors import LedgerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer


class ReaderGoneError(Exception):
    """Nobody reads the answer any more, as with ``zenml history | head -1``.

    Not an `OSError`: at a broken pipe the parser would end the process by itself.
    """


class UnwrittenAnswerError(LedgerError):
    """The answer cannot be written."""


def prepare() -> None:
    """Makes the three standard streams fit for use, whatever the caller handed over."""
    _open_closed()
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open until the end
    sys.stdout = _prepared(sys.stdout, 1, _Answer)
    sys.stderr = _prepared(sys.stderr, 2, _Notices)


def knows_all(stream: TextIO) -> bool:
    """Tells whether a stream's encoding has every character: what is written to others is escaped.

    A stream without an encoding is text in memory, which has them all.
    """
    return not stream.encoding or stream.encoding.lower().replace("_", "-") in ("utf-8", "utf8")


def _open_closed() -> None:
    """Opens what the caller closed on nothing: else the next file that is opened would be a standard stream."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the system gives it the lowest number that is free: this one


def _prepared(stream: TextIO | None, number: int, kind: type[io.FileIO]) -> TextIO:
    if stream is None:
        stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # somebody replaced it on purpose
    buffered = isinstance(stream.buffer, io.BufferedWriter)  # not so with PYTHONUNBUFFERED
    if type(getattr(stream.buffer, "raw", stream.buffer)) is io.FileIO:  # and not a console of Windows
        stream.flush()
        file = kind(number, "w", closefd=False)
        stream = io.TextIOWrapper(
            io.BufferedWriter(file) if buffered else file,
            encoding=stream.encoding,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
    stream.reconfigure(errors="backslashreplace")  # names may be in any script; a terminal may not know it
    return stream


class _Answer(io.FileIO):
    """Standard output. Says once that it cannot be written; what comes after that is for nobody."""

    _is_closed = False

    def write(self, data: ReadableBuffer, /) -> int:
        rest = memoryview(data).cast("B")
        size = rest.nbytes
        try:
            while rest and not self._is_closed:  # the parser tries streams out by writing nothing
                count: int | None = super().write(rest)
                if count is None:  # others made the stream one that does not wait
                    import select

                    select.select([], [self], [])
                rest = rest[count or 0 :]
            return size
        except KeyboardInterrupt:
            self._is_closed = True  # else what was written just before the interrupt would be written once more
            raise
        except OSError as error:
            self._is_closed = True
            if isinstance(error, BrokenPipeError):
                raise ReaderGoneError from error
            raise UnwrittenAnswerError(
                f"The answer cannot be written to standard output: {error.strerror}.",
                'Whatever was recorded stays; run "zenml history" to see it.',
            ) from error


class _Notices(io.FileIO):
    """Standard error. What cannot be written is left out."""

    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        try:
            super().write(data)
        except OSError:
            return size
        return size
