"""What ``zenml history`` prints. Knows no parser: typed alone, it is answered without one."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.output import TABLE, emit_line
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import ONCE, WRAPS, Column, Table
from zenml.domain.change_ids import letters

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


def list_changes(output: str = TABLE, at: str | None = None, **wanted: Unpack[Wanted]) -> None:
    """Prints the changes that are wanted; at a point in the past, those up to there as they were then."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        named = wanted.get("everything") or wanted.get("profile")
        announce(repository, snapshot, uses=NOTHING if named else PROFILE)
    if output == TABLE:
        table = repository.ask(lambda snapshot: _table(snapshot, wanted))
        if table.rows:
            show(table, paged=True)
        else:
            notice("No changes found.")
        return
    found = repository.history(**wanted)
    if output == "jsonl":
        for change in found:
            emit_line(change.document())
        return
    answer(repository, {"changes": [change.document() for change in found]}, output)


def list_between(repository: Repository, found: Comparison, output: str) -> bool:
    """Prints the changes between two points, and tells whether there are any.

    Raises:
        InvalidValueError: One side is no point.
    """
    given = [number for side in found if (number := side.number) is not None]
    numbers = sorted(given)
    if len(numbers) < 2:
        from zenml.domain.errors import InvalidValueError

        raise InvalidValueError(
            "Changes can only be listed between two points in time.", "Give two changes, times or labels."
        )
    if given != numbers:
        notice("The first point is later than the second: these are the changes from the second to the first.")
    first, last = numbers
    asked = repository.at(repository.ask(lambda snapshot: snapshot.numbered(last)).letters)
    changes = asked.history(after=first)
    if output != TABLE:
        answer(asked, {"changes": [change.document() for change in changes]}, output)
    elif changes:
        show(asked.ask(lambda snapshot: _drawn(snapshot, changes)), paged=True)
    else:
        notice("No changes found.")
    return bool(changes)


def _table(snapshot: Snapshot, wanted: Wanted) -> Table:
    from zenml.history.history_filter import history

    cut = fits() and wanted.get("limit") is None
    if cut:
        wanted = {**wanted, "limit": _SCREENFULS}
    found = list(history(snapshot, **wanted))
    if cut and len(found) == _SCREENFULS:
        notice(f"These are the newest {_SCREENFULS}; --limit shows more.")
    return _drawn(snapshot, found)


def _drawn(snapshot: Snapshot, found: list[ChangeInfo]) -> Table:
    """Returns changes as every list of them looks."""
    return _fitted(snapshot, found) if fits() else _whole(snapshot, found)


def _whole(snapshot: Snapshot, found: list[ChangeInfo]) -> Table:
    """Returns all there is to see, for programs and for ``-o wide``."""
    from zenml.cli.options.times import exact

    status = _Status(snapshot, found)
    rows = [
        (it.change, exact(it.time), it.actor or "", it.kind, it.told, it.reason or "", status.of(it))
        for it in found
    ]
    return Table(("CHANGE", "TIME (UTC)", "ACTOR", "KIND", "SUMMARY", "REASON", "STATUS"), rows)


def _fitted(snapshot: Snapshot, found: list[ChangeInfo]) -> Table:
    """Returns what people read: how long ago, and a kind only where it is an odd one."""
    from zenml.cli.options.times import age

    def told(change: ChangeInfo) -> str:
        return change.told if change.kind in _PLAIN else f"{change.kind}: {change.told}"

    status = _Status(snapshot, found)
    rows = [(it.change, age(it.time), it.actor or "", told(it), status.of(it), it.reason or "") for it in found]
    undone = {number for number, it in enumerate(found) if it.undone_by}
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
    """Says what became of changes."""

    def __init__(self, snapshot: Snapshot, found: list[ChangeInfo]) -> None:
        self._now = snapshot
        self._names = {change.change_id: change.change for change in found}

    def of(self, change: ChangeInfo) -> str:
        """Returns its labels and what became of it, in a few words."""
        return ", ".join([*(f"label '{label}'" for label in change.labels), *self._became(change)])

    def _became(self, change: ChangeInfo) -> list[str]:
        if change.undone_by:
            return [f"undone by {self._name(change.undone_by)}"]
        if change.next_to_undo:
            return ["next to undo"]
        return [f"followed by {self._name(change.later)}"] if change.later else []

    def _name(self, change_id: str) -> str:
        return self._names.get(change_id) or self._now.short(letters(change_id))
