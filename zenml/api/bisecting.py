"""Finding the first change after which a command fails, by trying it on copies of the configuration."""

from __future__ import annotations

from collections import namedtuple

from zenml.api.trial_copies import SKIP, Copies
from zenml.documents.throw_away import throw_away_folder
from zenml.domain.errors import InvalidValueError
from zenml.snapshot.points import find_point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from zenml.api.looking_back import LookingBack
    from zenml.history.changes import ChangeInfo
    from zenml.projections.timeline.history import ChangeRow


class Trial(namedtuple("Trial", "change exit_code")):
    """One try: after which change, and how the command ended; None if the copy could not be made so."""

    __slots__ = ()
    change: str
    exit_code: int | None

    @property
    def verdict(self) -> str:
        """``good``, ``bad`` or ``skipped``."""
        return "good" if self.exit_code == 0 else "skipped" if self.exit_code in (None, SKIP) else "bad"


class Culprit(namedtuple("Culprit", "first steps suspects")):
    """What came out.

    Attributes:
        first: The first change after which the command fails; None if skipped ones are in between.
        steps: What was tried, in order.
        suspects: Those of which one must be it: only the first, if it is known.
    """

    __slots__ = ()
    first: ChangeInfo | None
    steps: list[Trial]
    suspects: list[ChangeInfo]


def bisect(
    repository: LookingBack,
    good: str | datetime,
    bad: str | datetime,
    command: Sequence[str],
    notify: Callable[[str], None],
) -> Culprit:
    """Returns what `Repository.bisect` says; ``notify`` is called with what is tried."""
    with repository.reading() as snapshot:
        ends = [find_point(snapshot.connection, snapshot.ledger_id, point).change for point in (good, bad)]
    if ends[0].number >= ends[1].number:
        raise InvalidValueError(
            "The good change is not older than the bad one.",
            code="good_not_older",
        )
    between = repository.at(ends[1].letters).history(after=ends[0].number, reverse=True)
    if not between:
        raise InvalidValueError("No change lies between the two.", code="nothing_between")
    with throw_away_folder("bisect") as folder:
        trial = Copies(repository, command, folder)
        steps = [_expected(trial, ends[1], notify, good=False), _expected(trial, ends[0], notify, good=True)]
        low, high, skipped = -1, len(between) - 1, set[int]()
        while untried := [index for index in range(low + 1, high) if index not in skipped]:
            middle = min(untried, key=lambda index: abs(2 * index - low - high))
            change = between[middle]
            notify(f"{high - low} changes are left. Trying {change.change}: {change.told}")
            step = Trial(change.change, trial.run(change.letters))
            notify(f"Change {step.change} is {step.verdict}.")
            steps.append(step)
            if step.verdict == "skipped":
                skipped.add(middle)
            elif step.verdict == "good":
                low = middle
            else:
                high = middle
    suspects = between[low + 1 : high + 1]
    return Culprit(suspects[0] if len(suspects) == 1 else None, steps, suspects)


def _expected(trial: Copies, change: ChangeRow, notify: Callable[[str], None], *, good: bool) -> Trial:
    """Tries one of the ends, which has to be as the caller says.

    Raises:
        InvalidValueError: It is not.
    """
    name = trial.short(change.letters)
    notify(f"Trying {name}, which should be {'good' if good else 'bad'}.")
    step = Trial(name, trial.run(change.letters))
    if step.verdict != ("good" if good else "bad"):
        ended = "could not be tried" if step.verdict == "skipped" else f"ended with {step.exit_code}"
        raise InvalidValueError(
            f"The command {ended} at change {name}, which should be {'good' if good else 'bad'}.",
            "Give another change, or check what the command printed above.",
        )
    return step
