"""Which changes an undo or a redo is about, and whether the one who asks may take them back."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.domain.errors import (
    ChangeNotFoundError,
    InvalidValueError,
    NotAllowedError,
    OtherActorError,
    OtherSessionError,
)
from zenml.ledger.conflicts import is_mine, newest_first
from zenml.ledger.never_undone import never_undone
from zenml.ledger.origin import Origin
from zenml.ledger.reach import made_elsewhere, told_apart
from zenml.projections import labels
from zenml.projections.database import Database
from zenml.projections.timeline import history
from zenml.projections.timeline.history import ChangeRow, Context
from zenml.projections.timeline.undoable import ActorFilter, redoable, undoable

_SPAN = ".."
_LOOKED_AT = 256
"""Changes that are looked through for one that plain undo takes: as many cost a moment."""


def named(database: Database, context: Context, words: Sequence[str]) -> list[ChangeRow]:
    """Returns the changes that words name, newest first; ``one..other`` is both and what is between them.

    Between two changes only those count that concern the context, are in effect, and are no undos or redos.

    Raises:
        ChangeNotFoundError: There is no such change.
    """
    changes: dict[str, ChangeRow] = {}
    for word in words:
        if _SPAN not in word:
            row = _change(database, context, word)
            changes[row.change_id] = row
            continue
        ends = [history.find_change(database, end) for end in word.split(_SPAN, 1)]
        older, newer = sorted(ends, key=lambda row: row.number)
        for row in (older, newer, *_between(database, context, older, newer)):
            changes[row.change_id] = row
    return newest_first(changes.values())


def _change(database: Database, context: Context, word: str) -> ChangeRow:
    """Returns the change of a name; a number and a label are none, and may be meant as such."""
    try:
        return history.find_change(database, word)
    except ChangeNotFoundError as error:
        labelled = labels.label(database, context.profile_ledger_id, word)
        named = history.by_id(database, labelled.change_id) if labelled else None
        if named is not None:
            lasts = never_undone(database, named) is not None
            change = None if lasts else history.short(database, named.letters)
            error.advise("label_given", label=word, change=change)
        elif word.isdecimal() and int(word):
            error.advise("number_given", number=int(word))
        raise


def _between(database: Database, context: Context, older: ChangeRow, newer: ChangeRow) -> list[ChangeRow]:
    # few changes lie between two that somebody names: the newest are read until the older end is reached
    everyone = ActorFilter("", "", "", any_actor=True)
    count = 64
    while True:
        rows = undoable(database, context, everyone, count)
        if len(rows) < count or rows[-1].number <= older.number:
            return [row for row in rows if older.number < row.number < newer.number]
        count *= 4


def newest(
    database: Database,
    context: Context,
    who: Origin,
    mine: ActorFilter,
    count: int,
    *,
    redo: bool = False,
) -> list[ChangeRow]:
    """Returns what plain undo or redo takes: one's newest changes or undos in effect, newest first.

    Raises:
        InvalidValueError: Fewer than one are asked for.
        NotAllowedError: One of them is never undone, and was made where plain undo does not reach.
        OtherSessionError: One of them was made in a session that plain undo does not reach, or in another
            repository: such work is not undone by accident.
    """
    if count < 1:
        raise InvalidValueError(f"{count} is not a number of changes.", "Give 1 or more.")
    rows = (redoable if redo else undoable)(database, context, mine, count)
    for row in rows if not mine.any_actor else ():
        where = made_elsewhere(row, who)
        if where:
            check_undoable(database, [row])
            what, verb = ("undos", "redo") if redo else ("changes", "undo")
            which = "The next" if row is rows[0] else "One"
            here = _newest_here(database, context, who, mine, redo=redo)
            name = history.short(database, row.letters)
            raise OtherSessionError(
                f"{which} of your {what} to {verb} here, {name} ({history.describe(database, row)}), "
                f"was made in {where}.",
                verb=verb,
                change=name,
                here=history.short(database, here.letters) if here else None,
                told=history.describe(database, here) if here else None,
            )
    return rows


def _newest_here(
    database: Database, context: Context, who: Origin, mine: ActorFilter, *, redo: bool
) -> ChangeRow | None:
    """Returns the newest that plain undo or redo would take here if nothing from elsewhere were before it."""
    rows = (redoable if redo else undoable)(database, context, mine, _LOOKED_AT)
    here = next((row for row in rows if not made_elsewhere(row, who)), None)
    return None if here is None or never_undone(database, here) else here


def undos(database: Database, words: Sequence[str]) -> list[ChangeRow]:
    """Returns the undos that words name, newest first: by themselves, or by what they took back.

    Raises:
        ChangeNotFoundError: There is no such change.
        NotAllowedError: It is not an undo, and not undone.
    """
    changes: dict[str, ChangeRow] = {}
    for word in words:
        row = history.find_change(database, word)
        if row.kind != "undo":
            undone_by = history.by_id(database, row.undone_by) if row.undone_by else None
            if undone_by is None:
                name = history.short(database, row.letters)
                raise NotAllowedError(
                    f"Change {name} ({history.describe(database, row)}) is in effect, so it cannot be redone.",
                    code="not_undone",
                )
            row = undone_by
        changes[row.change_id] = row
    return newest_first(changes.values())


def check_undoable(database: Database, rows: list[ChangeRow]) -> None:
    """Checks that no change is of those that are never undone, before anything else is said against it.

    Raises:
        NotAllowedError: One of them is.
    """
    for row in rows:
        refused = never_undone(database, row)
        if refused is not None:
            raise refused


def check_actor(database: Database, rows: list[ChangeRow], who: Origin, mine: ActorFilter, verb: str) -> None:
    """Checks that changes were made by the person who undoes them, or that a reason was given.

    Raises:
        OtherActorError: One of them is somebody else's.
    """
    for row in rows:
        if is_mine(database, row, mine) or (mine.any_actor and who.reason):
            continue
        by = row.actor or "somebody else"
        if row.actor == mine.actor and row.actor_kind == mine.actor_kind:
            by = f"{by} {told_apart(row)}"
        elif row.actor == mine.actor:
            by = f"{by}, as an {row.actor_kind}" if row.actor_kind != "person" else f"{by} in person"
        raise OtherActorError(
            f"Change {history.short(database, row.letters)} ({history.describe(database, row)}) was made by {by}.",
            verb=verb,
            changes=[history.short(database, change.letters) for change in rows],
        )
