"""Undoing and redoing what was done in the served profile."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.application.undoing import take_back
from zenml.domain.change_ids import is_prefix, letters
from zenml.domain.errors import ChangeNotFoundError
from zenml.projections.timeline import history
from zenml.service.writing.member import MembersChange


def carry_out(work: MembersChange, names: Sequence[str], *, redo: bool, cascade: bool, any_actor: bool) -> None:
    """Undoes changes, or redoes them.

    Args:
        work: The open change.
        names: Their ids, or the letters that they begin with.
        redo: Whether undone ones are redone.
        cascade: Also undo what depends on them.
        any_actor: Whoever made them.

    Raises:
        LedgerError: As `take_back` does.
    """
    locked, _ = work.now
    database, ledger_id = locked.transaction.database, work.profile.profile_ledger_id
    found = []
    for name in names:
        row = history.find_change(database, name if is_prefix(name) else letters(name))
        if all(part_ledger != ledger_id for part_ledger, *_ in history.parts(database, row.change_id)):
            raise ChangeNotFoundError(f"Change '{name}' does not exist.", code="unknown_change")
        found.append(row.letters)
    take_back(work, found, count=None, cascade=cascade, any_actor=any_actor, redo=redo)
