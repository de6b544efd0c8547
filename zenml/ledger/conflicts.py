"""What an undo meets: the rule in its way, the change that is behind it, and the commands that help."""

from __future__ import annotations

import sqlite3

from zenml.domain.errors import (
    ActiveError,
    AlreadyExistsError,
    InUseError,
    LedgerError,
    NotFoundError,
    UndoConflictError,
)
from zenml.domain.rules.changed import SEE_HISTORY, ChangedSinceError
from zenml.ledger.reach import host_named
from zenml.projections.timeline import history
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.undoable import ActorFilter, is_made_by
from zenml.projections.timeline.writers import last_writer

_SINCE: tuple[tuple[type[LedgerError] | tuple[type[LedgerError], ...], str], ...] = (
    (ChangedSinceError, ", by"),
    ((InUseError, ActiveError, AlreadyExistsError, NotFoundError), ", since"),
    (LedgerError, "; the cause is"),
)
"""How a rule's sentence goes on to the change behind it. The first class that fits decides."""


class MetError(Exception):
    """A rule forbids taking one change back."""

    def __init__(self, target: ChangeRow, error: LedgerError) -> None:
        super().__init__(error.message)
        self.target = target
        self.error = error


def behind(database: sqlite3.Connection, met: MetError) -> list[ChangeRow]:
    """Returns the changes that came after a target and wrote what is in its way, newest first."""
    found: dict[str, ChangeRow] = {}
    for record in met.error.records:
        writer = last_writer(database, record)
        if writer is not None:
            named = _looked_through(database, writer, met.target)
            if named.number > met.target.number:
                found[named.change_id] = named
    return newest_first(found.values())


def newest_first(rows: object) -> list[ChangeRow]:
    """Returns changes in the order in which they are taken back."""
    return sorted(rows, key=lambda row: -row.number)  # type: ignore[call-overload,no-any-return]


def _looked_through(database: sqlite3.Connection, writer: ChangeRow, target: ChangeRow) -> ChangeRow:
    """Returns the change that a redo brought back, if it is that alone: people know it rather than the redo."""
    undone = history.targets(database, writer.change_id)
    if len(undone) == 1:
        done = history.targets(database, undone[0].change_id)
        if len(done) == 1 and done[0].undone_by is None and done[0].number > target.number:
            return done[0]
    return writer


def conflict(
    database: sqlite3.Connection,
    met: MetError,
    first: list[ChangeRow],
    later: list[ChangeRow],
    mine: ActorFilter,
    *,
    redo: bool = False,
) -> UndoConflictError:
    """Returns the error that tells about a conflict.

    Args:
        database: The views.
        met: What the undo met.
        first: The changes right behind it, newest first.
        later: All changes that would have to go with the target, newest first; none if that does not help.
        mine: Who asks.
        redo: The target is an undo, and what it undid was to be brought back. Then the newer work is not to go.
    """
    target, error = met.target, met.error
    named = brought_back(database, target) if redo else target
    name = history.short(database, named.letters)
    verb = "redone" if redo else "undone"
    message = f"Change {name} ({history.told(database, named)}) cannot be {verb}: {_lowered(error.message)}"
    if first:
        since = next(words for kind, words in _SINCE if isinstance(error, kind))
        message = f"{message.rstrip('.')}{since} change {_described(database, first[0], mine)}."
    hint = _hint(database, target, later, mine) if later else error.hint
    if first and hint == SEE_HISTORY:  # more is in the way, or too much: the first step is known
        theirs = _option(database, [first[0]], mine)
        hint = f'Run "zenml undo {history.short(database, first[0].letters)}{theirs}" first.'
    if redo and first:
        hint = _hint_for_redo(database, first[0])
    letters = tuple(row.letters for row in later)
    return UndoConflictError(message, hint, change=target.letters, because=error, later=letters)


def brought_back(database: sqlite3.Connection, undo: ChangeRow) -> ChangeRow:
    """Returns the change that the undo of an undo brings back, if it is one alone; else that undo."""
    undone = history.targets(database, undo.change_id)
    return undone[0] if len(undone) == 1 else undo


def _described(database: sqlite3.Connection, change: ChangeRow, mine: ActorFilter) -> str:
    by = f", by {change.actor}" if change.actor and not is_mine(database, change, mine) else ""
    if by and (change.actor, change.actor_kind) == (mine.actor, mine.actor_kind):
        by = f"{by} on {host_named(change.host)}"
    time = f"{change.time[:10]} {change.time[11:19]}Z"
    return f"{history.short(database, change.letters)} ({history.told(database, change)}{by}, {time})"


def is_mine(database: sqlite3.Connection, change: ChangeRow, mine: ActorFilter) -> bool:
    """Tells whether somebody made a change himself. What was seen from outside is everybody's."""
    return change.actor_kind == "external" or is_made_by(database, change, mine)


def _hint(database: sqlite3.Connection, target: ChangeRow, later: list[ChangeRow], mine: ActorFilter) -> str:
    short = [history.short(database, row.letters) for row in later]
    name = history.short(database, target.letters)
    theirs = _option(database, [*later, target], mine)
    together = "both" if len(later) == 1 else f"all {len(later) + 1}"
    return (
        f'Run "zenml undo {" ".join(short)}{theirs}" first, or '
        f'"zenml undo {name} --cascade{theirs}" to undo {together} as one change.'
    )


def _option(database: sqlite3.Connection, changes: list[ChangeRow], mine: ActorFilter) -> str:
    """Returns the options that an undo of changes needs if somebody else made one of them."""
    return "" if all(is_mine(database, row, mine) for row in changes) else " --any-actor --reason 'why'"


def _hint_for_redo(database: sqlite3.Connection, newer: ChangeRow) -> str:
    """Returns what helps a redo: another redo if it needs what is undone; else the newer work is only shown."""
    name = history.short(database, newer.letters)
    if newer.kind == "undo":
        needed = history.short(database, brought_back(database, newer).letters)
        return f'Run "zenml redo {needed}" first to bring back what is missing.'
    return f'Run "zenml show {name}" to see the newer change, which is in the way of the redo.'


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
