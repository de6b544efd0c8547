"""A file as those see it who have one of its ledgers alone: what stands before its tables shows nothing else.

The names of tables mean temporary views then, which show what is of that ledger. A change that has parts in others
too is described by what it did here, as it would be on a machine that knows this part alone.

What is over is looked up in the file itself here and there (``main.``), by the id of a ledger or of a thing: the
first is found in the views alone, and the second is known to those alone who have the thing.
"""

from __future__ import annotations

import json
import re

from zenml.domain.upcasts import upcast
from zenml.projections import stored_events
from zenml.projections.tables import TEMPORAL
from zenml.projections.timeline.changes import told_alone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.projections.database import Database

_LEDGER_ID = re.compile("[0-9a-f-]+")


# one row after the other: a list of all changes of the ledger would be made again for each question
def _of_it(change: str) -> str:
    return f"EXISTS (SELECT 1 FROM main.change_parts p WHERE p.number = {change}.number AND p.ledger = {{ledger}})"


def _is_of_it(change_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM main.changes o WHERE o.change_id = {change_id} AND {_of_it('o')})"


_BY_NUMBER = (*(table.name for table in TEMPORAL), "change_parts", "change_subjects", "moments")
_BY_ID = ("applied", "heads", "ledgers")

NOT_SCOPED = ("things", "views", "sqlite_sequence")
"""Tables with nothing that anybody could read in them: ids and their numbers, and how old the views are."""

_TOLD = "zenml_told_alone"
_BEYOND = 2**62  # no change has such a number

_VIEWS = {
    **{name: f"SELECT * FROM main.{name} WHERE ledger = {{ledger}}" for name in _BY_NUMBER},
    **{name: f"SELECT * FROM main.{name} WHERE ledger_id = '{{ledger_id}}'" for name in _BY_ID},
    "stored_events": (
        "SELECT rowid, originator_id, originator_version, topic, state FROM main.stored_events"
        " WHERE originator_id = '{originator_id}'"
    ),
    "keys": "SELECT * FROM main.keys WHERE FALSE",  # nothing is opened for those who only look
    "change_targets": (
        f"SELECT * FROM main.change_targets t WHERE {_is_of_it('t.change_id')} AND {_is_of_it('t.target_id')}"
    ),
    "changes": (
        "SELECT number, change_id, letters, kind, time, actor, actor_kind, known_by, system_user, host, session,"
        " command, reason, repository, client_version, idempotency_key, command_hash,"
        " CASE WHEN (SELECT count(*) FROM main.change_parts p WHERE p.number = c.number) = 1 THEN summary"
        f" ELSE {_TOLD}(number) END AS summary,"
        f" CASE WHEN {_is_of_it('c.undone_by')} THEN undone_by END AS undone_by"
        f" FROM main.changes c WHERE {_of_it('c')}"
    ),
}


def show_one_ledger(database: Database, ledger_id: str) -> None:
    """Has a connection show one ledger alone, for as long as it is open.

    Args:
        database: The file, open for reading.
        ledger_id: The ledger.
    """
    if not _LEDGER_ID.fullmatch(ledger_id):
        raise ValueError("The id of a ledger is a UUID.")
    database.create_function(_TOLD, 1, lambda number: _told(database, ledger_id, number))
    of_it = {
        "ledger": f"(SELECT ledger FROM main.applied WHERE ledger_id = '{ledger_id}')",
        "ledger_id": ledger_id,
        "originator_id": ledger_id.replace("-", ""),
    }
    database.execute("PRAGMA temp_store = MEMORY")
    for name, select in _VIEWS.items():
        database.execute(f"CREATE TEMP VIEW {name} AS {select.format_map(of_it)}")


def places(database: Database, numbers: Iterable[int]) -> dict[int, int]:
    """Returns which of the ledger's changes has a number: 1 for the first one. The number counts those of others.

    Args:
        database: The file, which shows one ledger alone.
        numbers: Those of changes of the ledger.
    """
    found, place, last = dict[int, int](), 0, 0
    for number in sorted(set(numbers)):
        sql = "SELECT count(*) FROM change_parts WHERE number > ? AND number <= ?"
        place += database.execute(sql, (last, number)).fetchone()[0]
        found[number], last = place, number
    return found


def number_at(database: Database, place: int) -> int:
    """Returns the number of the change at a place of the ledger; beyond its ends a smaller or a greater one."""
    if place < 1:
        return 0
    sql = "SELECT number FROM change_parts ORDER BY number LIMIT 1 OFFSET ?"
    row = database.execute(sql, (place - 1,)).fetchone()
    return int(row[0]) if row else _BEYOND


def _told(database: Database, ledger_id: str, number: int) -> str:
    """Returns what the part of a change in the ledger did, in words."""
    sql = "SELECT position, count FROM change_parts WHERE number = ?"
    ((position, count),) = database.execute(sql, (number,)).fetchall()
    began, *events = stored_events.events(database, ledger_id, position, position + count)
    decided = [upcast(event.topic, json.loads(event.text)) for event in events]
    return told_alone(ledger_id, position, json.loads(began.text), decided)
