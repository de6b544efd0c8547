"""What to do about files of runs that are not right, or closed: a table as in `zenml.cli.mistakes.next_steps`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS: Mapping[str, str | Callable[..., str]] = {
    "runs_altered": (
        'Run "zenml audit verify" to see what is wrong. Keep the damaged file, and restore a backup; '
        '"zenml ledger backup --help" says how.'
    ),
    "no_runs_of_year": 'Run "zenml runs list" to see the runs there are.',
    "runs_file_closed": "Its year is over: what happens now belongs to another run.",
    "runs_still_run": (
        'Wait for them, or end them; "zenml runs list --outcome running" shows them. '
        "One of another host is waited for until 30 days after its beginning."
    ),
    "runs_went_on": 'Run "zenml runs close {year}" again, and look at what it says.',
    "runs_of_service": 'Whoever runs the service runs "zenml runs close YEAR" there.',
    "year_not_over": 'Run "zenml runs close {year}" when it is.',
    "runs_went_back": (
        "Restore the newer file, or, if a backup was restored on purpose, "
        'run "zenml ledger accept" and then "zenml audit verify".'
    ),
}
"""Sentences with the values of a problem in braces, or functions that make one of them."""
