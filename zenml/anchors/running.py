"""Runs another program for a bounded time, and keeps a bounded part of what it says."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import IO, NamedTuple

from zenml.domain.errors import NotAllowedError
from zenml.domain.visible import visible
from zenml.files.inherited import inherited
from zenml.files.started import started

_PIECE = 64 * 1024
_LAST_WORDS = 1  # second, for what a program said before it ended; its children may hold the pipe for ever
_WIDEST = 200  # characters of a line that is shown


class Ran(NamedTuple):
    """How a program ended.

    Attributes:
        code: Its exit code; negative for the signal that ended it.
        out: The first bytes of its standard output.
        error: The first bytes of its standard error.
    """

    code: int
    out: bytes
    error: bytes

    @property
    def reason(self) -> str:
        """The first line of what it said, safe for a terminal, else its exit code or what ended it."""
        for said in (self.error, self.out):
            for line in said.decode("utf-8", errors="surrogateescape").splitlines():
                if line.strip():
                    return visible(line.strip()[:_WIDEST]).rstrip(".")
        if self.code >= 0:
            return f"its exit code was {self.code}"
        try:
            return f"it was ended by {signal.Signals(-self.code).name}"
        except ValueError:  # one that this Python has no name for
            return f"it was ended by signal {-self.code}"


def run(
    words: Sequence[str],
    *,
    seconds: float,
    given: bytes = b"",
    environment: Mapping[str, str] | None = None,
    most: int = _PIECE,
) -> Ran:
    """Runs a program without a shell and without a terminal.

    Args:
        words: The program and its arguments.
        seconds: How long it may take; then it is killed with whatever it started.
        given: Its standard input.
        environment: Its whole environment; that of this process, without keys, if None.
        most: Bytes that are kept of each of its outputs; the rest is read and dropped.

    Raises:
        NotAllowedError: It cannot be started, or took too long.
    """
    name = os.path.basename(words[0])
    with tempfile.TemporaryFile() as standard_input:  # a pipe would have to be written while others are read
        standard_input.write(given)
        standard_input.seek(0)

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                words,
                stdin=standard_input,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=inherited() if environment is None else environment,
                start_new_session=True,
            )

        try:
            with started(start, _kill) as process:
                assert process.stdout is not None
                assert process.stderr is not None
                outputs = [_Drained(process.stdout, most), _Drained(process.stderr, most)]
                code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise NotAllowedError(
                f"The program '{visible(name)}' took longer than {seconds:g} seconds, and was ended.",
                code="anchor_unreachable",
            ) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise NotAllowedError(
                f"The program '{visible(name)}' cannot be started: {reason}.", code="anchor_program", program=name
            ) from error
    return Ran(code, *(output.kept() for output in outputs))


class _Drained:
    """Reads a pipe to its end in a thread, so that the program never waits for a reader."""

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        self._pipe, self._most, self._kept = pipe, most, bytearray()
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def kept(self) -> bytes:
        self._thread.join(_LAST_WORDS)
        return bytes(self._kept)

    def _drain(self) -> None:
        with self._pipe as pipe:
            while piece := os.read(pipe.fileno(), _PIECE):
                self._kept += piece[: max(0, self._most - len(self._kept))]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a program, and on POSIX what it started."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
