"""What ``zenml run`` says on standard error: on what a command runs, and how it ended."""

from __future__ import annotations

from zenml.cli.screen.notices import PROFILE, STACK, announce, notice
from zenml.runs.looking.files import RecordedRuns
from zenml.snapshot.ages import age, duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.api.runs.commands import EndedRun
    from zenml.api.runs.running import BegunRun, PreparedRun, WantedRun
    from zenml.snapshot.snapshot import Snapshot


class RunTold:
    """Says what happens in a run; what the run is called is looked up once, while nobody holds its file.

    Args:
        asking: Where one is.
        wanted: What is to be run.
    """

    def __init__(self, asking: LookingBack, wanted: WantedRun) -> None:
        self._asking = asking
        self._wanted = wanted
        self._called: str | None = None

    def looks(self, snapshot: Snapshot) -> None:
        """Prints what is wrong with the record, and which choices do not exist."""
        is_named = self._wanted.stack is not None or self._wanted.like is not None
        announce(self._asking, snapshot, uses=PROFILE if is_named else STACK, quiet=True)

    def begins(self, prepared: PreparedRun, begun: BegunRun | None) -> None:
        """Prints on which stack a command runs, and as of which change; and what could not be found out."""
        for sentence in prepared.notices:
            notice(sentence)
        chosen, as_of, which = prepared.configuration, "", "unrecorded"
        if prepared.as_of is not None:
            change, summary, time = prepared.as_of
            as_of = f" as of change {change} ({summary}, {age(time)} ago)"
        if begun is not None:
            with RecordedRuns(self._asking.config_directory, chosen.profile_ledger_id) as recorded:
                self._called = recorded.short(begun.event.run_id)
            which = f"as run {self._called}"
        notice(f"Running on stack '{chosen.stack.name}'{as_of}, {which}.")
        if self._wanted.like is not None:
            from zenml.cli.answers.runs.rerun import tell_what_is_not_as_then

            tell_what_is_not_as_then(prepared, self._wanted)

    def ended(self, ended: EndedRun) -> None:
        """Prints how the command ended, and what is not recorded of that."""
        if ended.ended.problem:
            notice(ended.ended.problem)
        which = "The command" if self._called is None else f"Run {self._called}"
        notice(f"{which} {_how(ended)}.")
        if ended.notice:
            notice(ended.notice)


def _how(ended: EndedRun) -> str:
    from datetime import timedelta

    exit_code, signal, problem = ended.ended
    if problem is not None:
        return f"did not start (exit code {exit_code})"
    how = f"was ended by {signal}" if signal else "succeeded"
    if signal is None and exit_code:
        how = f"failed with exit code {exit_code}"
    return f"{how} after {duration(timedelta(seconds=ended.seconds))}"
