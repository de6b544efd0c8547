"""Processes of tests: stopped and killed, so that it is certain when that has happened. For Linux alone."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

SECONDS = 60  # this only ends a hanging test


def freeze(pid: int) -> None:
    """Stops a child of this process (SIGSTOP); from the return on it does nothing more until SIGCONT."""
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def kill_family(pid: int) -> None:
    """Kills a child of this process and whatever it started (SIGKILL); on return none of them does anything more.

    A group of processes would not do: each of PostgreSQL's makes one of its own.
    """
    freeze(pid)  # it starts no other while these are counted, and those that end keep their numbers
    members = [os.pidfd_open(member) for member in (pid, *_children(pid))]
    for member in members:
        signal.pidfd_send_signal(member, signal.SIGKILL)
    for member in members:
        ended, _, _ = select.select([member], [], [], SECONDS)
        assert ended
        os.close(member)


def _children(pid: int) -> list[int]:
    """Returns all that came from a process, directly or not."""
    by_parent: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)):
            by_parent.setdefault(parent, []).append(int(entry.name))
    descendants = by_parent.get(pid, [])
    for descendant in descendants:  # grows while it is read
        descendants += by_parent.get(descendant, [])
    return descendants


def _parent(process: Path) -> int | None:
    try:
        fields = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None  # it has just ended
    return int(fields[1])
