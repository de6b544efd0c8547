"""Asks somebody at a terminal, or whatever answers on standard input."""

from __future__ import annotations

import sys

from zenml.cli.mistakes.misused import NoAnswerError
from zenml.documents.opening import STANDARD_INPUT
from zenml.domain.errors import InvalidValueError


def read_line(question: str, *, hidden: bool = False) -> str:
    """Asks on standard error, which leaves standard output to data, and returns the answer.

    Raises:
        NoAnswerError: Nobody answers: standard input has ended.
        InvalidValueError: What was answered is not text.
    """
    if hidden and sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{question}: ", stream=sys.stderr)
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    line = _line()
    if not line:
        print(file=sys.stderr)  # what follows is not the answer, so it begins on a new line
        raise NoAnswerError
    return line.rstrip("\n")


def given(value: str, question: str) -> str:
    """Returns the value of an option; for ``-``, what standard input says.

    Everybody on a machine sees its command lines. At a terminal the value is asked for, and not shown.

    Raises:
        NoAnswerError: Somebody at the terminal ended the input.
        InvalidValueError: Standard input says nothing, or no text.
    """
    if value != STANDARD_INPUT:
        return value
    if sys.stdin.isatty():
        return read_line(question, hidden=True)
    line = _line().rstrip("\r\n")
    if not line:
        raise InvalidValueError("A '-' means standard input, and nothing is there.")
    return line


def _line() -> str:
    try:
        return sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise _not_text() from error


def ask_yes_or_no(question: str, *, err: bool) -> bool:
    """Asks as ZenML does, until the answer is yes or no. Raises as `read_line` does."""
    from typer import Abort, confirm

    try:
        return confirm(question, err=err)
    except Abort as error:
        print(file=sys.stderr if err else sys.stdout, flush=True)
        raise NoAnswerError from error.__context__
    except UnicodeDecodeError as error:
        raise _not_text() from error


def _not_text() -> InvalidValueError:
    return InvalidValueError("The answer is not UTF-8 text.", "Run the command again, and answer in UTF-8.")
