"""What ``zenml run --like`` makes of a run."""

from __future__ import annotations

from zenml.cli.screen.notices import notice
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.looking.finding_runs import find_row
from zenml.runs.running.rerun import cannot_be_as_then, command_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.api.runs.running import PreparedRun, WantedRun


def like_run(asking: LookingBack, wanted: WantedRun, run: str) -> WantedRun:
    """Returns what is wanted, completed by what a run was.

    Raises:
        RunNotFoundError: There is no such run.
        NotAllowedError: No command is given, and that of the run cannot be run again.
    """
    with (
        asking.reading() as snapshot,
        RecordedRuns(asking.config_directory, asking._with_runs_of_others(snapshot).ledger_id) as recorded,
    ):
        row = find_row(snapshot, recorded, run)
    began = row.began
    return wanted._replace(like=began, command=wanted.command or command_of(began, run))


def tell_what_is_not_as_then(prepared: PreparedRun, wanted: WantedRun) -> None:
    """Prints what a run like another one does not have as that one had it."""
    if wanted.like is not None:
        if wanted.stack is not None:
            now, then = prepared.configuration.stack.name, wanted.like["stack_name"]
            notice(f"The stack is '{now}' as it is now, and not '{then}' as the run had it.")
        for sentence in cannot_be_as_then(wanted.like, prepared.configuration, prepared.found, prepared.folder):
            notice(sentence)
