"""Which changes may be undone, and what came after them: queries over the changes."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections import stored_events
from zenml.projections.temporal import LEDGER
from zenml.projections.timeline.filters import made_by
from zenml.projections.timeline.history import SELECT, ChangeRow, Context, concerning, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from zenml.projections.stored_events import EventRow

UNDOABLE = ("change", "restore", "import", "migrate")
"""The kinds of changes that plain undo reverts."""

_LASTING = ("zenml:ProfileMoved", "zenml:TokenRevoked")
"""Events that no undo takes back."""

_KINDS = ", ".join(repr(kind) for kind in UNDOABLE)
_MINE = f"(:any_actor OR {made_by('c', ':actor')})"
# an undo of a redo undoes something too, but is not an undo to somebody who wants to redo
_REDO = (
    "c.kind = 'undo' AND EXISTS (SELECT 1 FROM change_targets t JOIN changes it ON it.change_id = t.target_id"
    f" WHERE t.change_id = c.change_id AND it.kind IN ({_KINDS}))"
)


class ActorFilter(
    namedtuple("ActorFilter", "actor actor_kind host any_actor known_by token", defaults=(False, "", ""))
):
    """Whose changes are meant; a person and an automation of one name are two.

    In a shared profile so are two of one name on two hosts, unless both chose that name. A name that a service
    knows somebody by is the name of a token, and nobody else's: ``token`` is that of whoever asks.
    """

    __slots__ = ()
    actor: str
    actor_kind: str
    host: str
    any_actor: bool
    known_by: str
    token: str


def is_made_by(database: sqlite3.Connection, change: ChangeRow, who: ActorFilter) -> bool:
    """Tells whether somebody made a change himself."""
    if change.known_by != "token" != who.known_by and change.host == who.host:
        return (change.actor, change.actor_kind) == (who.actor, who.actor_kind)
    sql = f"SELECT {made_by('c', ':actor')} FROM changes c WHERE c.change_id = :change_id"
    row = database.execute(sql, {**who._asdict(), "change_id": change.change_id}).fetchone()
    return bool(row and row[0])


def undoable(
    database: sqlite3.Connection, context: Context, mine: ActorFilter, count: int = 1, before: int | None = None
) -> list[ChangeRow]:
    """Returns the newest changes in effect that plain undo may revert for somebody, newest first.

    Args:
        database: The views.
        context: Which changes concern the one who asks.
        mine: Whose changes are meant.
        count: How many at the most.
        before: Only those with a smaller number than this.
    """
    older = "" if before is None else f" AND c.number < {int(before)}"
    return _newest(database, context, mine, count, f"c.kind IN ({_KINDS}){older}")


def redoable(database: sqlite3.Connection, context: Context, mine: ActorFilter, count: int = 1) -> list[ChangeRow]:
    """Returns somebody's newest undos in effect, newest first."""
    return _newest(database, context, mine, count, _REDO)


def _newest(
    database: sqlite3.Connection, context: Context, mine: ActorFilter, count: int, condition: str
) -> list[ChangeRow]:
    named = {**context._asdict(), **mine._asdict(), "most": count}
    rows = database.execute(concerning(f"{condition} AND c.undone_by IS NULL AND {_MINE}"), named)
    return [ChangeRow(*row) for row in rows]


def lasting(database: sqlite3.Connection, change: ChangeRow) -> EventRow | None:
    """Returns the first event of a change that no undo takes back: a move, a revocation; None if it has none."""
    for ledger_id, position, count in parts(database, change.change_id):
        for row in stored_events.events(database, ledger_id, position, position + count, topics=_LASTING):
            return row
    return None


def later(database: sqlite3.Connection, change: ChangeRow) -> ChangeRow | None:
    """Returns the newest change in effect that came after a change and is about the same things."""
    sql = (
        f"{SELECT} WHERE number > ? AND undone_by IS NULL AND kind NOT IN ('undo', 'redo') AND number IN"
        " (SELECT later.number FROM change_subjects mine JOIN change_subjects later USING (thing)"
        " WHERE mine.number = ?) ORDER BY number DESC LIMIT 1"
    )
    row = database.execute(sql, (change.number, change.number)).fetchone()
    return ChangeRow(*row) if row else None


def with_key(database: sqlite3.Connection, key: str, ledger_id: str | None = None) -> tuple[str, str] | None:
    """Returns the id of the change that was made with an idempotency key, and the hash of its command.

    Args:
        database: The views.
        key: The key.
        ledger_id: The ledger that the change has a part in; None for any.
    """
    sql = "SELECT change_id, command_hash FROM changes c WHERE idempotency_key = :key"
    if ledger_id is not None:
        here = f"p.number = c.number AND p.ledger = {LEDGER.format(':ledger_id')}"
        sql += f" AND EXISTS (SELECT 1 FROM change_parts p WHERE {here})"
    sql += " ORDER BY number LIMIT 1"
    row = database.execute(sql, {"key": key, "ledger_id": ledger_id}).fetchone()
    return (row[0], row[1] or "") if row else None
