"""Runs the installed program on a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping

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
