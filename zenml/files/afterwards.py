"""What a process leaves for later: done when it pauses for a moment, and at its end at the latest.

Whoever makes many changes in a row so opens a file once, and writes once what can be made again. Nothing waits
here that was acknowledged. A process that forks does all of it before, and its child finds nothing to do.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Hashable
from time import monotonic

PAUSE = 0.5
"""Seconds without another change, after which is done what was left. With 0, nothing is left for later."""

_jobs: dict[Hashable, tuple[float, Callable[[], None]]] = {}
_lock = threading.Condition()
_waiting: threading.Thread | None = None


def is_immediate() -> bool:
    """Tells whether nothing is to be left for later."""
    return PAUSE <= 0


def leave(key: Hashable, do: Callable[[], None]) -> None:
    """Leaves something for later, in the place of what was left under the same key.

    Args:
        key: What it is.
        do: Does it, perhaps in another thread. Whatever may go wrong is its own concern.
    """
    global _waiting
    with _lock:
        _jobs.pop(key, None)
        if _waiting is None:
            _waiting = _started()
        if _waiting is not None:
            _jobs[key] = (monotonic() + PAUSE, do)
            return
    do()


def _started() -> threading.Thread | None:
    """Starts the thread that waits; None if none can be had: the process is about to end, or has too many."""
    waiting = threading.Thread(target=_wait, name="afterwards", daemon=True)
    try:
        waiting.start()
    except RuntimeError:
        return None
    return waiting


def take_back(key: Hashable) -> bool:
    """Takes back what was left under a key. Returns whether it was still there."""
    with _lock:
        return _jobs.pop(key, None) is not None


def finish() -> None:
    """Does everything that was left, in the order in which it was."""
    while (job := _next(float("inf"))) is not None:
        job()
    with _lock:
        waiting = _waiting
        _lock.notify_all()
    if waiting is not None and waiting is not threading.current_thread():
        waiting.join()


def _next(until: float) -> Callable[[], None] | None:
    """Takes the first of what is to be done by a time; None if nothing is."""
    with _lock:
        for key, (due, do) in _jobs.items():
            if due <= until:
                del _jobs[key]
                return do
    return None


def _wait() -> None:
    global _waiting
    while True:
        while (job := _next(monotonic())) is not None:
            job()
        with _lock:
            if not _jobs:
                _waiting = None
                return
            _lock.wait(max(0.0, min(due for due, _ in _jobs.values()) - monotonic()))


def _begin_anew() -> None:
    """Forgets, in the child of a fork, the thread that it does not have, and what another one may have left."""
    global _lock, _waiting
    _lock, _waiting = threading.Condition(), None
    _jobs.clear()


atexit.register(finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=finish, after_in_child=_begin_anew)
