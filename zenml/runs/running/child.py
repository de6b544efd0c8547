"""A command as a child of this process: it gets the terminal, the signals, and its own exit code.

Nothing is put between the command and whoever started it: it has the streams, the open files, the process group
and the ignored signals of this process. So a shell stops and continues both, and a terminal interrupts both.
"""

from __future__ import annotations

import errno
import os
import sys
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as system
    from collections.abc import Mapping, Sequence
    from types import FrameType, TracebackType
    from typing import Any, Self

    from zenml.domain.run_events import RunOutcome
else:
    import _signal as system  # what `signal` is made of: importing that takes as long as starting a child

NOT_BEGUN, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127
"""Exit codes of what did not run: as `env` and `timeout` (GNU coreutils) and POSIX shells have them."""

_OF_A_SIGNAL = 128
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_OF_A_TERMINAL = ("SIGINT", "SIGQUIT")
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")
_ENDING = ("SIGTERM", "SIGHUP", *_OF_A_TERMINAL)
"""Signals after which a command is not even begun."""


class Ended(namedtuple("Ended", "exit_code signal problem", defaults=(None, None))):
    """How a command ended.

    Attributes:
        exit_code: Its exit code; 128 and the number of a signal that ended it, as a shell says.
        signal: The name of that signal, such as ``SIGKILL``; None for none.
        problem: Why it did not even start, as a sentence; None if it did.
    """

    __slots__ = ()
    exit_code: int
    signal: str | None
    problem: str | None

    @property
    def outcome(self) -> RunOutcome:
        """What is recorded of it."""
        if self.signal is not None:
            return "killed"
        return "failed" if self.exit_code else "succeeded"


class ForwardedSignals:
    """While this is entered, signals do not end this process: the command gets them, and decides what to do.

    An interrupt from the terminal reaches the command anyway, and is left to it then. A signal that this process
    was started to ignore stays ignored, by both. What comes before there is a command is kept for it.

    A signal that somebody sends to the whole process group reaches the command twice, as it does below `timeout`
    (GNU coreutils), which passes on in the same way. Nothing tells it apart: the sender that the system names is
    the same for `kill PID` and `kill -PGID`. Most supervisors signal this process alone, and one too many is
    better than none.
    """

    def __init__(self) -> None:
        self._child: int | None = None
        self._kept: list[int] = []
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None
        self._woken: int = -1

    def __enter__(self) -> Self:
        try:
            self._handle()
        except ValueError:  # the main thread alone gets signals, and this is another one
            self._before.clear()
        return self

    def _handle(self) -> None:
        for name in (*_FORWARDED, *_OF_A_TERMINAL):
            number = getattr(system, name, None)
            if number is not None and system.getsignal(number) != system.SIG_IGN:
                self._before[number] = system.signal(number, self._arrived)
        if sys.platform != "win32":
            # every signal leaves a byte, so that none is lost between a look and the wait that follows it
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
            self._woken = system.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
            self._before[system.SIGCHLD] = system.signal(system.SIGCHLD, lambda number, frame: None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            system.signal(number, handler)
        if self._pipe is not None:
            system.set_wakeup_fd(self._woken)
            for descriptor in self._pipe:
                os.close(descriptor)

    def run(self, words: Sequence[str], variables: Mapping[str, str], without: Sequence[str] = ()) -> Ended:
        """Runs a command to its end.

        Args:
            words: The program and its arguments.
            variables: What it finds in its environment besides ours.
            without: Variables of ours that it does not find.
        """
        ending = next((number for number in self._kept if number in _numbers(_ENDING)), None)
        if ending is not None:
            return _by_signal(ending)
        environment = {name: value for name, value in os.environ.items() if name not in without} | {**variables}
        try:
            return self._run(list(words), environment)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return Ended(NOT_FOUND, problem=f"There is no program '{words[0]}'.")
            reason = f"The program '{words[0]}' cannot be started: {error.strerror}."
            return Ended(NOT_EXECUTABLE, problem=reason)
        finally:
            self._child = None

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self._child is None:
            self._kept.append(number)
        elif number not in _numbers(_OF_A_TERMINAL) or not _is_in_foreground():
            self._send(number)

    def _send(self, number: int) -> None:
        try:
            if self._child is not None:
                os.kill(self._child, number)
        except OSError:  # it has another user's rights, or has ended just now
            return

    if sys.platform == "win32":

        def _run(self, words: list[str], environment: dict[str, str]) -> Ended:
            import subprocess

            with subprocess.Popen(words, env=environment) as process:
                self._child = process.pid
                return Ended(process.wait())

    else:

        def _run(self, words: list[str], environment: dict[str, str]) -> Ended:
            try:
                self._child = child = _spawned(words, environment)
            except OSError as error:
                if error.errno != errno.ENOEXEC:
                    raise
                # a script that names no interpreter: as `execvp` and a shell do
                script = ["/bin/sh", _found(words[0]), *words[1:]]
                self._child = child = _spawned(script, environment)
            while self._kept:
                self._send(self._kept.pop(0))
            ended, status = os.waitpid(child, os.WNOHANG if self._pipe else 0)
            while not ended and self._pipe is not None:
                os.read(self._pipe[0], 512)
                ended, status = os.waitpid(child, os.WNOHANG)
            self._child = None  # its number may be another process by now
            code = os.waitstatus_to_exitcode(status)
            return _by_signal(-code) if code < 0 else Ended(code)


def _spawned(words: list[str], environment: dict[str, str]) -> int:
    # Python ignores these for itself, which no program that is started expects
    return os.posix_spawnp(words[0], words, environment, setsigdef=_numbers(_IGNORED_BY_PYTHON))


def _found(program: str) -> str:
    """Returns the path of a program that was found."""
    folders = [] if "/" in program else os.get_exec_path()
    paths = (os.path.join(folder, program) for folder in folders)
    return next((path for path in paths if os.access(path, os.X_OK)), program)


def _by_signal(number: int) -> Ended:
    import signal

    try:
        name = signal.Signals(number).name
    except ValueError:  # one of the real-time signals, which have no names
        name = f"SIG{number}"
    return Ended(_OF_A_SIGNAL + number, name)


def _numbers(names: Sequence[str]) -> list[int]:
    return [number for name in names if (number := getattr(system, name, None)) is not None]


def _is_in_foreground() -> bool:
    """Tells whether the terminal sends its signals to this process, and so to its child, too."""
    if sys.platform == "win32":
        return True
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
