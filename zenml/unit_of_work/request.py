"""Who asks for a change, where from and how: known before it is made."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zenml.ledger.rehearsed import Rehearsed

Progress = Callable[[], AbstractContextManager[Callable[[int, int], None]]]
"""Gives a function to be told how many events came, and how many there are."""


@contextmanager
def no_progress() -> Iterator[Callable[[int, int], None]]:
    """Gives a function that does nothing."""
    yield lambda done, total: None


class Request(
    namedtuple(
        "Request",
        "config_directory ledger_path root notify words reason idempotency_key dry_run progress planning",
        defaults=(no_progress, None),
    )
):
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

    __slots__ = ()
    config_directory: str
    ledger_path: str
    root: str | None
    notify: Callable[[str], None]
    words: Sequence[str] | None
    reason: str | None
    idempotency_key: str | None
    dry_run: bool
    progress: Progress
    planning: list[Rehearsed] | None
