"""What the terminal says of an error or a notice from a Python program: with the commands to type."""

from __future__ import annotations

from zenml.cli.mistakes import hints
from zenml.domain.errors import LedgerError


def hint_of(error: LedgerError) -> str:
    """Returns what helps."""
    return hints.hint(error)


def worded(notices: list[str]) -> list[str]:
    """Returns sentences with what there is to do after each."""
    return [hints.sentence(notice) for notice in notices]
