"""A command as a child of this process: it gets the terminal, the signals, and its own exit code."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import namedtuple
from collections.abc import Mapping, Sequence
from types import FrameType

from zenml.domain.run_events import RunOutcome

NOT_BEGUN, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127
"""Exit codes of what did not run: as `env` and `timeout` (GNU coreutils) and POSIX shells have them."""

_OF_A_SIGNAL = 128
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")


class Ended(namedtuple("Ended", "exit_code signal", defaults=(None,))):
    """How a command ended.

    Attributes:
        exit_code: Its exit code; 128 and the number of a signal that ended it, as a shell says.
        signal: The name of that signal, such as ``SIGKILL``; None for none.
    """

    __slots__ = ()
    exit_code: int
    signal: str | None

    @property
    def outcome(self) -> RunOutcome:
        """What is recorded of it."""
        if self.signal is not None:
            return "killed"
        return "failed" if self.exit_code else "succeeded"


def run_command(words: Sequence[str], variables: Mapping[str, str]) -> Ended:
    """Runs a command to its end.

    What ends this process on request is passed on to the command, which decides what to do; an interrupt from the
    terminal reaches it anyway.

    Args:
        words: The program and its arguments.
        variables: What it finds in its environment besides ours.
    """
    child: subprocess.Popen[bytes] | None = None

    def forward(number: int, frame: FrameType | None) -> None:
        if child is not None:
            child.send_signal(number)

    def leave(number: int, frame: FrameType | None) -> None:
        """The child gets it from the terminal."""

    before = {
        number: signal.signal(number, forward)
        for name in _FORWARDED
        if (number := getattr(signal, name, None)) is not None
    }
    before[signal.SIGINT] = signal.signal(signal.SIGINT, leave)
    try:
        child = subprocess.Popen(list(words), env={**os.environ, **variables})
        code = child.wait()
    except FileNotFoundError:
        return Ended(NOT_FOUND)
    except OSError:
        return Ended(NOT_EXECUTABLE)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Ended(_OF_A_SIGNAL - code, signal.Signals(-code).name) if code < 0 else Ended(code)
