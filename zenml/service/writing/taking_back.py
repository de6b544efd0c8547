"""Undoing and redoing what was done in the served profile."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.application.undoing import take_back
from zenml.domain.change_ids import is_prefix, letters
from zenml.domain.errors import ChangeNotFoundError
from zenml.projections.timeline import history
from zenml.service.writing.member import MembersChange


def carry_out(
    work: MembersChange,
    names: Sequence[str],
    *,
    redo: bool,
    cascade: bool,
    any_actor: bool,
    may_be_elsewhere: bool,
) -> None:
    """Undoes changes, or redoes them.

    Args:
        work: The open change.
        names: Their ids, or the letters that they begin with.
        redo: Whether undone ones are redone.
        cascade: Also undo what depends on them.
        any_actor: Whoever made them.
        may_be_elsewhere: Whether some of them may be of the client's machine alone, which takes them back itself:
            the change is to say in all its parts what it undoes.

    Raises:
        LedgerError: As `take_back` does.
    """
    locked, _ = work.now
    database, ledger_id = locked.transaction.database, work.profile.profile_ledger_id
    found, elsewhere = [], []
    for name in names:
        if may_be_elsewhere and not is_prefix(name) and history.by_id(database, name) is None:
            elsewhere.append(name)
            continue
        row = history.find_change(database, name if is_prefix(name) else letters(name))
        if all(part_ledger != ledger_id for part_ledger, *_ in history.parts(database, row.change_id)):
            raise ChangeNotFoundError(f"Change '{name}' does not exist.", code="unknown_change")
        found.append(row.letters)
    if not found:
        raise ChangeNotFoundError(f"Change '{names[0]}' does not exist.", code="unknown_change")
    take_back(work, found, count=None, cascade=cascade, any_actor=any_actor, redo=redo)
    if elsewhere and work.targets:  # in the order that the client's part has
        places = {name: place for place, name in enumerate(names)}
        work.targets = tuple(sorted((*work.targets, *elsewhere), key=lambda each: places.get(each, len(places))))
