"""What happened, newest first: queries over the changes."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.change_ids import SHORTEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

UNDOABLE = ("change", "restore", "import", "migrate")
"""The kinds of changes that plain undo takes back."""


class ChangeRow(
    namedtuple(
        "ChangeRow",
        "number change_id letters kind time actor actor_kind host session command reason repository"
        " summary undone_by",
    )
):
    """A change. Texts that were blanked, or never given, are None."""

    __slots__ = ()
    number: int
    change_id: str
    letters: str
    kind: str
    time: str
    actor: str | None
    actor_kind: str
    host: str | None
    session: str | None
    command: str | None
    reason: str | None
    repository: str | None
    summary: str
    undone_by: str | None


class Context(namedtuple("Context", "machine_id profile_ledger_id repository_id")):
    """Which changes concern a command: those of a profile, of the machine, and of one repository."""

    __slots__ = ()
    machine_id: str
    profile_ledger_id: str
    repository_id: str | None


_SELECT = f"SELECT {', '.join(ChangeRow._fields)} FROM changes"
_NUMBERS = (
    "SELECT p.number FROM change_parts p CROSS JOIN changes c ON c.number = p.number"
    " WHERE p.ledger_id = {ledger} AND {wanted}"
)
_HERE = "s.subject <> 'repository' OR s.subject_id = :repository_id"  # no other repository's choices


def _concerning(wanted: str) -> str:
    """Returns the select of the wanted changes that concern a context, newest first.

    The changes of each ledger are read from the newest on and merged, until as many are found as there
    may be: what happened elsewhere meanwhile costs nothing. CROSS JOIN tells SQLite to go that way.
    """
    profile = _NUMBERS.format(ledger=":profile_ledger_id", wanted=wanted)
    machine = _NUMBERS.format(ledger=":machine_id", wanted=wanted) + (
        " AND EXISTS (SELECT 1 FROM change_subjects s"
        f" WHERE s.change_id = p.change_id AND s.ledger_id = :machine_id AND ({_HERE}))"
    )
    found = f"{profile} UNION {machine} ORDER BY 1 DESC LIMIT :most"
    return f"{_SELECT} WHERE number IN ({found}) ORDER BY number DESC"


def history(
    database: sqlite3.Connection, context: Context | None = None, limit: int | None = None
) -> list[ChangeRow]:
    """Returns the changes that concern a context, or all, newest first."""
    most = -1 if limit is None else limit
    if context is None:
        found = database.execute(f"{_SELECT} ORDER BY number DESC LIMIT ?", (most,))
    else:
        found = database.execute(_concerning("TRUE"), {**context._asdict(), "most": most})
    return [ChangeRow(*row) for row in found]


def newest_undoable(
    database: sqlite3.Connection, context: Context, actor: str, any_actor: bool
) -> ChangeRow | None:
    """Returns the newest change in effect that plain undo may take back for somebody."""
    kinds = ", ".join(repr(kind) for kind in UNDOABLE)
    wanted = f"c.kind IN ({kinds}) AND c.undone_by IS NULL AND (c.actor = :actor OR :any_actor)"
    named = {**context._asdict(), "most": 1, "actor": actor, "any_actor": any_actor}
    row = database.execute(_concerning(wanted), named).fetchone()
    return ChangeRow(*row) if row else None


def find(database: sqlite3.Connection, prefix: str) -> list[ChangeRow]:
    """Returns the changes whose id begins with these letters, at most two of them."""
    sql = f"{_SELECT} WHERE letters >= ? AND letters < ? ORDER BY letters LIMIT 2"
    found = database.execute(sql, (prefix, prefix + "{")).fetchall()  # "{" is what follows "z"
    return [ChangeRow(*row) for row in found]


def by_id(database: sqlite3.Connection, change_id: str) -> ChangeRow | None:
    """Returns a change."""
    row = database.execute(f"{_SELECT} WHERE change_id = ?", (change_id,)).fetchone()
    return ChangeRow(*row) if row else None


def later_writer(database: sqlite3.Connection, change: ChangeRow) -> ChangeRow | None:
    """Returns the newest change in effect that came after a change and is about the same things."""
    sql = (
        f"{_SELECT} WHERE number > ? AND undone_by IS NULL AND kind NOT IN ('undo', 'redo') AND change_id IN"
        " (SELECT later.change_id FROM change_subjects mine JOIN change_subjects later USING (subject_id)"
        " WHERE mine.change_id = ?) ORDER BY number DESC LIMIT 1"
    )
    row = database.execute(sql, (change.number, change.change_id)).fetchone()
    return ChangeRow(*row) if row else None


def targets(database: sqlite3.Connection, change_id: str) -> list[ChangeRow]:
    """Returns the changes that an undo or redo took back, oldest first."""
    sql = f"{_SELECT} WHERE change_id IN (SELECT target_id FROM change_targets WHERE change_id = ?)"
    return [ChangeRow(*row) for row in database.execute(f"{sql} ORDER BY number", (change_id,))]


def parts(database: sqlite3.Connection, change_id: str) -> list[tuple[str, int, int]]:
    """Returns ledger, position and number of events of each part of a change."""
    sql = "SELECT ledger_id, position, count FROM change_parts WHERE change_id = ?"
    return database.execute(sql, (change_id,)).fetchall()


def short(database: sqlite3.Connection, letters: str) -> str:
    """Returns the shortest beginning of an id, of at least four letters, that no other change has."""
    longest = SHORTEST - 1
    for sql in (
        "SELECT letters FROM changes WHERE letters > ? ORDER BY letters LIMIT 1",
        "SELECT letters FROM changes WHERE letters < ? ORDER BY letters DESC LIMIT 1",
    ):
        neighbour = database.execute(sql, (letters,)).fetchone()
        if neighbour:
            same = next((at for at, pair in enumerate(zip(letters, neighbour[0])) if pair[0] != pair[1]), 18)  # noqa: B905
            longest = max(longest, same)
    return letters[: longest + 1]
