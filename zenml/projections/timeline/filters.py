"""Which of the changes are wanted: conditions over the changes, and things found by any name they had."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LAST, LEDGER
from zenml.projections.timeline.things import AMONG, THING_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from zenml.projections.temporal import TemporalTable

_PROFILES = RECORDS["profile"]

KINDS = ("init", "change", "undo", "redo", "restore", "import", "migrate", "outside", "export", "evidence")
"""Every kind of change."""


class ThingFilter(namedtuple("ThingFilter", "ids own parts", defaults=(True, False))):
    """Changes about one of some things.

    Attributes:
        ids: The things.
        own: Leave out the changes that only refer to them: that use a component, or choose a stack.
        parts: The things are stacks, and the changes of a component are wanted too, from its beginning until it
            was no part of them any more.
    """

    __slots__ = ()
    ids: tuple[str, ...]
    own: bool
    parts: bool


class Filter(
    namedtuple(
        "Filter",
        "mine actor kinds since until grep fold about upto after before",
        defaults=(None, None, (), None, None, None, False, (), None, None, None),
    )
):
    """Which changes are wanted; every condition that is given must hold.

    Attributes:
        mine: Whoever made it: name, kind, host, how the name is known, and the name of the token, if there is one.
        actor: The name of whoever made it.
        kinds: Its kind is one of these.
        since: It was made then or later: UTC, with six decimals, as events have it.
        until: It was made then or earlier.
        grep: A text in its summary, its reason or its command line, whatever the case.
        fold: Leave out what is undone, and the undos and redos that cancel out with it.
        about: What it is about.
        upto: It has this number or a smaller one; what is undone is what was undone then.
        after: It has a greater number than this.
        before: It has a smaller number than this.
    """

    __slots__ = ()
    mine: tuple[str, str, str, str, str] | None
    actor: str | None
    kinds: tuple[str, ...]
    since: str | None
    until: str | None
    grep: str | None
    fold: bool
    about: tuple[ThingFilter, ...]
    upto: int | None
    after: int | None
    before: int | None


class Condition(namedtuple("Condition", "wanted numbers named")):
    """A filter as SQL.

    Attributes:
        wanted: A condition on a change ``c``.
        numbers: A condition on its number, written ``{number}``: it is placed where an index can use it.
        named: Its parameters.
    """

    __slots__ = ()
    wanted: str
    numbers: str
    named: dict[str, object]


_HAS_A_PART = "EXISTS (SELECT 1 FROM change_parts q WHERE q.number = {change}.number AND q.ledger IN ({those}))"
_MACHINES = "SELECT ledger FROM applied JOIN heads USING (ledger_id) WHERE kind = 'machine'"
# a rehearsal has a copy of what is present alone
_SHARED = (
    f"SELECT applied.ledger FROM main.{_PROFILES.name} CROSS JOIN applied ON ledger_id = profile_ledger_id"
    " WHERE store_type != 'local'"
)


def same_host(change: str) -> str:
    """Returns the condition that a change was made on the host of whoever asks, as far as that matters.

    On machines that share a profile one name may be two persons: ``root`` is everywhere. What was made on this
    machine is by the one of that name, whatever the host is called by now: that changes with networks. Those who
    chose a name are one person on all machines.

    Args:
        change: What the change is called in the statement, of which ``:host`` and ``:known_by`` are whoever asks.
    """
    made_here = _HAS_A_PART.format(change=change, those=_MACHINES)
    anywhere = both_chosen(change, ":known_by")
    return f"({change}.host IS :host OR NOT {is_shared(change)} OR {made_here} OR {anywhere})"


def made_by(change: str, actor: str) -> str:
    """Returns the condition that whoever asks made a change.

    What was asked of a service with a token is by those who have that token, wherever they are and whatever their
    system calls them; and nobody has a token because of his name.

    Args:
        change: What the change is called in the statement, of which ``:actor_kind``, ``:host``, ``:known_by`` and
            ``:token`` are whoever asks.
        actor: What his name is called there.
    """
    by_token = f"{change}.known_by = 'token' AND {change}.actor = nullif(:token, '')"
    by_name = (
        f"{change}.known_by != 'token' AND :known_by IS NOT 'token' AND {change}.actor = {actor}"
        f" AND {same_host(change)}"
    )
    return f"({change}.actor_kind = :actor_kind AND (({by_token}) OR ({by_name})))"


def both_chosen(change: str, known_by: str) -> str:
    """Returns the condition that whoever made a change chose a name, and somebody else did too.

    Args:
        change: What the change is called in the statement.
        known_by: What it is called there how the name of the other one is known.
    """
    return f"({known_by} IS 'chosen' AND {change}.known_by IS 'chosen')"


def is_shared(change: str) -> str:
    """Returns the condition that a change, called so in the statement, is in a profile that machines share."""
    return _HAS_A_PART.format(change=change, those=_SHARED)


EVERY = Filter()
"""All changes."""

_TARGETS = (
    "SELECT 1 FROM change_targets t JOIN changes it ON it.change_id = t.target_id WHERE t.change_id = c.change_id"
)
# an undo is described by what it undid, so that is where a text is searched
_GREP = (
    "(zenml_holds(:grep, c.summary, c.reason, c.command)"
    f" OR (c.kind IN ('undo', 'redo') AND EXISTS ({_TARGETS} AND zenml_holds(:grep, it.summary))))"
)
# what an undo within the time that is shown took back from before it does not cancel out
_FOLD = f"c.undone_by IS NULL AND (c.kind NOT IN ('undo', 'redo') OR EXISTS ({_TARGETS} AND it.time < :since))"


def prepare(database: sqlite3.Connection, which: Filter) -> Condition:
    """Returns a filter as SQL for a database, which is taught to compare texts if need be."""
    actor, actor_kind, host, known_by, token = which.mine or (None,) * 5
    kinds = ", ".join(f"'{kind}'" for kind in which.kinds if kind in KINDS)
    # a plus before a time: changes are read from the newest on, and not by the index of times
    conditions = {
        made_by("c", ":mine"): which.mine,
        "c.actor = :actor": which.actor is not None,
        f"c.kind IN ({kinds})": which.kinds,
        "+c.time >= :since": which.since,
        "+c.time <= :until": which.until,
        _GREP: which.grep,
        _FOLD: which.fold and which.upto is None,
    }
    named: dict[str, object] = {
        "mine": actor,
        "actor_kind": actor_kind,
        "host": host,
        "known_by": known_by,
        "token": token,
        "actor": which.actor,
        "since": which.since,
        "until": which.until,
        "upto": which.upto,
        "after": which.after,
        "before": which.before,
    }
    if which.grep:
        named["grep"] = which.grep.casefold()
        database.create_function("zenml_holds", -1, _holds, deterministic=True)
    among = " INTERSECT ".join(
        f"SELECT number FROM ({_numbers(about, named, past=which.upto is not None)})" for about in which.about
    )
    numbers = {
        f"{{number}} IN ({among})": which.about,
        "{number} <= :upto": which.upto is not None,
        "{number} > :after": which.after is not None,
        "{number} < :before": which.before is not None,
    }
    return Condition(_all(conditions), _all(numbers), named)


def _all(conditions: Mapping[str, object]) -> str:
    """Returns the conditions that are given, as one."""
    return " AND ".join(sql for sql, given in conditions.items() if given) or "TRUE"


_PART_ROWS = (
    "SELECT ledger, component_id, since, {last} AS until FROM stack_components"
    " WHERE ledger IN (SELECT ledger FROM applied) AND stack_id IN ({ids}) AND until IS NULL"
    " UNION ALL SELECT ledger, component_id, since, until FROM stack_components"
    " WHERE stack_id IN ({ids}) AND until IS NOT NULL"
)
# one row for each component: from when it first was a part of the stacks until it last was one
_PARTS = (
    "SELECT q.number FROM (SELECT ledger, component_id, min(since) AS since, max(until) AS until"
    f" FROM ({_PART_ROWS}) GROUP BY ledger, component_id) p CROSS JOIN things ON thing_id = p.component_id"
    " CROSS JOIN change_subjects f ON f.thing = things.thing AND f.subject != 'used'"
    " CROSS JOIN change_parts q ON q.number = f.number AND q.ledger = p.ledger"
    " WHERE q.position < p.until"
)
_ALREADY_PART = (
    " AND p.since <= (SELECT e.position + e.count FROM change_parts e WHERE e.ledger = p.ledger"
    " AND e.number <= :upto ORDER BY e.number DESC LIMIT 1)"
)
# the same of one change: what it is about, and whether that is or later was a part
_IS_OF_A_PART = (
    "EXISTS (SELECT 1 FROM change_subjects f CROSS JOIN change_parts q"
    " ON q.number = f.number AND q.ledger = f.ledger"
    " WHERE f.number = c.number AND f.subject = 'component' AND"
    " (EXISTS (SELECT 1 FROM stack_components s WHERE s.ledger = f.ledger AND s.stack_id IN ({ids})"
    f" AND s.until IS NULL AND s.component_id = {THING_ID.format('f')})"
    " OR EXISTS (SELECT 1 FROM stack_components s WHERE s.stack_id IN ({ids}) AND s.until IS NOT NULL"
    f" AND +s.ledger = f.ledger AND s.component_id = {THING_ID.format('f')} AND s.until > q.position)))"
)


def _numbers(about: ThingFilter, named: dict[str, object], *, past: bool) -> str:
    """Returns the select of the changes about some things, and adds its parameters."""
    ids = _ids(about, named)
    direct = f"SELECT f.number FROM change_subjects f WHERE {_among(about, ids)}"
    if not about.parts:
        return direct
    return f"{direct} UNION {_PARTS.format(ids=ids, last=LAST)}{_ALREADY_PART if past else ''}"


def _ids(about: ThingFilter, named: dict[str, object]) -> str:
    """Returns the names of the parameters that some things are, and adds them."""
    names = [f"id{len(named) + at}" for at in range(len(about.ids))]
    named.update(zip(names, about.ids, strict=True))
    return ", ".join(f":{name}" for name in names)


def _among(about: ThingFilter, ids: str) -> str:
    """Returns the condition that a subject ``f`` is one of some things."""
    own = " AND f.subject != 'used'" if about.own else ""
    return f"{AMONG.format('f', ids)}{own}"


def prepare_one(database: sqlite3.Connection, which: Filter) -> tuple[str, dict[str, object]]:
    """Returns a filter as a condition that is asked of one change ``c`` after the other, and its parameters."""
    condition = prepare(database, which._replace(about=()))
    wanted = [condition.wanted, condition.numbers.format(number="c.number")]
    for about in which.about:
        ids = _ids(about, condition.named)
        direct = f"EXISTS (SELECT 1 FROM change_subjects f WHERE f.number = c.number AND {_among(about, ids)})"
        wanted.append(f"({direct} OR {_IS_OF_A_PART.format(ids=ids)})" if about.parts else direct)
    return " AND ".join(wanted), condition.named


def _holds(part: str, *texts: str | None) -> bool:
    for text in texts:  # noqa: SIM110 - any() takes half as long again, and this is asked of every change
        if text and part in text.casefold():
            return True
    return False


def ids_named(
    database: sqlite3.Connection,
    table: TemporalTable,
    ledger_id: str,
    name: str,
    component_type: str | None = None,
    column: str | None = None,
) -> list[str]:
    """Returns the ids, or another column, of all things in a ledger that have or had a name, the newest last."""
    sql, named = _ever(table, f"{column or table.key[0]}, since", component_type, " AND name = :name")
    rows = database.execute(sql, {**named, "ledger_id": ledger_id, "name": name}).fetchall()
    return list(dict(sorted(rows, key=lambda row: row[1])))


def names_ever(
    database: sqlite3.Connection, table: TemporalTable, ledger_id: str, component_type: str | None = None
) -> list[str]:
    """Returns all names that things in a ledger have or had, sorted."""
    sql, named = _ever(table, "name", component_type)
    return sorted({row[0] for row in database.execute(sql, {**named, "ledger_id": ledger_id})})


def _ever(
    table: TemporalTable, columns: str, component_type: str | None, wanted: str = ""
) -> tuple[str, dict[str, object]]:
    """Returns a select of what was ever true in a ledger: present and past rows have indexes of their own."""
    if component_type is not None:
        wanted += " AND component_type = :component_type"
    chosen = f"SELECT {columns} FROM {table.name} WHERE ledger = {LEDGER.format(':ledger_id')}"
    sql = f"{chosen} AND until IS NULL{wanted} UNION {chosen} AND until IS NOT NULL{wanted}"
    return sql, {"component_type": component_type}
