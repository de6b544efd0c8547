"""Undo and redo, within a change that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from zenml.domain.errors import InvalidValueError, OvertakenError
from zenml.domain.inverses import not_brought_back
from zenml.domain.notices import Notice
from zenml.ledger import reach, selection, sessions
from zenml.ledger import undo as ledger_undo
from zenml.ledger.conflicts import find_brought_back
from zenml.ledger.decided import decided_digest
from zenml.ledger.meant import Target, about
from zenml.ledger.never_undone import never_undone
from zenml.ledger.recorded import recorded
from zenml.projections.timeline import history
from zenml.projections.timeline.undoable import undoable

if TYPE_CHECKING:
    from zenml.ledger.origin import Origin
    from zenml.projections.timeline.history import ChangeRow
    from zenml.unit_of_work.open_change import OpenChange


def undo(
    work: OpenChange,
    *names: str,
    count: int | None,
    cascade: bool,
    any_actor: bool,
    expect: str | None = None,
) -> None:
    """Undoes changes: those that are named, else the newest of whoever asks."""
    take_back(work, names, count=count, cascade=cascade, any_actor=any_actor, redo=False)
    check_expected(work, expect, "undo")


def redo(
    work: OpenChange,
    *names: str,
    count: int | None,
    cascade: bool,
    any_actor: bool,
    expect: str | None = None,
) -> None:
    """Redoes changes: those that are named, else what the newest undos of whoever asks undid."""
    take_back(work, names, count=count, cascade=cascade, any_actor=any_actor, redo=True)
    check_expected(work, expect, "redo")


def check_expected(work: OpenChange, expect: str | None, kind: Literal["undo", "redo"]) -> None:
    """Checks, with the lock held, that an undo or a redo does what was looked at before.

    Args:
        work: The open change, in which everything was decided.
        expect: The digest of what is to be done; None for whatever it is.
        kind: What kind of change it is.

    Raises:
        OvertakenError: It would do something else by now.
    """
    _, change = work.now
    if expect is not None and decided_digest(kind, work.targets, change.events) != expect:
        raise OvertakenError(f"Something was changed meanwhile: the {kind} would do something else now.")


def take_back(
    work: OpenChange,
    names: Sequence[str],
    *,
    count: int | None,
    cascade: bool,
    any_actor: bool,
    redo: bool,
) -> None:
    """Undoes changes, or redoes undone ones.

    Args:
        work: The open change.
        names: The changes, by their letters or as ``one..other``; none for the newest.
        count: How many of the newest of whoever asks; None for one.
        cascade: Also undo what depends on them.
        any_actor: Whoever made them.
        redo: Whether undos are what is undone.

    Raises:
        UndoConflictError: Something came later that this would destroy.
        ChangeNotFoundError: There is no such change.
        OtherActorError: One of them is somebody else's, and no reason was given.
        OtherSessionError: The newest was made where plain undo does not reach.
        InvalidValueError: Both names and a number are given.
    """
    if names and count is not None:
        raise InvalidValueError(
            "Give either changes or a number of changes, not both.",
            code="changes_and_number",
        )
    locked, change = work.now
    database, who = locked.transaction.database, work.who
    mine = reach.own(who, any_actor=any_actor)
    context, verb = work.reading().context, "redo" if redo else "undo"
    if names:
        rows = selection.undos(database, names) if redo else selection.named(database, context, names)
    else:
        rows = selection.newest(database, context, who, mine, 1 if count is None else count, redo=redo)
    targets = [row for row in rows if row.undone_by is None]
    for row in rows:
        if row.undone_by is not None:
            became = "redone" if redo else "undone"
            work.notify(f"Change {history.short(database, row.letters)} is already {became}.")
    if not rows:
        work.notify(f"There is nothing to {verb}.")
    if not targets:
        return
    if not names and not any_actor:
        _say_where(work, targets)
    single = targets[0] if len(targets) == 1 else None
    with about(Target(verb, "change", single.letters, single.change_id) if single else None):
        selection.check_undoable(database, targets)
        selection.check_actor(database, targets, who, mine, verb)
        reverted = ledger_undo.revert(locked, change, targets, mine, cascade=cascade, redo=redo)
        selection.check_actor(database, reverted, who, mine, verb)
    work.targets = tuple(row.change_id for row in reverted)
    if not reverted:
        _say_nothing_left(work, targets, who, redo=redo)
    for row in reverted:
        known = recorded(locked.transaction, row.change_id)
        for sentence in dict.fromkeys(it for _, event in known.events for it in not_brought_back(event)):
            work.warn(sentence)
        if known.elsewhere:
            description = f"{history.short(database, row.letters)} ({history.describe(database, row)})"
            work.warn(f"The part of change {description} on {reach.host_named(row.host)} stays as it is.")
    for row in targets if reverted else ():
        if row not in reverted:
            name = history.short(database, row.letters)
            what = f"change {name} ({history.describe(database, row)})"
            work.say(f"Nothing of {what} is left to {verb}, so it is not marked.")
    for row in reverted:
        if row not in targets:
            name = history.short(database, row.letters)
            work.say(f"Also undoing {name} ({history.describe(database, row)}), which depends on it.")


def _say_where(work: OpenChange, targets: list[ChangeRow]) -> None:
    """Says which changes were made in other terminals: whoever undoes the newest may have expected another one."""
    locked, _ = work.now
    database = locked.transaction.database
    for row in targets:
        if reach.is_other_terminal(row, work.who):
            device = sessions.device(row.session or "")
            where = f"another terminal ({device})" if device else "another terminal"
            name = history.short(database, row.letters)
            work.notify(f"Change {name} ({history.describe(database, row)}) was made in {where}.")


def _say_nothing_left(work: OpenChange, targets: list[ChangeRow], who: Origin, *, redo: bool) -> None:
    """Says that everything is as it was before the changes, so that there is nothing to revert."""
    locked, _ = work.now
    database = locked.transaction.database
    row = find_brought_back(database, targets[-1]) if redo else targets[-1]
    name = history.short(database, row.letters)
    if redo:
        work.notify(f"Everything that change {name} ({history.describe(database, row)}) did is already there.")
        return
    sentence = f"Everything is already as it was before change {name} ({history.describe(database, row)})."
    mine = reach.own(who)
    older = next(iter(undoable(database, work.reading().context, mine, before=row.number)), None)
    if older is None or never_undone(database, older):
        work.notify(sentence)
        return
    name_before, description = history.short(database, older.letters), history.describe(database, older)
    work.notify(Notice(sentence, "nothing_left_to_undo", change=name_before, told=description))
