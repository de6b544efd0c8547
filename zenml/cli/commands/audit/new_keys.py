"""That a key was made to sign with, which whoever checks signatures has to know."""

from __future__ import annotations

from collections.abc import Iterable

from zenml.cli.screen.notices import notice
from zenml.domain.visible import visible


def say_new_keys(key_lines: Iterable[str | None]) -> None:
    """Says the lines by which others know a new key, each once; nothing if there are none."""
    lines = [line for line in dict.fromkeys(key_lines) if line is not None]
    if not lines:
        return
    what = "this line" if len(lines) == 1 else "these lines"
    notice(f"A key was made to sign with. Give {what} to your auditor by another way.")
    for line in lines:
        notice(visible(line))
