"""Errors that a command line means nothing, and other ways in which a command ends before its time."""

from __future__ import annotations

from zenml.domain.errors import USAGE


class MisusedError(Exception):
    """A command line means nothing that could be done.

    Attributes:
        message: What is wrong, in one sentence.
        hint: What to type instead.
        exit_code: That of a command line that is wrong, as the parser's own errors have it.
    """

    exit_code = USAGE

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadValueError(Exception):
    """A command cannot take a value that was typed.

    Attributes:
        message: What is wrong, in one sentence.
        param_hint: The option or the argument that has the value; None where that goes without saying.
    """

    def __init__(self, message: str, *, param_hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param_hint = param_hint

    def format_message(self) -> str:
        """Returns what is wrong, as the parser words it."""
        hint = f" for {self.param_hint}" if self.param_hint else ""
        return f"Invalid value{hint}: {self.message}"


class ExitError(Exception):
    """A command has ended, and its exit code says something.

    Attributes:
        exit_code: What it says.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit {exit_code}")
        self.exit_code = exit_code


class NoAnswerError(Exception):
    """A question got no answer: it was declined, or the input has ended."""
