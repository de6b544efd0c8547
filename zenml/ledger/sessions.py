"""Sessions, which tell one terminal or one job from another.

A session is what `ZENML_SESSION` names. Without it, it is the session of the operating system: its leader's
process id and start, with ``tty`` in front if it has a controlling terminal.
"""

from __future__ import annotations

import os
import sys
from collections import namedtuple
from contextlib import suppress

VARIABLE = "ZENML_SESSION"

TERMINAL = "tty "
_NAMED = "named "  # in front of a name that could be taken for a session of the operating system
_UNKNOWN = "0"
_SESSION, _TTY, _START = 3, 4, 19  # proc(5): the fields 6, 7 and 22, counted from after the command's name
_DEVICES = {4: "tty", 136: "pts/"}  # by the major number of the terminal's device; see Linux's devices.txt
_FIRST = 1
"""The process of a container that its sessions are named after if their leader is outside of it."""


class Leader(namedtuple("Leader", "process started terminal")):
    """The process that leads the session of this one.

    Attributes:
        process: Its id.
        started: When it started: in clock ticks since the machine did, or in seconds since 1970; "0" if unknown.
        terminal: Whether the session has a controlling terminal.
    """

    __slots__ = ()
    process: int
    started: str
    terminal: bool


def session() -> str:
    """Returns the session of this process, as changes record it."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return f"{_NAMED}{chosen}" if is_of_the_system(chosen) else chosen
    if sys.platform == "win32":
        return f"process {os.getppid()}"
    session_leader = leader()
    is_known = session_leader.started != _UNKNOWN or has_proc()
    start = session_leader.started if is_known else _asked_start(session_leader.process)
    return f"{TERMINAL if session_leader.terminal else ''}{session_leader.process} {start}"


def host() -> str:
    """Returns the machine's name."""
    if sys.platform != "win32":
        return os.uname().nodename  # as `socket.gethostname`, without the import
    import socket

    return socket.gethostname()


def leader() -> Leader:
    """Returns what leads the session of this process; costs two small files, and asks no other program."""
    if sys.platform == "win32":
        return Leader(os.getppid(), _UNKNOWN, True)
    own = _stat("self")
    if own is None:
        return Leader(os.getsid(0), _UNKNOWN, _has_terminal())
    process = int(own[_SESSION]) or _FIRST
    return Leader(process, started(process), own[_TTY] != "0")


def has_proc() -> bool:
    """Returns whether the system lists processes in `/proc`, as Linux does."""
    return _stat("self") is not None


def started(process: int) -> str:
    """Returns when a process started, as far as `/proc` says so; "0" if it does not."""
    fields = _stat(str(process))
    return fields[_START] if fields else _UNKNOWN


def is_terminal(session: str | None) -> bool:
    """Returns whether a recorded session had a controlling terminal; one that was named never counts."""
    return session is not None and session.startswith(TERMINAL) and is_of_the_system(session)


def device(session: str) -> str:
    """Returns the name of a terminal, such as ``pts/3``; empty if its session ended or nobody can tell."""
    process, start = session.removeprefix(TERMINAL).split(" ")
    fields = _stat(process)
    if fields is None or fields[_START] != start:
        return ""
    number = int(fields[_TTY])
    name = _DEVICES.get(os.major(number))
    return f"{name}{os.minor(number)}" if name else ""


def is_of_the_system(session: str) -> bool:
    """Tells whether a recorded session is one of the operating system: a process id and its start."""
    words = session.removeprefix(TERMINAL).split(" ")
    return len(words) == 2 and all(word.isascii() and word.isdecimal() for word in words)


def _stat(process: str) -> list[str] | None:
    """Returns the fields of `/proc/<process>/stat` behind the command's name; None where there is no such file."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            # the name is in brackets and may contain any bytes, brackets too
            fields = file.read().rpartition(b")")[2].decode(errors="replace").split()
    except OSError:
        return None
    return fields if len(fields) > _START else None


def _has_terminal() -> bool:
    """Tells whether this process has a controlling terminal, where there is no `/proc` (macOS, BSD)."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _asked_start(process: int) -> str:
    """Returns when a process started as `ps` says it, in seconds since 1970; "0" where nobody can tell."""
    import calendar
    import subprocess
    import time

    command = ["ps", "-o", "lstart=", "-p", str(process)]
    plain = {**os.environ, "LC_ALL": "C", "TZ": "UTC0"}
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        output = subprocess.run(command, env=plain, capture_output=True, timeout=5, check=True, text=True).stdout
        return str(calendar.timegm(time.strptime(output.strip(), "%a %b %d %H:%M:%S %Y")))
    return _UNKNOWN
