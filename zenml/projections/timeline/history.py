"""What happened, newest first: queries over the changes."""

from __future__ import annotations

from collections import namedtuple
from itertools import islice

from zenml.domain.change_ids import SHORTEST, is_prefix
from zenml.projections.temporal import LEDGER, LEDGER_ID
from zenml.projections.timeline.filters import EVERY, Filter, both_chosen, is_shared, prepare, prepare_one
from zenml.projections.timeline.points import undone_by
from zenml.projections.timeline.things import THING, THING_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

_BATCH = 1000


class ChangeRow(
    namedtuple(
        "ChangeRow",
        "number change_id letters kind time actor actor_kind known_by system_user host session command reason"
        " repository summary undone_by",
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
    known_by: str
    system_user: str | None
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


SELECT = f"SELECT {', '.join(ChangeRow._fields)} FROM changes"
"""Selects whole rows of `ChangeRow`."""

NUMBER = "(SELECT number FROM changes WHERE change_id = ?)"
"""The number of the change of an id."""

_NUMBERS = (
    "SELECT p.number FROM change_parts p CROSS JOIN changes c ON c.number = p.number"
    " WHERE p.ledger = {ledger} AND {numbers} AND {condition}"
)
_PROFILE, _MACHINE = LEDGER.format(":profile_ledger_id"), LEDGER.format(":machine_id")
# what a component has on this machine is noted in the machine's ledger, and concerns the component's profile
_IN_THE_PROFILE = " OR ".join(
    f"EXISTS (SELECT 1 FROM {rows} AND k.ledger = {_PROFILE} AND k.component_id = {THING_ID.format('s')})"
    # what is over is looked up in the file: a rehearsal has a copy of what is present alone
    for rows in ("components k WHERE k.until IS NULL", "main.components k WHERE k.until IS NOT NULL")
)
# no other repository's choices; what they refer to says nothing of where they were made
_OF_THE_MACHINE = (
    f"EXISTS (SELECT 1 FROM change_subjects s WHERE s.number = p.number AND s.ledger = {_MACHINE}"
    f" AND (s.subject NOT IN ('repository', 'used') OR s.thing = {THING.format(':repository_id')})"
    f" AND (s.subject != 'component' OR {_IN_THE_PROFILE}))"
)
# what was handed out of the record concerns everyone, and so does the evidence of the machine
_CONCERNING_ONE = (
    "(c.kind = 'export' OR EXISTS (SELECT 1 FROM change_parts p WHERE p.number = c.number"
    f" AND (p.ledger = {_PROFILE}"
    f" OR (p.ledger = {_MACHINE} AND (c.kind = 'evidence' OR {_OF_THE_MACHINE})))))"
)


def newest_until(database: sqlite3.Connection, ledger_id: str, position: int) -> str | None:
    """Returns the letters of the newest change of a ledger that begins at a position or before it."""
    sql = (
        "SELECT c.letters FROM change_parts p JOIN changes c USING (number)"
        f" WHERE p.ledger = {LEDGER.format('?')} AND p.position <= ? ORDER BY p.position DESC LIMIT 1"
    )
    row = database.execute(sql, (ledger_id, position)).fetchone()
    return str(row[0]) if row else None


def concerning(condition: str, numbers: str = "TRUE", *, noted: bool = False, order: str = "DESC") -> str:
    """Returns the select of the wanted changes that concern a context, newest first.

    The changes of each ledger are read from one end on and merged, until as many are found as there
    may be: what happened elsewhere meanwhile costs nothing. CROSS JOIN tells SQLite to go that way.

    Args:
        condition: A condition on a change ``c``.
        numbers: A condition on its number, as a `Condition` has it.
        noted: Exports of the record and its evidence too, which concern everyone and are in nobody's way.
        order: ``ASC`` for the oldest first.
    """
    numbers = numbers.format(number="p.number")
    profile = _NUMBERS.format(ledger=_PROFILE, condition=condition, numbers=numbers)
    machine = _NUMBERS.format(ledger=_MACHINE, condition=condition, numbers=numbers) + (
        f" AND (c.kind IN ('export', 'evidence') OR {_OF_THE_MACHINE})" if noted else f" AND {_OF_THE_MACHINE}"
    )
    numbered = f"{profile} UNION {machine} ORDER BY 1 {order} LIMIT :most"
    return f"{SELECT} WHERE number IN ({numbered}) ORDER BY number {order}"


def history(
    database: sqlite3.Connection,
    context: Context | None = None,
    limit: int | None = None,
    which: Filter = EVERY,
    *,
    oldest: bool = False,
) -> list[ChangeRow]:
    """Returns the wanted changes that concern a context, or of all, newest first.

    Args:
        database: The views.
        context: Whom they concern; None for all changes.
        limit: This many of the newest.
        which: Which are wanted.
        oldest: This many of the oldest instead, and these first.
    """
    if which.upto is not None:
        return list(islice(_as_of(database, context, which, limit or _BATCH, which.upto, oldest=oldest), limit))
    return _listed(database, context, limit, which, oldest=oldest)


def _as_of(
    database: sqlite3.Connection, context: Context | None, which: Filter, batch: int, upto: int, *, oldest: bool
) -> Iterator[ChangeRow]:
    """Yields the changes up to one, in their order, as they were then."""
    while True:
        rows = _listed(database, context, batch, which, oldest=oldest)
        for row in rows:
            then = row._replace(undone_by=undone_by(database, row.change_id, upto))
            if not which.fold or _is_kept(database, then, which):
                yield then
        if len(rows) < batch:
            return
        last = rows[-1].number
        which = which._replace(after=last) if oldest else which._replace(upto=last - 1)


def _is_kept(database: sqlite3.Connection, row: ChangeRow, which: Filter) -> bool:
    """Tells whether a change does not cancel out, as `Filter.fold` has it."""
    if row.undone_by is not None:
        return False
    undone = targets(database, row.change_id) if row.kind in ("undo", "redo") else []
    before = which.since is not None and any(other.time < which.since for other in undone)
    return row.kind not in ("undo", "redo") or before


def _listed(
    database: sqlite3.Connection, context: Context | None, limit: int | None, which: Filter, *, oldest: bool
) -> list[ChangeRow]:
    condition, order = prepare(database, which), "ASC" if oldest else "DESC"
    named = {**condition.named, "most": -1 if limit is None else limit}
    if context is None:
        numbers = condition.numbers.format(number="c.number")
        sql = f"{SELECT} c WHERE {condition.wanted} AND {numbers} ORDER BY number {order} LIMIT :most"
    else:
        noted = not {"export", "evidence"}.isdisjoint(which.kinds)
        sql = concerning(condition.wanted, condition.numbers, noted=noted, order=order)
        named.update(context._asdict())
    return [ChangeRow(*row) for row in database.execute(sql, named)]


def chosen(database: sqlite3.Connection, context: Context | None, which: Filter) -> Callable[[str], bool]:
    """Returns what tells of one change, by its id, whether it is wanted: one query each, however many there are.

    Exports of the record are of every context.
    """
    if context is None and which == EVERY:
        return lambda change_id: True
    wanted, named = prepare_one(database, which)
    if context is not None:
        wanted = f"{wanted} AND {_CONCERNING_ONE}"
        named.update(context._asdict())
    sql = f"SELECT 1 FROM changes c WHERE c.change_id = :change_id AND {wanted}"
    return lambda change_id: database.execute(sql, {**named, "change_id": change_id}).fetchone() is not None


def find(database: sqlite3.Connection, prefix: str) -> list[ChangeRow]:
    """Returns the changes whose id begins with these letters, at most two of them."""
    sql = f"{SELECT} WHERE letters >= ? AND letters < ? ORDER BY letters LIMIT 2"
    rows = database.execute(sql, (prefix, prefix + "{")).fetchall()  # "{" is what follows "z"
    return [ChangeRow(*row) for row in rows]


def find_change(database: sqlite3.Connection, prefix: str) -> ChangeRow:
    """Returns the change whose id begins with these letters.

    Raises:
        ChangeNotFoundError: There is none, or more than one.
    """
    changes = find(database, prefix) if is_prefix(prefix) else []
    if len(changes) == 1:
        return changes[0]
    from zenml.domain.errors import ChangeNotFoundError

    if changes:
        raise ChangeNotFoundError(f"More than one change begins with '{prefix}'.", "Give more letters of it.")
    raise ChangeNotFoundError(f"Change '{prefix}' does not exist.", code="unknown_change")


def by_id(database: sqlite3.Connection, change_id: str) -> ChangeRow | None:
    """Returns a change."""
    row = database.execute(f"{SELECT} WHERE change_id = ?", (change_id,)).fetchone()
    return ChangeRow(*row) if row else None


def by_number(database: sqlite3.Connection, number: int) -> ChangeRow | None:
    """Returns the change with a number."""
    row = database.execute(f"{SELECT} WHERE number = ?", (number,)).fetchone()
    return ChangeRow(*row) if row else None


def targets(database: sqlite3.Connection, change_id: str) -> list[ChangeRow]:
    """Returns the changes that an undo or redo took back, oldest first."""
    sql = f"{SELECT} WHERE change_id IN (SELECT target_id FROM change_targets WHERE change_id = ?)"
    return [ChangeRow(*row) for row in database.execute(f"{sql} ORDER BY number", (change_id,))]


def took_back_others(database: sqlite3.Connection, change_id: str) -> bool:
    """Tells whether an undo or redo took back what somebody else did."""
    sql = (
        "SELECT 1 FROM changes c JOIN change_targets t ON t.change_id = c.change_id"
        " JOIN changes o ON o.change_id = t.target_id WHERE c.change_id = ?"
        " AND (o.actor IS NOT c.actor OR o.actor_kind IS NOT c.actor_kind"
        " OR (o.known_by = 'token') != (c.known_by = 'token')"
        f" OR (o.host IS NOT c.host AND o.known_by != 'token' AND {is_shared('o')}"
        f" AND NOT {both_chosen('o', 'c.known_by')})) LIMIT 1"
    )
    return database.execute(sql, (change_id,)).fetchone() is not None


def describe(database: sqlite3.Connection, change: ChangeRow) -> str:
    """Returns what a change did, in words: for an undo or a redo, what it took back or brought back."""
    if change.kind == "outside":
        return change.summary + _in_profile(database, change.change_id)
    if change.kind not in ("undo", "redo"):
        return change.summary
    back = targets(database, change.change_id)
    return ", ".join(
        f"{change.kind} {short(database, target.letters)}: {describe(database, target)}" for target in back
    )


def _in_profile(database: sqlite3.Connection, change_id: str) -> str:
    """Returns in which profile a change of what components have on this machine is, in words."""
    from zenml.projections.components import ledger_of
    from zenml.projections.machine import profile_name

    sql = (
        f"SELECT {LEDGER_ID.format('s')}, {THING_ID.format('s')} FROM change_subjects s"
        f" WHERE number = {NUMBER} AND subject = 'component' LIMIT 1"
    )
    row = database.execute(sql, (change_id,)).fetchone()
    ledger_id = ledger_of(database, row[1]) if row else None
    name = profile_name(database, row[0], ledger_id) if ledger_id else None
    return f" in profile '{name}'" if name else ""


def parts(database: sqlite3.Connection, change_id: str) -> list[tuple[str, int, int]]:
    """Returns ledger, position and number of events of each part of a change."""
    sql = (
        "SELECT ledger_id, p.position, count FROM change_parts p JOIN applied USING (ledger)"
        f" WHERE number = {NUMBER}"
    )
    return database.execute(sql, (change_id,)).fetchall()


def says_approved(database: sqlite3.Connection, change_id: str) -> bool:
    """Tells whether a change says that it carries out a plan of which there is an approval."""
    # by the index of plans: of a component that is used, all the changes that use it would be looked at
    sql = (
        "SELECT EXISTS (SELECT 1 FROM change_subjects u"
        " CROSS JOIN main.change_subjects a INDEXED BY plans_approved ON a.ledger = u.ledger AND a.thing = u.thing"
        f" WHERE u.number = {NUMBER} AND u.subject = 'used' AND a.subject = 'plan')"
    )
    return bool(database.execute(sql, (change_id,)).fetchone()[0])


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
