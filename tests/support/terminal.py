"""Runs the installed program on a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.support.program import SECONDS, ZENML, Home

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(
    home: Home, *words: str, columns: int = 80, rows: int = 50, env: Mapping[str, str] | None = None
) -> str:
    """Returns what `zenml words…` draws on a terminal of that many columns and rows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    variables = {**home.variables({"TERM": "xterm-256color", **(env or {})}), "COLUMNS": str(columns)}
    with subprocess.Popen(
        [str(ZENML), *words], cwd=home.work, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as program:
        os.close(theirs)
        drawn = b""
        try:
            while piece := os.read(ours, 65536):
                drawn += piece
        except OSError:  # Linux: the other end is closed
            pass
        program.wait(SECONDS)
    os.close(ours)
    return drawn.decode().replace("\r\n", "\n")


_LEAD = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("bash", ["bash", "-c", sys.argv[1]])
"""
# lines come through a pipe, so that the terminal repeats none of them; commands do not get it
_SHELL = r"""
while IFS= read -r line <&{typed}; do
  {{ eval "$line"; }} {typed}<&-
  printf '\001%s\002' $?
done
"""


class Terminal:
    """A shell that leads a session with a terminal of its own, as a window of a desktop or of tmux has one."""

    def __init__(self, home: Home, folder: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        self._ours, theirs = pty.openpty()
        # wide: sentences are not to be broken
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
        typed, self._keys = os.pipe()
        variables = {**home.variables({"TERM": "dumb", "NO_COLOR": "1", **(env or {})}), "COLUMNS": "400"}
        variables["PATH"] = f"{ZENML.parent}{os.pathsep}{variables['PATH']}"
        self._shell = subprocess.Popen(
            [sys.executable, "-c", _LEAD, _SHELL.format(typed=typed)],
            cwd=folder or home.work,
            env=variables,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=[typed],
            start_new_session=True,
        )
        self.device = os.ttyname(theirs).removeprefix("/dev/")
        os.close(theirs)
        os.close(typed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the shell, as closing the window does."""
        if self._shell.poll() is None:
            os.close(self._keys)
            self._shell.wait(SECONDS)
            os.close(self._ours)

    def start(self, line: str) -> None:
        """Types a line and does not wait for its answer."""
        os.write(self._keys, f"{line}\n".encode())

    def answer(self, check: int | None = 0) -> str:
        """Returns what the typed line draws, with plain line ends; it must exit with a code, unless None."""
        drawn = b""
        while not (found := re.search(rb"\x01(\d+)\x02$", drawn)):
            ready, _, _ = select.select([self._ours], [], [], SECONDS)
            assert ready, drawn.decode()
            drawn += os.read(self._ours, 65536)
        said = drawn[: found.start()].decode().replace("\r\n", "\n")
        assert "Traceback" not in said, said
        assert check is None or int(found[1]) == check, said
        return said

    def type(self, line: str, check: int | None = 0) -> str:
        """Types a line and returns its answer."""
        self.start(line)
        return self.answer(check)
