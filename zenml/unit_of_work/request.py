"""Who asks for a change, where from and how: known before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zenml.ledger.rehearsed import Rehearsed

Progress = Callable[[], AbstractContextManager[Callable[[int, int], None]]]
"""Gives a function to be told how many events came, and how many there are."""


@contextmanager
def no_progress() -> Iterator[Callable[[int, int], None]]:
    """Gives a function that does nothing."""
    yield lambda done, total: None


class Request(NamedTuple):
    """Who asks for a change, where from and how.

    Attributes:
        config_directory: The configuration folder.
        ledger_path: The ledger's file.
        root: The repository one is in, None outside of any.
        notify: Called with what happens on the way, a sentence at a time.
        words: The words of a command line; None in Python.
        reason: Why.
        idempotency_key: Under which the change is recorded once, however often it is asked for.
        dry_run: Decide everything and write nothing.
        progress: Shows how far a shared profile is brought up to date.
        planning: Gets what a dry run would record, for a plan of it; None where no plan is made.
    """

    config_directory: str
    ledger_path: str
    root: str | None
    notify: Callable[[str], None]
    words: Sequence[str] | None
    reason: str | None
    idempotency_key: str | None
    dry_run: bool
    progress: Progress = no_progress
    planning: list[Rehearsed] | None = None
