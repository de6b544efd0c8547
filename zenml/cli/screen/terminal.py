"""What a terminal gets beyond plain text: its colours, and a pager for what is longer than the screen."""

from __future__ import annotations

import os
import sys

from zenml.cli.screen.drawing import unstyled

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as system
    import subprocess
    from collections.abc import Callable
else:
    import _signal as system  # what `signal` is made of, as in `zenml.cli.mistakes.failures`

_NONE = ("", "cat")
"""Values that mean no pager."""

_CODES = {"bold": "1", "dim": "2", "italic": "3", "dim italic": "2;3", "red": "31", "green": "32"}
"""The styles there are, as terminals are told (ECMA-48, "SGR")."""

_USUAL = 80, 25
"""Columns and lines of a terminal that does not say how many it has."""


def styling() -> Callable[[str, str], str]:
    """Returns what gives a text a style, if standard output knows styles and NO_COLOR is not set."""
    return unstyled if os.environ.get("NO_COLOR") or not _obeys() or _is_dumb() else _styled


def _styled(text: str, style: str) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text and style else text


def _obeys() -> bool:
    """Tells whether standard output understands codes: a terminal, unless a variable says otherwise."""
    said = {"0": False, "1": True}.get(os.environ.get("TTY_COMPATIBLE", ""))
    forced = os.environ.get("FORCE_COLOR")
    if said is None:
        return forced != "" if forced is not None else sys.stdout.isatty()
    return said


def _is_dumb() -> bool:
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def size() -> tuple[int, int]:
    """Returns how many columns and lines the terminal has; COLUMNS and LINES take precedence.

    Of a dumb terminal only the two of them together are believed.
    """
    columns, lines = (_number(name) for name in ("COLUMNS", "LINES"))
    if columns is not None and lines is not None:
        return columns, lines
    if _obeys() and _is_dumb():
        return _USUAL
    found = _asked()
    return found[0] if columns is None else columns, found[1] if lines is None else lines


def _number(name: str) -> int | None:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else None


def _asked() -> tuple[int, int]:
    """Returns the size of the first standard stream that has one."""
    for descriptor in range(3):
        try:
            columns, lines = os.get_terminal_size(descriptor)
        except OSError:
            continue
        return columns or _USUAL[0], lines or _USUAL[1]
    return _USUAL


def page(text: str) -> None:
    """Prints a text; if it is longer than the screen, through the pager that ZENML_PAGER or PAGER names.

    ``less`` is the pager if neither names one, and ``cat`` or nothing means none. One that cannot be started
    is done without.
    """
    command = os.environ.get("ZENML_PAGER", os.environ.get("PAGER", "less")).strip()
    if command in _NONE or text.count("\n") < size()[1] or not _paged(command, text):
        sys.stdout.write(text)


def _paged(command: str, text: str) -> bool:
    """Tells whether a pager could be started; it has shown the text then, as far as anybody looked."""
    import shlex  # here: most answers have room on the screen
    import subprocess

    from zenml.files.inherited import inherited
    from zenml.files.started import end_in_order, started

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, env=variables, encoding="utf-8", errors="backslashreplace"
        )

    sys.stdout.flush()
    # what git sets too: end at once where all fits, keep colours, leave the text on the screen
    variables = {"LESS": "FRX", **inherited()}
    try:
        with started(start, end_in_order) as pager:  # in order, so that the terminal is as it was
            _shown(pager, text)
    except (OSError, ValueError):
        return False
    return True


def _shown(pager: subprocess.Popen[str], text: str) -> None:
    before = system.signal(system.SIGINT, system.SIG_IGN)  # Ctrl-C is the pager's, which shares the terminal
    try:
        pager.communicate(text)
    except BrokenPipeError:  # somebody has seen enough
        pager.wait()
    finally:
        system.signal(system.SIGINT, before)
