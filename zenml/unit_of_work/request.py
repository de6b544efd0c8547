"""What somebody wants of a change before it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Request(NamedTuple):
    """What somebody said about a change before it is made.

    Attributes:
        config_directory: The configuration folder.
        ledger_path: The ledger's file.
        root: The repository one is in, None outside of any.
        notify: Called with what happens on the way, a sentence at a time.
        words: The words of a command line; None in Python.
        reason: Why.
        idempotency_key: Under which the change is recorded once, however often it is asked for.
        dry_run: Decide everything and write nothing.
    """

    config_directory: str
    ledger_path: str
    root: str | None
    notify: Callable[[str], None]
    words: Sequence[str] | None
    reason: str | None
    idempotency_key: str | None
    dry_run: bool
