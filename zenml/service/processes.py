"""Which process has a number, and since when: a number alone may be another program's by now."""

from __future__ import annotations

import os
import subprocess
import sys

_STATE, _START = 0, 19
"""Of what ``/proc/<pid>/stat`` says after the name (proc_pid_stat(5), fields 3 and 22)."""


def started(pid: int) -> str | None:
    """Returns when a process was started, in a form that is only good for comparing.

    Returns:
        None if there is no such process, or one that has ended and that nobody has asked after.
    """
    return _on_linux(pid) if sys.platform == "linux" else _elsewhere(pid)


def _on_linux(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()  # a name may have blanks and brackets in it
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()  # the time is counted from there
    except OSError:
        return None
    return None if fields[_STATE] in "ZX" else f"{boot} {fields[_START]}"


def _elsewhere(pid: int) -> str | None:
    asked = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    state, _, start = said.stdout.strip().partition(" ")
    return None if not start or state.startswith("Z") else start.strip()
