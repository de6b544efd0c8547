"""The process that waits for the end of a run: what is recorded of it, and whether it is still there."""

from __future__ import annotations

import os

from zenml.domain.run_events import RunProcess
from zenml.ledger import sessions

_BOOT_DIGITS = 8
"""Of the 32 that name a start of the machine: those of one machine are told apart by fewer."""

_BOOT, _NAMESPACE = "/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"


def this_process() -> RunProcess:
    """Returns this process as a run records it."""
    pid = os.getpid()
    return RunProcess(pid=pid, started=sessions.started(pid), boot=_boot(), namespace=_namespace())


def is_gone(host: str | None, process: RunProcess) -> bool:
    """Tells whether a process is no longer there; no if it is on another host, or if nobody can tell.

    Args:
        host: The host that the run was started on; None if that was redacted.
        process: The process.
    """
    if host != sessions.host() or process.namespace != _namespace():
        return False
    if process.boot != _boot():
        return process.boot is not None
    return sessions.has_proc() and sessions.started(process.pid) != process.started


def is_there(host: str | None, process: RunProcess) -> bool:
    """Tells whether a process is still there; no if it is on another host, or if nobody can tell.

    Args:
        host: As of `is_gone`.
        process: The process.
    """
    if host != sessions.host() or (process.boot, process.namespace) != (_boot(), _namespace()):
        return False
    return process.boot is not None and sessions.has_proc() and sessions.started(process.pid) == process.started


def _boot() -> str | None:
    try:
        with open(_BOOT, encoding="utf-8") as file:
            return file.read(_BOOT_DIGITS)
    except OSError:
        return None


def _namespace() -> str | None:
    try:
        return os.readlink(_NAMESPACE).strip("pid:[]")
    except OSError:
        return None
