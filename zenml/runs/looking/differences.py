"""What is different between two runs: the configuration and who changed it, the code, the command, all else."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.errors import NotAllowedError
from zenml.history.compared_states import State, state_of
from zenml.history.state_diff import differences, pairs
from zenml.runs.looking.causes import Between, causes
from zenml.runs.looking.details import size
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.looking.finding_runs import check_now, find_row
from zenml.runs.looking.info import run_info
from zenml.runs.looking.unfinished import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.history.compared_states import ComparedThing
    from zenml.projections.timeline.differences import Difference
    from zenml.projections.timeline.history import ChangeRow
    from zenml.runs.looking.causes import Cause
    from zenml.runs.looking.info import RunInfo
    from zenml.snapshot.snapshot import Snapshot


class Ends(namedtuple("Ends", "first second")):
    """What something is for each of two runs; None where that is not known."""

    __slots__ = ()
    first: Any
    second: Any

    @property
    def same(self) -> bool | None:
        """Whether it is the same; None if that is not known."""
        if self.first is None or self.second is None:
            return None
        return bool(self.first == self.second)

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {"same": self.same, **self._asdict()}


class RunComparison(namedtuple("RunComparison", "first second configuration changes")):
    """Two runs, and what is different between them.

    Attributes:
        configuration: What is different in the stack and its components, from the first run to the second.
        changes: The changes that made it so, the newest first; of two stacks only what concerns components that
            both have.
    """

    __slots__ = ()
    first: RunInfo
    second: RunInfo
    configuration: list[Difference]
    changes: list[Cause]

    @property
    def is_set_anew(self) -> bool:
        """Whether a value was set in between, be it to what it was."""
        return bool(self.first.stack_digest != self.second.stack_digest)

    @property
    def code(self) -> Ends:
        """The code as each run found it; None where it is under no version control, or was not looked at."""
        return Ends(self.first.code, self.second.code)

    @property
    def command(self) -> Ends:
        """The words of the commands."""
        return Ends(self.first.command, self.second.command)

    @property
    def parameters(self) -> dict[str, Ends]:
        """What each was run with besides the stack, as far as it is different; None where there is no such one."""
        first, second = self.first.parameters, self.second.parameters
        return _different(first, second)

    @property
    def software(self) -> dict[str, Ends]:
        """The versions that are different."""
        return _different(self.first.software, self.second.software)

    @property
    def outcome(self) -> Ends:
        """What became of them."""
        return Ends(self.first.outcome, self.second.outcome)

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "first": self.first.document(),
            "second": self.second.document(),
            "configuration": {
                "same": not self.configuration,
                "set_anew": self.is_set_anew,
                "differences": [difference.document() for difference in self.configuration],
            },
            "changes": [cause.document() for cause in self.changes],
            "code": self.code.document(),
            "command": self.command.document(),
            "parameters": {name: ends.document() for name, ends in self.parameters.items()},
            "software": {name: ends.document() for name, ends in self.software.items()},
            "outcome": self.outcome.document(),
        }


def run_comparison(snapshot: Snapshot, config_directory: str, first: str, second: str) -> RunComparison:
    """Returns what is different between two runs, given by their names or letters.

    Raises:
        RunNotFoundError: There is no such run.
        NotAllowedError: This machine's ledger ends before one of them.
    """
    check_now(snapshot)
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        one, other = (
            run_info(row, recorded.short(row.run_id), *became(config_directory, row))
            for row in (find_row(snapshot, recorded, word) for word in (first, second))
        )
    for info in (one, other):
        if info.position > size(snapshot):
            raise NotAllowedError(
                f"The ledger on this machine ends before run {info.run} began: what it ran with is not known here."
            )
    found = list(_found(snapshot, one, other))
    made = [(row, difference) for row, difference in found if row is not None]
    return RunComparison(one, other, [difference for _, difference in found], causes(snapshot, made))


def _found(snapshot: Snapshot, one: RunInfo, other: RunInfo) -> Iterator[tuple[ChangeRow | None, Difference]]:
    """Yields what is different in the configuration, each with the change that made it so."""
    states = [_state(snapshot, info) for info in (one, other)]
    is_one_stack = one.stack_id == other.stack_id
    if not is_one_stack:
        states = [_as_one_stack(state) for state in states]
    between = Between(snapshot, *sorted((one.position, other.position)))
    placed: dict[str, ChangeRow | None] = {}  # by component type: what gave the stack another one
    for before, after in sorted(pairs(*states), key=_stacks_first):
        here = [State(states[0].source, [thing] if thing else []) for thing in (before, after)]
        for difference in differences(*here):
            yield (
                _writer(between, before, after, difference, placed, one.stack_id if is_one_stack else ""),
                difference,
            )


def _writer(
    between: Between,
    before: ComparedThing | None,
    after: ComparedThing | None,
    difference: Difference,
    placed: dict[str, ChangeRow | None],
    stack_id: str,
) -> ChangeRow | None:
    """Returns the change that made a difference; of a component that came or went, what put it into the stack."""
    thing = after or before
    assert thing is not None  # a pair has one at least
    if thing.kind == "stack":
        if not stack_id:
            return None
        row = between.writer("stack", stack_id, difference.field)
        placed[difference.field] = row
        return row
    if before is None or after is None:
        return placed.get(thing.component_type)
    return between.writer("component", thing.thing_id or "", difference.field)


def _state(snapshot: Snapshot, info: RunInfo) -> State:
    """Returns the stack of a run and its components, as they are compared."""
    whole = state_of(snapshot.connection, snapshot.ledger_id, info.position, "", None)
    things = [thing for thing in whole.things if thing.kind in ("stack", "component")]
    stacks = [thing for thing in things if thing.thing_id == info.stack_id]
    held = {value.identity for stack in stacks for value in stack.fields.values()}
    return State(whole.source, [thing for thing in things if thing in stacks or thing.thing_id in held])


def _as_one_stack(state: State) -> State:
    """Returns a state whose stack is compared with any other one: as one that got another name and components."""
    stack = "stack"
    return state._replace(
        things=[thing._replace(thing_id=stack) if thing.kind == stack else thing for thing in state.things]
    )


def _stacks_first(pair: tuple[ComparedThing | None, ComparedThing | None]) -> bool:
    thing = pair[1] or pair[0]
    return thing is not None and thing.kind != "stack"


def _different(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Ends]:
    return {
        name: Ends(first.get(name), second.get(name))
        for name in sorted({*first, *second})
        if first.get(name) != second.get(name)
    }
