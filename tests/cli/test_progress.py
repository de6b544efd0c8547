"""A bar is drawn for what takes long, on a terminal, and nowhere else."""

from __future__ import annotations

import io
import sys

import pytest

from zenml.cli.screen import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, patience: float) -> str:
    """Returns what is drawn while something is done."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    with progress.progress("Counting", "sheep") as update:
        for done in range(1, 4):
            update(done, 3)
    return stderr.getvalue()


def test_on_a_terminal_a_bar_is_drawn_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(monkeypatch, Terminal(), 0)
    assert "Counting" in text
    assert "3 of 3 sheep" in text
    assert text.endswith("\x1b[2K")  # the line is erased


def test_what_is_done_in_a_moment_has_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, Terminal(), 60) == ""


def test_where_there_is_no_terminal_there_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, io.StringIO(), 0) == ""
