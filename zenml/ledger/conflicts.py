"""What an undo meets: the rule in its way, the change that is behind it, and the changes that have to go first."""

from __future__ import annotations

from zenml.domain.errors import (
    ActiveError,
    AlreadyExistsError,
    InUseError,
    LedgerError,
    NotFoundError,
    UndoConflictError,
)
from zenml.domain.rules.changed import OVERTAKEN, ChangedSinceError
from zenml.ledger.reach import told_apart
from zenml.projections.database import Database
from zenml.projections.timeline import history
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.merging import are_apart
from zenml.projections.timeline.undoable import ActorFilter, is_made_by
from zenml.projections.timeline.writers import last_writer

_SINCE: tuple[tuple[type[LedgerError] | tuple[type[LedgerError], ...], str], ...] = (
    (ChangedSinceError, ", by"),
    ((InUseError, ActiveError, AlreadyExistsError, NotFoundError), ", since"),
    (LedgerError, "; the cause is"),
)
"""How a rule's sentence goes on to the change behind it. The first class that fits decides."""


class MetError(Exception):
    """A rule forbids undoing one change."""

    def __init__(self, target: ChangeRow, error: LedgerError) -> None:
        super().__init__(error.message)
        self.target = target
        self.error = error


def find_blocking(database: Database, met: MetError) -> list[ChangeRow]:
    """Returns the changes that came after a target and wrote what is in its way, newest first."""
    changes: dict[str, ChangeRow] = {}
    for record in met.error.records:
        writer = last_writer(database, record)
        if writer is not None:
            named = _find_redone(database, writer, met.target)
            if _is_later(database, named, met.target):
                changes[named.change_id] = named
    return newest_first(changes.values())


def _is_later(database: Database, row: ChangeRow, target: ChangeRow) -> bool:
    """Tells whether a change that wrote what is in the way came after what is to be undone.

    Of two that are in no sequence together, one on this machine and one in a profile that others share, the one
    that is in the way did, whatever the clocks showed.
    """
    return row.number > target.number or are_apart(database, row.change_id, target.change_id)


def newest_first(rows: object) -> list[ChangeRow]:
    """Returns changes in the order in which they are undone."""
    return sorted(rows, key=lambda row: -row.number)  # type: ignore[call-overload,no-any-return]


def insert_before(planned: list[ChangeRow], target: ChangeRow, more: list[ChangeRow]) -> list[ChangeRow]:
    """Returns changes in the order in which they are undone, with those that have to go before one of them.

    They go where their number puts them, but before that one.
    """
    ordered = [row for row in planned if row not in more]
    for row in more:
        older = next((at for at, other in enumerate(ordered) if other.number < row.number), len(ordered))
        ordered.insert(min(older, ordered.index(target)), row)
    return ordered


def _find_redone(database: Database, writer: ChangeRow, target: ChangeRow) -> ChangeRow:
    """Returns the change that a redo brought back, if it is that alone: people know it rather than the redo."""
    undone = history.targets(database, writer.change_id)
    if len(undone) == 1:
        done = history.targets(database, undone[0].change_id)
        if len(done) == 1 and done[0].undone_by is None and _is_later(database, done[0], target):
            return done[0]
    return writer


def conflict(
    database: Database,
    met: MetError,
    first: list[ChangeRow],
    later: list[ChangeRow],
    mine: ActorFilter,
    *,
    redo: bool = False,
) -> UndoConflictError:
    """Returns the error that describes a conflict.

    Args:
        database: The views.
        met: What the undo met.
        first: The changes right behind it, newest first.
        later: All changes that would have to go with the target, newest first; none if that does not help.
        mine: Who asks.
        redo: The target is an undo, and what it undid was to be brought back. Then the newer work is not to go.
    """
    target, error = met.target, met.error
    named = find_brought_back(database, target) if redo else target
    name = history.short(database, named.letters)
    verb = "redone" if redo else "undone"
    message = f"Change {name} ({history.describe(database, named)}) cannot be {verb}: {_lowered(error.message)}"
    if first:
        since = next(words for kind, words in _SINCE if isinstance(error, kind))
        message = f"{message.rstrip('.')}{since} change {_describe(database, first[0], mine)}."
    letters = tuple(row.letters for row in later)
    refusal = UndoConflictError(message, change=target.letters, because=error, later=letters)
    _advise(database, refusal, target, first, later, mine, redo=redo)
    return refusal


def _advise(
    database: Database,
    refusal: UndoConflictError,
    target: ChangeRow,
    first: list[ChangeRow],
    later: list[ChangeRow],
    mine: ActorFilter,
    *,
    redo: bool,
) -> None:
    """Says what would help."""
    error, nearest = refusal.because, history.short(database, first[0].letters) if first else ""
    if redo and first:
        if first[0].kind == "undo":
            needed = history.short(database, find_brought_back(database, first[0]).letters)
            refusal.advise("redo_needs_another", change=needed)
        else:  # the newer work is only shown: it is not to go
            refusal.advise("redo_in_conflict", change=nearest)
    elif later:
        refusal.advise(
            "undo_needs_others",
            change=history.short(database, target.letters),
            others=[history.short(database, row.letters) for row in later],
            of_others=not _are_mine(database, [*later, target], mine),
        )
    elif first and error.code in OVERTAKEN:  # more is in the way, or too much: the first step is known
        refusal.advise("undo_needs_another", change=nearest, of_others=not _are_mine(database, [first[0]], mine))
    else:
        refusal.advise(error.code, error.hint, **error.values)


def find_brought_back(database: Database, undo: ChangeRow) -> ChangeRow:
    """Returns the change that the undo of an undo brings back, if it is one alone; else that undo."""
    undone = history.targets(database, undo.change_id)
    return undone[0] if len(undone) == 1 else undo


def _describe(database: Database, change: ChangeRow, mine: ActorFilter) -> str:
    by = f", by {change.actor}" if change.actor and not is_mine(database, change, mine) else ""
    if by and (change.actor, change.actor_kind) == (mine.actor, mine.actor_kind):
        by = f"{by} {told_apart(change)}"
    time = f"{change.time[:10]} {change.time[11:19]}Z"
    return f"{history.short(database, change.letters)} ({history.describe(database, change)}{by}, {time})"


def is_mine(database: Database, change: ChangeRow, mine: ActorFilter) -> bool:
    """Tells whether somebody made a change himself. What was seen from outside is everybody's."""
    return change.actor_kind == "external" or is_made_by(database, change, mine)


def _are_mine(database: Database, changes: list[ChangeRow], mine: ActorFilter) -> bool:
    return all(is_mine(database, row, mine) for row in changes)


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
