"""Running a command on a stack, to its end."""

from __future__ import annotations

import os
import time
from collections import namedtuple

from zenml.api.runs.running import begin, finish, prepare, sees_nothing
from zenml.domain.errors import InvalidValueError
from zenml.runs.running.child import NOT_BEGUN, Ended, ForwardedSignals
from zenml.runs.running.variables import inherited_from_a_run, variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from zenml.api.looking_back import LookingBack
    from zenml.api.runs.running import BegunRun, PreparedRun, WantedRun
    from zenml.snapshot.snapshot import Snapshot


class EndedRun(namedtuple("EndedRun", "run_id ended seconds notice")):
    """A run of a command that has ended.

    Attributes:
        run_id: Its id; None if it was not recorded.
        ended: How it ended.
        seconds: How long it took.
        notice: Why its end is not recorded yet, as a sentence; None if it is.
    """

    __slots__ = ()
    run_id: str | None
    ended: Ended
    seconds: float
    notice: str | None


def run_command(
    asking: LookingBack,
    wanted: WantedRun,
    begins: Callable[[PreparedRun, BegunRun | None], None],
    *,
    looks: Callable[[Snapshot], None] = sees_nothing,
    recorded: bool = True,
) -> EndedRun:
    """Runs a command on a stack, and records that it did.

    Args:
        asking: Where one is.
        wanted: What is to be run.
        begins: Called when it is recorded that the command begins, and before it does; with None for the record of
            one that is not recorded.
        looks: Called with the look at everything in which its configuration is found.
        recorded: Whether it is recorded.

    Raises:
        LedgerError: It cannot begin. Once it has, nothing is raised.
    """
    words = wanted.command
    if not words or not words[0] or any("\0" in word for word in words):
        raise InvalidValueError("There is no command to run.", code="no_command")
    prepared = prepare(asking, wanted, looks, recorded=recorded)
    begun = begin(asking, prepared, wanted) if recorded else None
    with ForwardedSignals() as signals:
        ended, since, notice = Ended(NOT_BEGUN), time.monotonic(), None
        try:
            begins(prepared, begun)
            given = variables(
                begun.event.run_id if begun else None,
                prepared.configuration,
                prepared.secrets.values if wanted.with_secrets else (),
            )
            ended = signals.run(words, given, without=inherited_from_a_run(os.environ))
        finally:
            if begun is not None:
                notice = finish(begun, begun.end(ended.outcome, ended.exit_code, ended.signal))
    return EndedRun(begun.event.run_id if begun else None, ended, time.monotonic() - since, notice)
