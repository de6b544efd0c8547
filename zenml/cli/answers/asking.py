"""Asks somebody at a terminal, or whatever answers on standard input."""

from __future__ import annotations

import sys

import typer

from zenml.domain.errors import InvalidValueError


def read_line(question: str, *, hidden: bool = False) -> str:
    """Asks on standard error, which leaves standard output to data, and returns the answer.

    Raises:
        typer.Abort: Nobody answers: standard input has ended.
        InvalidValueError: What was answered is not text.
    """
    if hidden and sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{question}: ", stream=sys.stderr)
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise _not_text() from error
    if not line:
        print(file=sys.stderr)  # what follows is not the answer, so it begins on a new line
        raise typer.Abort
    return line.rstrip("\n")


def ask_yes_or_no(question: str, *, err: bool) -> bool:
    """Asks as ZenML does, until the answer is yes or no. Raises as `read_line` does."""
    try:
        return typer.confirm(question, err=err)
    except typer.Abort:
        print(file=sys.stderr if err else sys.stdout, flush=True)
        raise
    except UnicodeDecodeError as error:
        raise _not_text() from error


def _not_text() -> InvalidValueError:
    return InvalidValueError("The answer is not UTF-8 text.", "Run the command again, and answer in UTF-8.")
