"""Running something on a stack, as the Python API does it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zenml.api.runs_ledgers import ledger_of_this_year
from zenml.domain.run_events import RunFinished
from zenml.ledger.ids import utc_now
from zenml.ledger.origin import origin
from zenml.runs.child import Ended, run_command
from zenml.runs.configuration import Configuration, configuration
from zenml.runs.opening import open_runs
from zenml.runs.started import RunRequest, started
from zenml.runs.variables import variables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.api.recording import Recording
    from zenml.domain.run_events import RunStarted
    from zenml.stores.runs.store import RunsStore


class BegunRun(NamedTuple):
    """A run that was recorded to have begun.

    Attributes:
        event: Its first event.
        configuration: What it runs with.
        store: Where it is recorded.
    """

    event: RunStarted
    configuration: Configuration
    store: RunsStore


def begin(asking: Recording, request: RunRequest, stack_name: str | None) -> BegunRun:
    """Records that a run begins.

    Raises:
        LedgerError: It cannot be recorded, and must not be run.
    """
    row = ledger_of_this_year(asking)
    with asking.reading() as snapshot:
        chosen = configuration(snapshot, stack_name)
        profile = snapshot.active.profile
    assert profile is not None  # the ledger is one of its own
    store = open_runs(asking.config_directory, profile, row)
    root = str(asking.root) if asking.root else None
    event = started(chosen, origin(None, root, asking._reason), request, None)
    store.append([event])
    return BegunRun(event, chosen, store)


def finish(run: BegunRun, ended: Ended) -> None:
    """Records how a run ended."""
    run.store.append(
        [
            RunFinished(
                run_id=run.event.run_id,
                outcome=ended.outcome,
                exit_code=ended.exit_code,
                signal=ended.signal,
                time=utc_now(),
            )
        ]
    )


def run(asking: Recording, words: Sequence[str], stack_name: str | None, name: str | None) -> Ended:
    """Runs a command on a stack, and records that it did."""
    request = RunRequest(name=name, command=tuple(words), folder=os.getcwd())
    begun = begin(asking, request, stack_name)
    ended = run_command(words, variables(begun.event.run_id, begun.configuration))
    finish(begun, ended)
    return ended
