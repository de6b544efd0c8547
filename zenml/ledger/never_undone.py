"""Changes that no undo takes back: the first run, an export, evidence, a move, and the revocation of a token.

Whoever offers an undo asks here first. Only `zenml.history.changes` asks `timeline.undoable`, since it imports
little: of what plain undo may revert, what is lasting there is all that is refused here.
"""

from __future__ import annotations

from zenml.domain.errors import NotAllowedError
from zenml.domain.events import ProfileMoved, TokenRevoked
from zenml.domain.values import Salted
from zenml.projections import machine
from zenml.projections.database import Database
from zenml.projections.stored_events import EventRow
from zenml.projections.timeline import history
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.undoable import lasting
from zenml.stores.mapping import to_event

_NEVER = {
    "init": "is the first run, which cannot be undone",
    "export": "exported the record, which cannot be undone",
    "evidence": "is part of the evidence, which cannot be undone",
}
"""Kinds of changes that are never undone, and why."""


def never_undone(database: Database, change: ChangeRow) -> NotAllowedError | None:
    """Returns the error with which every undo of a change is refused; None if it may be undone."""
    if change.kind in _NEVER:
        return NotAllowedError(f"{_named(database, change)} {_NEVER[change.kind]}.", code="never_undone")
    row = lasting(database, change)
    if row is None:
        return None
    event = to_event(row.topic, row.text)
    if isinstance(event, TokenRevoked):
        sentence = f"{_named(database, change)} revoked a token, and a revoked one stays revoked."
        return NotAllowedError(sentence, code="revocation_not_undone", role=event.role)
    assert isinstance(event, ProfileMoved)
    return _moved(database, change, row, event)


def _moved(database: Database, change: ChangeRow, row: EventRow, event: ProfileMoved) -> NotAllowedError:
    """Returns the error for a move: an undo would say that the ledger is where it was, and not bring it there."""
    before = event.old.value if isinstance(event.old, Salted) else None  # a URL with a password is not shown
    return NotAllowedError(
        f"{_named(database, change)} moved a ledger, which takes more than an undo.",
        code="move_not_undone",
        profile=machine.last_name(database, row.ledger_id, event.profile_id) or event.profile_name,
        to="local" if event.old_store_type == "local" else before,
    )


def _named(database: Database, change: ChangeRow) -> str:
    return f"Change {history.short(database, change.letters)} ({history.describe(database, change)})"
