"""What ``zenml history`` prints. Knows no parser: typed alone, it is answered without one."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.output import TABLE, emit_line
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import ONCE, WRAPS, Column, Table
from zenml.domain.change_ids import letters
from zenml.projections.timeline.history import says_approved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Unpack

    from zenml.history.changes import ChangeInfo
    from zenml.history.compare_targets import Comparison
    from zenml.history.history_filter import Wanted
    from zenml.repository import Repository
    from zenml.snapshot.snapshot import Snapshot

_PLAIN = ("init", "change", "undo", "redo")
_SCREENFULS = 1000
"""Changes a terminal gets unless told otherwise: nobody leafs through more, and drawing them takes a second."""


def list_changes(output: str = TABLE, at: str | None = None, **filters: Unpack[Wanted]) -> None:
    """Prints the changes that are wanted; at a point in the past, those up to there as they were then."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        is_profile_named = filters.get("everything") or filters.get("profile")
        announce(repository, snapshot, uses=NOTHING if is_profile_named else PROFILE)
    if output == TABLE:
        table = repository.ask(lambda snapshot: _table(snapshot, filters))
        if table.rows:
            show(table, paged=True)
        else:
            notice("No changes found.")
        return
    changes = repository.history(**filters)
    if output == "jsonl":
        for change in changes:
            emit_line(change.document())
        return
    answer(repository, {"changes": [change.document() for change in changes]}, output)


def list_between(repository: Repository, comparison: Comparison, output: str) -> bool:
    """Prints the changes between two points, and returns whether there are any.

    Raises:
        InvalidValueError: One side is not a point in time.
    """
    positions = [number for side in comparison if (number := side.number) is not None]
    numbers = sorted(positions)
    if len(numbers) < 2:
        from zenml.domain.errors import InvalidValueError

        raise InvalidValueError(
            "Changes can only be listed between two points in time.", "Give two changes, times or labels."
        )
    if positions != numbers:
        notice("The first point is later than the second: these are the changes from the second to the first.")
    first, last = numbers
    past = repository.at(repository.ask(lambda snapshot: snapshot.numbered(last)).letters)
    changes = past.history(after=first)
    if output != TABLE:
        answer(past, {"changes": [change.document() for change in changes]}, output)
    elif changes:
        show(past.ask(lambda snapshot: _changes_table(snapshot, changes)), paged=True)
    else:
        notice("No changes found.")
    return bool(changes)


def _table(snapshot: Snapshot, filters: Wanted) -> Table:
    from zenml.history.history_filter import history

    is_cut = fits() and filters.get("limit") is None
    if is_cut:
        filters = {**filters, "limit": _SCREENFULS}
    changes = list(history(snapshot, **filters))
    if is_cut and len(changes) == _SCREENFULS:
        notice(f"These are the newest {_SCREENFULS}; --limit shows more.")
    return _changes_table(snapshot, changes)


def _changes_table(snapshot: Snapshot, changes: list[ChangeInfo]) -> Table:
    """Returns changes as every list of them looks."""
    return _fitted_table(snapshot, changes) if fits() else _whole_table(snapshot, changes)


def _whole_table(snapshot: Snapshot, changes: list[ChangeInfo]) -> Table:
    """Returns all there is to see, for programs and for ``-o wide``."""
    from zenml.snapshot.ages import exact

    status = _Status(snapshot, changes)
    rows = [
        (
            change.change,
            exact(change.time),
            change.actor or "",
            change.kind,
            change.told,
            change.reason or "",
            status.of(change),
        )
        for change in changes
    ]
    return Table(("CHANGE", "TIME (UTC)", "ACTOR", "KIND", "SUMMARY", "REASON", "STATUS"), rows)


def _fitted_table(snapshot: Snapshot, changes: list[ChangeInfo]) -> Table:
    """Returns what people read: how long ago, and a kind only where it is an odd one."""
    from zenml.snapshot.ages import age

    def summary_of(change: ChangeInfo) -> str:
        return change.told if change.kind in _PLAIN else f"{change.kind}: {change.told}"

    status = _Status(snapshot, changes)
    rows = [
        (
            change.change,
            age(change.time),
            change.actor or "",
            summary_of(change),
            status.of(change),
            change.reason or "",
        )
        for change in changes
    ]
    undone = {number for number, change in enumerate(changes) if change.undone_by}
    columns = (
        "CHANGE",
        "AGO",
        Column("ACTOR", ONCE),
        Column("SUMMARY", WRAPS),
        Column("STATUS", WRAPS, len("followed by xxxx")),
        Column("REASON", ONCE),
    )
    return Table(columns, rows, faded=undone)


class _Status:
    """Words the status of changes."""

    def __init__(self, snapshot: Snapshot, changes: list[ChangeInfo]) -> None:
        self._snapshot = snapshot
        self._names = {change.change_id: change.change for change in changes}

    def of(self, change: ChangeInfo) -> str:
        """Returns the labels and the status of a change, in a few words."""
        words = [*(f"label '{label}'" for label in change.labels), *self._became(change)]
        return ", ".join([*words, *self._approved(change)])

    def _approved(self, change: ChangeInfo) -> list[str]:
        if not says_approved(self._snapshot.connection, change.change_id):
            return []
        from zenml.projections.approvals.given import approvals_of_change

        approvals = approvals_of_change(self._snapshot.connection, change.change_id)
        names = dict.fromkeys(approval.change.actor or "somebody" for approval in approvals)
        return [f"approved by {' and '.join(names)}"] if names else []

    def _became(self, change: ChangeInfo) -> list[str]:
        if change.undone_by:
            return [f"undone by {self._name(change.undone_by)}"]
        if change.next_to_undo:
            return ["next to undo"]
        return [f"followed by {self._name(change.later)}"] if change.later else []

    def _name(self, change_id: str) -> str:
        return self._names.get(change_id) or self._snapshot.short(letters(change_id))
