"""Commands that a test stops or kills while they run."""

from __future__ import annotations

import signal
import subprocess

from tests.support.program import ZENML, Home, Result

SECONDS = 180  # one that waits for a lock, and then for another one, takes longer than any other


def started(home: Home, *words: str) -> subprocess.Popen[str]:
    """Starts `zenml words…` as a process of its own."""
    return subprocess.Popen(
        [str(ZENML), *words],
        cwd=home.work,
        env=home.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], *words: str) -> Result:
    """Returns what a command answered once it has ended by itself; it never shows a traceback."""
    stdout, stderr = process.communicate(timeout=SECONDS)
    return Result(words, process.returncode, stdout, stderr).without_traceback()


def patiently(home: Home, *words: str) -> Result:
    """Runs a command that may have to wait for others."""
    return finished(started(home, *words), *words)


def killed(process: subprocess.Popen[str]) -> bool:
    """Kills a command (SIGKILL), which then does nothing more. Returns whether it had succeeded already."""
    process.kill()
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode in (0, -signal.SIGKILL), stdout + stderr
    return process.returncode == 0
