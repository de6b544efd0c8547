"""A block of Python that is run on a stack, as `Repository.run` does it."""

from __future__ import annotations

from contextlib import contextmanager

from zenml.api.runs.run_object import CURRENT, Run
from zenml.api.runs.running import begin, finish, prepare
from zenml.domain.errors import NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.api.looking_back import LookingBack
    from zenml.api.runs.running import WantedRun
    from zenml.domain.run_events import RunOutcome

_INTERRUPT = 130
"""The exit code of a process that an interrupt ended, as a shell says it."""


@contextmanager
def run_block(asking: LookingBack, wanted: WantedRun) -> Iterator[Run]:
    """Records that the block begins, and how it ends.

    Raises:
        LedgerError: It cannot begin.
    """
    check_may_run(asking)
    prepared = prepare(asking, wanted)
    for sentence in prepared.notices:
        asking._notify(sentence)
    begun = begin(asking, prepared, wanted)
    chosen = prepared.configuration
    run = Run(
        asking,
        begun.event.run_id,
        chosen.profile_ledger_id,
        chosen.position,
        begun.event.to_fields(),
        wanted.redacted,
    )
    before = CURRENT.set(run)
    outcome: RunOutcome = "failed"
    exit_code: int | None = None
    signal: str | None = None
    try:
        yield run
        outcome = "succeeded"
    except KeyboardInterrupt:
        outcome, exit_code, signal = "killed", _INTERRUPT, "SIGINT"
        raise
    except SystemExit as end:
        outcome, exit_code = _of_exit(end.code)
        raise
    finally:
        CURRENT.reset(before)
        left = finish(begun, begun.end(outcome, exit_code, signal))
        if left is not None:
            asking._notify(left)


def around() -> str | None:
    """Returns the id of the run whose block of Python this is; None outside of any."""
    run = CURRENT.get()
    return run.run_id if run is not None else None


def check_may_run(asking: LookingBack) -> None:
    """Makes sure that something may be run from here.

    Raises:
        NotAllowedError: It is a dry run, or within a change.
    """
    if asking.dry_run:
        raise NotAllowedError("A dry run runs nothing.", "Run it without dry_run=True.")
    if asking._open is not None:
        raise NotAllowedError(
            "A run cannot begin within a change: others wait until the change is over.",
            "Begin it before the change, or after it.",
        )


def _of_exit(code: object) -> tuple[RunOutcome, int]:
    """Returns how a block ended that left the program, as Python's own exit code says it."""
    number = code if isinstance(code, int) else 0 if code is None else 1
    return ("failed" if number else "succeeded"), number
