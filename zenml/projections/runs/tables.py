"""The views of a ledger of runs, and what an event does to them.

A run is known by the position of its first event; what is not asked for by itself stays in the event's text. Ids
are bytes and names are numbers: there are as many runs as anybody wants, and each is written to disk a few times.
"""

from __future__ import annotations

from zenml.domain.plain_json import load
from zenml.domain.run_values import readable
from zenml.projections.runs.ids import key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from zenml.projections.database import Database

VERSION = 3
"""Views of another version are made again; the file has it as its `user_version`."""

RECORDED_OUTCOMES = ("succeeded", "failed", "killed", "lost")
"""How a run can end, as `RunOutcome` says; the views have the place in this list."""

STATEMENTS = (
    "CREATE TABLE run_stacks (stack INTEGER PRIMARY KEY, stack_id TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE run_names (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE run_actors (actor INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,"
    " UNIQUE (name, kind)) STRICT",
    "CREATE TABLE runs (started INTEGER PRIMARY KEY, run BLOB NOT NULL, name INTEGER, stack INTEGER NOT NULL,"
    " position INTEGER NOT NULL, actor INTEGER, finished INTEGER, outcome INTEGER) STRICT",
    "CREATE UNIQUE INDEX runs_by_id ON runs (run)",
    "CREATE INDEX runs_by_stack ON runs (stack, position)",
    "CREATE INDEX runs_by_name ON runs (name) WHERE name IS NOT NULL",
    "CREATE INDEX runs_by_actor ON runs (actor) WHERE actor IS NOT NULL",
    "CREATE INDEX runs_not_finished ON runs (started) WHERE finished IS NULL",
    "CREATE TABLE run_notes (started INTEGER NOT NULL, noted INTEGER NOT NULL, PRIMARY KEY (started, noted))"
    " STRICT, WITHOUT ROWID",
)
"""What makes them: ``run`` as `ids.key` has it, ``position`` of the profile's ledger, all others of this one.

Who started a run has the position of the first one that says so for a number: it follows from what the events say
now, so that a name which is blanked in some of them leaves no trace, and views that are made again are the same.
"""

NAMES = ("runs", "run_notes", "run_stacks", "run_names", "run_actors")
"""The tables that can be made again from the events."""


def apply(database: Database, position: int, topic: str, fields: dict[str, Any]) -> None:
    """Applies an event that was stored at a position to the views."""
    _HANDLERS[topic](database, position, fields)


def are_ours(database: Database) -> bool:
    """Tells whether a file has the views of this version, and nothing that could falsify what they answer."""
    made = database.execute("SELECT type, sql FROM sqlite_master").fetchall()
    if not {sql for _, sql in made}.issuperset(STATEMENTS) or any(
        kind not in ("table", "index") for kind, _ in made
    ):
        return False
    if not any(sql.startswith("CREATE TABLE stored_events") for _, sql in made if sql):
        return True
    # The first event of a ledger begins a run: views without any were emptied.
    sql = "SELECT EXISTS (SELECT 1 FROM stored_events) > EXISTS (SELECT 1 FROM runs)"
    return not database.execute(sql).fetchone()[0]


def lacks_head(database: Database) -> bool:
    """Tells whether a file has events, and no head that says whose they are."""
    sql = "SELECT EXISTS (SELECT 1 FROM stored_events) > EXISTS (SELECT 1 FROM heads)"
    return bool(database.execute(sql).fetchone()[0])


def is_current(database: Database) -> bool:
    """Tells whether a file says that its views are of this version."""
    return bool(database.execute("PRAGMA user_version").fetchone()[0] == VERSION)


def schema(database: Database) -> dict[tuple[str, str], str]:
    """Returns the SQL of everything in a file that SQLite did not make by itself, by kind and name."""
    sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    return {(kind, name): made for kind, name, made in database.execute(sql)}


def make(database: Database) -> None:
    """Makes empty views, in place of those that are there."""
    for name in NAMES:
        database.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in STATEMENTS:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {VERSION}")


def make_again(database: Database) -> None:
    """Makes the views from the events."""
    make(database)
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'heads'").fetchone() is None:
        _make_stored(database)  # whoever made the file was stopped before anything was in it
    events = database.execute("SELECT originator_version, topic, state FROM stored_events ORDER BY 1")
    for position, topic, text in events.fetchall():
        apply(database, position, topic, load(text.decode()))


def take_out_blanked(database: Database, position: int, fields: dict[str, Any]) -> None:
    """Takes out of the views what is blank by now in an event: of its values, they only have who started a run.

    Args:
        database: The file.
        position: The position of the event.
        fields: What its text has now.
    """
    actor = fields.get("actor")
    if isinstance(actor, dict) and "c" in actor.get("actor_id", ()):
        _forget_actor(database, position)


def actor_numbers(database: Database, name: str, kind: str | None) -> list[int]:
    """Returns the numbers of those who have a name, and are of a kind if one is given."""
    sql = "SELECT actor FROM run_actors WHERE name = ?" + (" AND kind = ?" if kind is not None else "")
    return [row[0] for row in database.execute(sql, (name,) if kind is None else (name, kind))]


def _make_stored(database: Database) -> None:
    """Makes what an empty ledger has, as far as it is asked for; `zenml.stores.runs.file` makes it whole."""
    database.execute("CREATE TABLE heads (ledger_id TEXT)")
    database.execute("CREATE TABLE stored_events (originator_id, originator_version, topic, state)")


def _number(database: Database, table: str, number: str, column: str, text: str) -> int:
    """Returns the number that a text has in a table; it gets one, if it has none."""
    row = database.execute(f"SELECT {number} FROM {table} WHERE {column} = ?", (text,)).fetchone()
    if row is not None:
        return int(row[0])
    return int(database.execute(f"INSERT INTO {table} ({column}) VALUES (?)", (text,)).lastrowid or 0)


def _actor(database: Database, started: int, actor: dict[str, Any]) -> int | None:
    """Returns the number of who started a run; None if that was blanked."""
    value, kind = readable(actor, load)["actor_id"], actor["kind"]
    if "v" not in value:
        return None
    name = load(value["v"])
    known = actor_numbers(database, name, kind)
    if not known:
        database.execute("INSERT INTO run_actors VALUES (?, ?, ?)", (started, name, kind))
    return known[0] if known else started


def _forget_actor(database: Database, started: int) -> None:
    """Takes out who started a run; with the last of theirs the name goes, too."""
    row = database.execute("SELECT actor FROM runs WHERE started = ?", (started,)).fetchone()
    if row is None or row[0] is None:
        return
    database.execute("UPDATE runs SET actor = NULL WHERE started = ?", (started,))
    (first,) = database.execute("SELECT min(started) FROM runs WHERE actor = ?", row).fetchone()
    if first is None:
        database.execute("DELETE FROM run_actors WHERE actor = ?", row)
    elif first != row[0]:
        database.execute("UPDATE run_actors SET actor = ? WHERE actor = ?", (first, *row))
        database.execute("UPDATE runs SET actor = ? WHERE actor = ?", (first, *row))


def _started(database: Database, position: int, event: dict[str, Any]) -> None:
    """Begins a run; of two with one id, which nobody makes by accident, the first counts."""
    run, name = key(event["run_id"]), event["name"]
    if database.execute("SELECT 1 FROM runs WHERE run = ?", (run,)).fetchone():
        return
    cells = (
        run,
        None if name is None else _number(database, "run_names", "number", "name", name),
        _number(database, "run_stacks", "stack", "stack_id", event["stack_id"]),
        event["position"],
        _actor(database, position, event["actor"]),
    )
    database.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)", (position, *cells))


def _noted(database: Database, position: int, event: dict[str, Any]) -> None:
    sql = "INSERT INTO run_notes SELECT started, ? FROM runs WHERE run = ?"
    database.execute(sql, (position, key(event["run_id"])))


def _finished(database: Database, position: int, event: dict[str, Any]) -> None:
    """Ends a run; how one ended counts, whoever took it for lost before."""
    outcome, lost = RECORDED_OUTCOMES.index(event["outcome"]), RECORDED_OUTCOMES.index("lost")
    again = "" if outcome == lost else f" OR outcome = {lost}"
    sql = f"UPDATE runs SET finished = ?, outcome = ? WHERE run = ? AND (finished IS NULL{again})"
    database.execute(sql, (position, outcome, key(event["run_id"])))


def _redacted(database: Database, position: int, event: dict[str, Any]) -> None:
    """Alters nothing: whoever may append can say that of any value; see `take_out_blanked`."""


_HANDLERS: dict[str, Callable[[Database, int, dict[str, Any]], None]] = {
    "zenml:RunStarted": _started,
    "zenml:RunNoted": _noted,
    "zenml:RunFinished": _finished,
    "zenml:RunValuesRedacted": _redacted,
}
