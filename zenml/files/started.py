"""Programs that do not outlive who started them: whatever ends this process ends them first."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any, TypeVar

    AnyText = TypeVar("AnyText", str, bytes)

_PATIENCE = 3
"""Seconds that a program has to tidy up: more may be missing from those that a system shutting down allows."""

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT")


@contextmanager
def started(
    start: Callable[[], subprocess.Popen[AnyText]], end: Callable[[subprocess.Popen[AnyText]], None]
) -> Iterator[subprocess.Popen[AnyText]]:
    """Starts a program, and ends it if this is left by an exception, such as one that a signal raises.

    A signal that comes while the program is being started waits until it is known what is to be ended: a program
    runs before its starter has its number.

    Args:
        start: Starts it.
        end: Ends it.

    Raises:
        OSError: It cannot be started.
    """
    process = None
    try:
        with _signals_held_back():
            process = start()
        yield process
    except BaseException:
        if process is not None:
            end(process)
        raise


def end_in_order(process: subprocess.Popen[AnyText]) -> None:
    """Ends a program, which has a moment to tidy up, and waits until it is gone."""
    from subprocess import TimeoutExpired

    process.terminate()
    with suppress(TimeoutExpired):
        process.wait(_PATIENCE)
    process.kill()
    process.wait()


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """While this is entered, what handlers would do waits; what ends this process on the spot still does."""
    kept: list[int] = []
    before: dict[int, Any] = {}

    def keep(number: int, frame: FrameType | None) -> None:
        kept.append(number)

    try:
        try:
            for name in _ENDING:
                number = getattr(signal, name, None)
                if number is not None and callable(handler := signal.getsignal(number)):
                    before[number] = handler
                    signal.signal(number, keep)
        except ValueError:  # the main thread alone gets signals, and this is another one
            before.clear()
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in kept:
            signal.raise_signal(number)
