"""Asks somebody at a terminal, or whatever answers on standard input."""

from __future__ import annotations

import sys

import typer


def read_line(question: str, *, hidden: bool = False) -> str:
    """Asks on standard error, which leaves standard output to data, and returns the answer.

    Raises:
        typer.Abort: There is nobody to answer: standard input has ended.
    """
    if hidden and sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{question}: ", stream=sys.stderr)
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.rstrip("\n")


def confirmed(question: str) -> bool:
    """Asks whether to go on; only ``y`` and ``yes`` mean so. Raises `typer.Abort` as `read_line` does."""
    return read_line(f"{question} [y/N]").strip().lower() in ("y", "yes")
