"""What ``zenml run`` says on standard error: on what a command runs, and how it ended."""

from __future__ import annotations

from zenml.cli.screen.notices import notice
from zenml.runs.files import RecordedRuns
from zenml.snapshot.ages import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.api.run_commands import EndedRun
    from zenml.api.running import BegunRun, PreparedRun


def tell_beginning(asking: LookingBack, prepared: PreparedRun, begun: BegunRun | None) -> None:
    """Prints on which stack a command runs, and as of which change; and what could not be found out."""
    for sentence in prepared.notices:
        notice(sentence)
    stack, as_of = prepared.configuration.stack.name, ""
    if prepared.as_of is not None:
        change, summary, time = prepared.as_of
        as_of = f" as of change {change} ({summary}, {age(time)} ago)"
    which = (
        "unrecorded"
        if begun is None
        else f"as run {_short(asking, prepared.configuration.profile_ledger_id, begun.event.run_id)}"
    )
    notice(f"Running on stack '{stack}'{as_of}, {which}.")


def tell_end(asking: LookingBack, ended: EndedRun) -> None:
    """Prints how a command ended, and what is not recorded of that."""
    if ended.ended.problem:
        notice(ended.ended.problem)
    which = (
        "The command" if ended.run_id is None else f"Run {_short(asking, ended.profile_ledger_id, ended.run_id)}"
    )
    notice(f"{which} {_how(ended)}.")
    if ended.notice:
        notice(ended.notice)


def _how(ended: EndedRun) -> str:
    from datetime import timedelta

    from zenml.snapshot.ages import duration

    exit_code, signal, problem = ended.ended
    if problem is not None:
        return f"did not start (exit code {exit_code})"
    how = (
        f"was ended by {signal}" if signal else f"failed with exit code {exit_code}" if exit_code else "succeeded"
    )
    return f"{how} after {duration(timedelta(seconds=ended.seconds))}"


def _short(asking: LookingBack, profile_ledger_id: str, run_id: str) -> str:
    with RecordedRuns(asking.config_directory, profile_ledger_id) as recorded:
        return recorded.short(run_id)
