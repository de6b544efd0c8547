"""Asks Git about a working tree, so that nothing is run that the repository configures, for a bounded time."""

from __future__ import annotations

import contextlib
import os
import sys
import time

from zenml.files.inherited import inherited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATIENCE = 5.0
"""Seconds that one question may take: a run begins late then, but it begins."""

_MOST = 64 * 1024 * 1024
"""Bytes of an answer; a longer one is none."""

_NOTHING_RUNS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.askPass": "",
    "protocol.ext.allow": "never",
    "maintenance.auto": "false",
    "gc.auto": "0",
    "diff.submodule": "short",
    "status.submoduleSummary": "false",
}
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # for a Git that does not know that yet: a program that fetches is named in the repository
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "SSH_ASKPASS_REQUIRE": "never",
    "LC_ALL": "C",
}


class GitTooSlowError(Exception):
    """Git took too long, and was ended. Says so in a sentence."""


def ask(folder: str, arguments: Sequence[str], settings: Mapping[str, str] | None = None) -> GitQuestion | None:
    """Asks Git something, which it answers while others go on; None if it cannot be started.

    Args:
        folder: Where it is asked.
        arguments: Its command, word by word.
        settings: More of what it is to be configured with, whatever the repository says.
    """
    plain = {name: value for name, value in inherited().items() if not name.startswith("GIT_")}
    chosen = {**_NOTHING_RUNS, **(settings or {})}
    numbered = {"GIT_CONFIG_COUNT": str(len(chosen))}
    for number, (key, value) in enumerate(chosen.items()):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    try:
        program = _program()
        if program is None:
            return None
        command = [program, "--no-pager", "-C", folder, *arguments]
        return GitQuestion(command, {**plain, **_ENVIRONMENT, **numbered}, folder)
    except (OSError, ValueError):  # the working directory was removed, or it cannot be started
        return None


def _program() -> str | None:
    """Returns the path of Git; None without one. What is in the working directory is none, whatever its name."""
    name = "git.exe" if sys.platform == "win32" else "git"
    here = os.path.realpath(os.getcwd())
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.realpath(folder) != here and os.access(path, os.X_OK):
            return path
    return None


def applied_settings(settings: Mapping[str, str]) -> bool:
    """Tells whether Git applied the settings it was given; before 2.31 it ignores them.

    Args:
        settings: All that it says to be set, by the names as it writes them.
    """
    return all(settings.get(_as_git_writes(key)) == value for key, value in _NOTHING_RUNS.items())


def _as_git_writes(key: str) -> str:
    section, _, name = key.rpartition(".")
    return f"{section}.{name.lower()}"


if sys.platform == "win32":

    class _LateQuestion:
        """Something that Git is asked; it is only asked when the answer is wanted."""

        def __init__(self, command: list[str], environment: dict[str, str], folder: str) -> None:
            self._command, self._environment, self._folder = command, environment, folder

        def is_answered(self) -> bool:
            """Tells whether `answer` need not wait."""
            return False

        def answer(self) -> bytes | None:
            """Returns what Git answers; None if it refuses, or answers too much. Raises `GitTooSlowError`."""
            import subprocess

            nothing, piped = subprocess.DEVNULL, subprocess.PIPE
            streams: dict[str, int] = {"stdin": nothing, "stdout": piped, "stderr": nothing}
            try:
                ran = subprocess.run(self._command, **streams, env=self._environment, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                raise _too_slow(self._folder) from None
            except (OSError, ValueError):
                return None
            return ran.stdout if ran.returncode == 0 and len(ran.stdout) <= _MOST else None

        def close(self) -> None:
            """Does nothing: nothing is left of it."""

    GitQuestion = _LateQuestion

else:

    class _SpawnedQuestion:
        """Something that Git is asked, in a process of its own; `subprocess` takes longer to import.

        Args:
            command: The program and its arguments.
            environment: Its variables.
            folder: Where it is asked.

        Raises:
            OSError: It cannot be started.
        """

        def __init__(self, command: list[str], environment: dict[str, str], folder: str) -> None:
            self._folder = folder
            self._pieces, self._size, self._is_whole = list[bytes](), 0, False
            ours, its = os.pipe()
            os.set_blocking(ours, False)
            try:
                streams = (
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, its, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                )
                self._child = os.posix_spawnp(command[0], command, environment, file_actions=streams, setpgroup=0)
            except BaseException:
                os.close(ours)
                raise
            finally:
                os.close(its)
            self._answers = ours

        def is_answered(self) -> bool:
            """Tells whether `answer` need not wait; takes what is there, for Git stops where nobody reads."""
            try:
                return self._took_all()
            except OSError:  # as `answer` will see
                return True

        def answer(self) -> bytes | None:
            """Returns what Git answers; None if it refuses, or answers too much. Closes the question.

            Raises:
                GitTooSlowError: It took too long, since this was called: nobody may have read before.
            """
            end = time.monotonic() + PATIENCE
            try:
                while not self._took_all():
                    self._wait(end - time.monotonic())
                if not self._is_whole:
                    return None
                child, self._child = self._child, 0
                _, status = os.waitpid(child, 0)
                return b"".join(self._pieces) if os.waitstatus_to_exitcode(status) == 0 else None
            except OSError:
                return None
            finally:
                self.close()

        def close(self) -> None:
            """Ends Git, if it has not answered."""
            if self._answers < 0:
                return
            os.close(self._answers)
            self._answers = -1
            if self._child:
                import signal

                with contextlib.suppress(OSError):
                    os.killpg(self._child, signal.SIGKILL)
                with contextlib.suppress(OSError):
                    os.waitpid(self._child, 0)

        def _took_all(self) -> bool:
            """Takes what is there of the answer; returns whether that is all of it, or too much."""
            while self._size <= _MOST:
                try:
                    piece = os.read(self._answers, 1024 * 1024)
                except BlockingIOError:
                    return False
                if not piece:
                    self._is_whole = True
                    break
                self._pieces.append(piece)
                self._size += len(piece)
            return True

        def _wait(self, seconds: float) -> None:
            import select

            ready = select.poll()  # and not `select`, which knows the first thousand open files alone
            ready.register(self._answers, select.POLLIN)
            if seconds <= 0 or not ready.poll(seconds * 1000):
                raise _too_slow(self._folder)

    GitQuestion = _SpawnedQuestion


def _too_slow(folder: str) -> GitTooSlowError:
    return GitTooSlowError(f"Git took longer than {PATIENCE:g} seconds in {folder}.")
