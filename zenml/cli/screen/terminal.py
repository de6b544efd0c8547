"""What a terminal gets beyond plain text: its colours, and a pager for what is longer than the screen."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager

from rich.console import Console

from zenml.files.inherited import inherited

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_NONE = ("", "cat")
"""Values that mean no pager."""


def console() -> Console:
    """Returns standard output as rich draws on it: in colours, unless NO_COLOR is set."""
    return Console(color_system=None if os.environ.get("NO_COLOR") else "auto")


def page(text: str) -> None:
    """Prints a text; if it is longer than the screen, through the pager that ZENML_PAGER or PAGER names.

    ``less`` is the pager if neither names one, and ``cat`` or nothing means none. One that cannot be started
    is done without.
    """
    command = os.environ.get("ZENML_PAGER", os.environ.get("PAGER", "less")).strip()
    if command in _NONE or text.count("\n") < console().height or not _paged(command, text):
        sys.stdout.write(text)


def _paged(command: str, text: str) -> bool:
    """Tells whether a pager could be started; it has shown the text then, as far as anybody looked."""
    sys.stdout.flush()
    # what git sets too: end at once where all fits, keep colours, leave the text on the screen
    variables = {"LESS": "FRX", **inherited()}
    try:
        pager = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, env=variables, encoding="utf-8", errors="backslashreplace"
        )
    except (OSError, ValueError):
        return False
    with _uninterrupted():
        try:
            pager.communicate(text)
        except BrokenPipeError:  # somebody has seen enough
            pager.wait()
    return True


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Leaves Ctrl-C to the pager, which shares the terminal."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
