"""What ``zenml audit anchor …`` prints. Knows no parser."""

from __future__ import annotations

import sys

from zenml.cli.mistakes.failures import report
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.domain.visible import visible
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zenml.anchors.anchor import Outcome
    from zenml.anchors.configured import ConfiguredAnchor
    from zenml.api.anchoring import Anchored


def add(kind: str, place: str, name: str | None, settings: Mapping[str, str], output: str) -> None:
    """Adds an anchor, and says under which name."""
    added = Repository(notify=notice).add_anchor(kind, place, name=name, **settings)
    if output != TABLE:
        emit({"anchor": added.document()}, output)
        return
    print(visible(f"Added anchor '{added.name}': {added.kind} {added.place}"))
    notice('Run "zenml audit anchor" to hand the first checkpoints to it.')


def list_all(output: str) -> None:
    """Prints the anchors."""
    anchors = Repository(notify=notice).anchors()
    if output != TABLE:
        emit({"anchors": [anchor.document() for anchor in anchors]}, output)
    elif not anchors:
        notice('No anchors found. Run "zenml audit anchor add --help" to see how to add one.')
    else:
        columns = ("NAME", "KIND", Column("PLACE", WRAPS), "LEDGERS", "EVENTS")
        show(Table(columns, map(_row, anchors)))


def remove(name: str) -> None:
    """Removes an anchor."""
    removed = Repository(notify=notice).remove_anchor(name)
    print(visible(f"Removed anchor '{removed.name}'; what it has stays at {removed.place}."))


def hand_over(output: str, *, record: bool) -> int:
    """Hands checkpoints over, and returns the exit code of the worst failure; 0 if nothing failed."""
    from zenml.cli.screen.progress import progress

    repository = Repository(notify=notice, command=sys.argv[1:])
    with progress("Handing over", "checkpoints") as update:
        done = repository.anchor(record=record, progress=update)
    if output != TABLE:
        emit(done.document(), output)
    else:
        _print(done)
    if done.new_key is not None:
        notice(f"A key was made to sign with; its line is {done.new_key}")
        notice("Give this line to your auditor by another way.")
    errors = [*done.refused, *(outcome.error for outcome in done.outcomes if outcome.error)]
    distinct = {error.message: error for error in errors}
    return max(map(report, distinct.values()), default=0)


def _print(done: Anchored) -> None:
    if done.outcomes and all(outcome.state == "unchanged" for outcome in done.outcomes):
        print("Nothing new since the last checkpoints were handed over.")
        return
    rows = [
        (
            outcome.anchor,
            _ledger(outcome),
            f"{outcome.size:,}",
            "failed" if outcome.error else outcome.sentence,
        )
        for outcome in done.outcomes
    ]
    if rows:
        show(Table(("ANCHOR", Column("LEDGER OF", WRAPS), "EVENTS", Column("RESULT", WRAPS)), rows))


def _ledger(outcome: Outcome) -> str:
    """Returns what a ledger is of, in words."""
    of = outcome.profile or "this machine"
    return of if outcome.runs is None else f"{of} (runs of {outcome.runs})"


def _row(anchor: ConfiguredAnchor) -> Iterable[str]:
    place = f"{anchor.place}, pushed to {anchor.settings['push']}" if "push" in anchor.settings else anchor.place
    events = sum(last.size for last in anchor.last.values())
    return anchor.name, anchor.kind, place, str(len(anchor.last)), f"{events:,}"
