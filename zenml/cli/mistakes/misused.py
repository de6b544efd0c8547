"""The error that a command line means nothing."""

from __future__ import annotations

from zenml.domain.errors import USAGE


class MisusedError(Exception):
    """A command line names no command.

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
