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


def asked(folder: str, words: Sequence[str], settings: Mapping[str, str] | None = None) -> bytes | None:
    """Returns what Git answers; None if it cannot be started, refuses, or answers too much.

    Args:
        folder: Where it is asked.
        words: Its command.
        settings: More of what it is to be configured with, whatever the repository says.

    Raises:
        GitTooSlowError: It took too long.
    """
    plain = {name: value for name, value in inherited().items() if not name.startswith("GIT_")}
    chosen = {**_NOTHING_RUNS, **(settings or {})}
    numbered = {"GIT_CONFIG_COUNT": str(len(chosen))}
    for number, (key, value) in enumerate(chosen.items()):
        numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    try:
        program = _program()
    except OSError:  # the working directory was removed
        return None
    if program is None:
        return None
    command = [program, "--no-pager", "-C", folder, *words]
    try:
        return _answer(command, {**plain, **_ENVIRONMENT, **numbered}, folder)
    except (OSError, ValueError):
        return None


def _program() -> str | None:
    """Returns the path of Git; None without one. What is in the working directory is none, whatever its name."""
    name = "git.exe" if sys.platform == "win32" else "git"
    here = os.path.realpath(os.getcwd())
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.realpath(folder) != here and os.access(path, os.X_OK):
            return path
    return None


def heeded(settings: Mapping[str, str]) -> bool:
    """Tells whether Git has what it was told here among its settings: before 2.31 it does not look at that.

    Args:
        settings: All that it says to be set, by the names as it writes them.
    """
    return all(settings.get(_as_git_writes(key)) == value for key, value in _NOTHING_RUNS.items())


def _as_git_writes(key: str) -> str:
    section, _, name = key.rpartition(".")
    return f"{section}.{name.lower()}"


if sys.platform == "win32":

    def _answer(command: list[str], environment: dict[str, str], folder: str) -> bytes | None:
        import subprocess

        nothing = subprocess.DEVNULL
        try:
            ran = subprocess.run(
                command, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing, env=environment, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise _too_slow(folder) from None
        return ran.stdout if ran.returncode == 0 and len(ran.stdout) <= _MOST else None

else:

    def _answer(command: list[str], environment: dict[str, str], folder: str) -> bytes | None:
        """Asks without `subprocess`: importing that takes longer than Git does."""
        ours, its = os.pipe()
        with open(ours, "rb", buffering=0) as answers:
            try:
                streams = (
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, its, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                )
                child = os.posix_spawnp(command[0], command, environment, file_actions=streams, setpgroup=0)
            finally:
                os.close(its)
            answer, is_whole = b"", False
            try:
                answer, is_whole = _read(answers.fileno(), folder)
            finally:
                if not is_whole:
                    _kill(child)
                _, status = os.waitpid(child, 0)
        return answer if is_whole and os.waitstatus_to_exitcode(status) == 0 else None

    def _read(descriptor: int, folder: str) -> tuple[bytes, bool]:
        """Returns an answer, and whether it is all of it."""
        import select

        pieces, size, end = list[bytes](), 0, time.monotonic() + PATIENCE
        while size <= _MOST:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise _too_slow(folder)
            piece = os.read(descriptor, 1024 * 1024)
            if not piece:
                return b"".join(pieces), True
            pieces.append(piece)
            size += len(piece)
        return b"", False

    def _kill(child: int) -> None:
        import signal

        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)


def _too_slow(folder: str) -> GitTooSlowError:
    return GitTooSlowError(f"Git took longer than {PATIENCE:g} seconds in {folder}.")
