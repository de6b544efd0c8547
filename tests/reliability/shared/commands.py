"""Commands that a test stops or kills while they run, or that have to wait."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.support.program import ZENML, Home, Result
from tests.support.sizes import ANSWER_LIMIT, IDLE_LIMIT, LOCK_LIMIT

SECONDS = 180  # one that waits for a lock, and then for another one, takes longer than any other

_HURRIED = f"""
from zenml.sharing import places
from zenml.stores import waiting
from zenml.stores.shared_database import mysql, postgresql

places.PATIENCE, waiting.LOCK_TIMEOUT = {ANSWER_LIMIT}, {LOCK_LIMIT}
mysql.IDLE_TIMEOUT = postgresql.IDLE_TIMEOUT = {IDLE_LIMIT}

from zenml.cli.entry import main

main()
"""
"""The program, with other limits. They are set before anything has looked at them."""


def started(home: Home, *words: str, hurried: bool = False) -> subprocess.Popen[str]:
    """Starts `zenml words…` as a process of its own.

    Args:
        home: The machine.
        words: The command line after the program's name.
        hurried: Whether it, and the database on its behalf, wait for the seconds in `tests/support/sizes.py`.
    """
    program = (sys.executable, "-c", _HURRIED) if hurried else (str(ZENML),)
    return subprocess.Popen(
        [*program, *words],
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
    return home.run(*words, seconds=SECONDS)


def killed(process: subprocess.Popen[str]) -> bool:
    """Kills a command (SIGKILL), which then does nothing more. Returns whether it had succeeded already."""
    process.kill()
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode in (0, -signal.SIGKILL), stdout + stderr
    return process.returncode == 0
