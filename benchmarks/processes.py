"""Whole processes, and what they cost: processor time and memory, as the kernel counts them."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
import threading
from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.timing import Task

_COLUMNS, _LINES = 120, 40


class Cost(NamedTuple):
    """What a process cost.

    Attributes:
        seconds: Processor time, of the process and of what it started and waited for.
        memory: The most memory it had, in MiB.
        said: What it printed.
    """

    seconds: float
    memory: float
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
        process.returncode = os.waitstatus_to_exitcode(status)
        said.join()
    finally:
        os.close(ours)
    if process.returncode:
        raise RuntimeError(f"{words} failed: {said.text}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said.text)


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
