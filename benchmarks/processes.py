"""Whole processes, and what they cost: processor time and memory, as the kernel counts them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping
from time import perf_counter
from typing import NamedTuple

from benchmarks.timing import Task

_COLUMNS, _LINES = 120, 40
_WAITING = """
import os, resource, sys
code = os.spawnv(os.P_WAIT, sys.argv[1], sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


class Cost(NamedTuple):
    """What a process cost.

    Attributes:
        seconds: Processor time, of the process and of what it started and waited for.
        passed: Seconds on the clock.
        said: What it printed.
    """

    seconds: float
    passed: float
    said: str


def cost(words: list[str], environment: Mapping[str, str], folder: str, *, terminal: bool = False) -> Cost:
    """Runs a process to its end, its output into a pipe or onto a terminal of 120 columns.

    Raises:
        RuntimeError: The process fails: what it cost would say nothing.
    """
    ours, theirs = pty.openpty() if terminal else os.pipe()
    try:
        if terminal:
            termios.tcsetwinsize(theirs, (_LINES, _COLUMNS))
        began = perf_counter()
        process = subprocess.Popen(
            words,
            env=environment,
            cwd=folder,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        said = _Reader(ours)
        _, status, usage = os.wait4(process.pid, 0)
        passed = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.join()
    finally:
        os.close(ours)
    if process.returncode:
        raise RuntimeError(f"{words} failed: {said.text}")
    return Cost(usage.ru_utime + usage.ru_stime, passed, said.text)


def memory(words: list[str], environment: Mapping[str, str], folder: str, *, terminal: bool = False) -> float:
    """Returns the most memory that a process has, in MiB; run as by `cost`.

    A small process starts it: what one has that was forked counts from the size of its parent.
    """
    small = [sys.executable, "-S", "-c", _WAITING, *words]
    return int(cost(small, environment, folder, terminal=terminal).said.split()[-1]) / 1024


def worked(words: list[str], environment: Mapping[str, str], folder: str) -> Task:
    """Returns a task that runs a process whose output is a pipe, and returns its processor time."""
    return lambda: cost(words, environment, folder).seconds


def worked_on_terminal(words: list[str], environment: Mapping[str, str], folder: str) -> Task:
    """Returns a task that runs a process on a terminal, and returns its processor time."""
    return lambda: cost(words, environment, folder, terminal=True).seconds


class _Reader(threading.Thread):
    """Reads what a process says, so that it never waits for a reader."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(daemon=True)
        self._descriptor = descriptor
        self._parts: list[bytes] = []
        self.start()

    def run(self) -> None:
        while part := self._part():
            self._parts.append(part)

    def _part(self) -> bytes:
        try:
            return os.read(self._descriptor, 65536)
        except OSError:  # how a terminal whose other side is closed ends
            return b""

    @property
    def text(self) -> str:
        return b"".join(self._parts).decode()
