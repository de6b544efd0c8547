"""The changes: one row each, however many ledgers it has a part in, and what is undone by what."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

import orjson

from zenml.domain.change_ids import letters
from zenml.projections.rows import Rows
from zenml.projections.timeline import merging, things
from zenml.projections.timeline.subjects import BEGUN, begun, imported, subjects, summary

Fields = dict[str, Any]

TABLES = (
    "CREATE TABLE changes (number INTEGER PRIMARY KEY, change_id TEXT NOT NULL UNIQUE,"
    " letters TEXT NOT NULL, kind TEXT NOT NULL,"
    " time TEXT NOT NULL, actor TEXT, actor_kind TEXT NOT NULL, known_by TEXT NOT NULL, system_user TEXT,"
    " host TEXT,"
    " session TEXT, command TEXT, reason TEXT, repository TEXT, client_version TEXT NOT NULL,"
    " idempotency_key TEXT, command_hash TEXT, summary TEXT NOT NULL, undone_by TEXT) STRICT",
    # a change and a ledger, each by its number
    "CREATE TABLE change_parts (number INTEGER NOT NULL, ledger INTEGER NOT NULL, position INTEGER NOT NULL,"
    " count INTEGER NOT NULL, PRIMARY KEY (number, ledger)) STRICT, WITHOUT ROWID",
    "CREATE TABLE change_targets (change_id TEXT NOT NULL, target_id TEXT NOT NULL,"
    " PRIMARY KEY (change_id, target_id)) STRICT, WITHOUT ROWID",
    things.TABLE,
    "CREATE TABLE change_subjects (number INTEGER NOT NULL, ledger INTEGER NOT NULL, thing INTEGER NOT NULL,"
    " subject TEXT NOT NULL, removed INTEGER NOT NULL, PRIMARY KEY (number, ledger, thing)) STRICT, WITHOUT ROWID",
    # only the changes of a ledger that no later one undercuts in time: "as of T" is the last row up to T,
    # and a clock that ran ahead heals itself
    "CREATE TABLE moments (ledger INTEGER NOT NULL, time TEXT NOT NULL, position INTEGER NOT NULL,"
    " PRIMARY KEY (ledger, time)) STRICT, WITHOUT ROWID",
)
INDEXES = (
    "CREATE UNIQUE INDEX changes_by_letters ON changes (letters)",
    "CREATE INDEX changes_by_time ON changes (time)",
    "CREATE INDEX changes_by_key ON changes (idempotency_key) WHERE idempotency_key IS NOT NULL",
    "CREATE INDEX change_targets_by_target ON change_targets (target_id)",
    "CREATE UNIQUE INDEX change_parts_by_position ON change_parts (ledger, position)",
    "CREATE UNIQUE INDEX change_parts_by_number ON change_parts (ledger, number)",
    "CREATE INDEX change_subjects_by_thing ON change_subjects (thing, number)",
    "CREATE INDEX plans_approved ON change_subjects (ledger, thing) WHERE subject = 'plan'",
    merging.INDEX,
)
# a change is one row, whichever of its parts is seen first; the others add to what it did. What a new profile
# begins with is shown where nothing else is: on machines that the change was not made on
_CHANGE = (
    f"INSERT INTO changes VALUES (?{', ?' * 18}) ON CONFLICT (change_id) DO UPDATE SET summary ="
    f" CASE WHEN summary = '' OR summary GLOB '{BEGUN} *' THEN excluded.summary"
    f" WHEN excluded.summary = '' OR excluded.summary GLOB '{BEGUN} *' THEN summary"
    " ELSE summary || ', ' || excluded.summary END"
)
_PART = "INSERT INTO change_parts VALUES (?, ?, ?, ?)"
_TARGET = "INSERT OR IGNORE INTO change_targets VALUES (?, ?)"
_SUBJECT = "INSERT INTO change_subjects VALUES (?, ?, ?, ?, ?)"
_USED = "INSERT OR IGNORE INTO change_subjects VALUES (?, ?, ?, 'used', 0)"
_NUMBER = "SELECT number FROM changes WHERE change_id = ?"
_UNDONE = "UPDATE changes SET undone_by = ? WHERE change_id = ?"
UNDOING = (
    "SELECT t.change_id FROM change_targets t JOIN changes c USING (change_id)"
    " WHERE t.target_id = ? AND c.undone_by IS NULL ORDER BY c.number DESC LIMIT 1"
)
_MOMENT = "INSERT INTO moments VALUES (?, ?, ?)"


class Changes:
    """Applies whole changes."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._newest: dict[int, str] = {}
        self._last: int | None = None  # the number of the newest change
        self._earliest: str | None = None

    def record(self, ledger_id: str, position: int, began: Fields, events: list[tuple[str, Fields]]) -> None:
        """Records one part of a change.

        Args:
            ledger_id: The ledger it is in.
            position: The position of its `ChangeBegan`.
            began: The fields of that event.
            events: Topics and fields of the events that follow.
        """
        write, change_id, ledger = self.rows.write, began["change_id"], self.rows.ledger_number(ledger_id)
        described = told_alone(ledger_id, position, began, events)
        number = self._number(ledger_id, began)
        write(_CHANGE, (number, *_cells(began, described)))
        write(_PART, (number, ledger, position, began["count"]))
        for subject, thing_id, removed in subjects(events):
            write(_SUBJECT, (number, ledger, self.rows.thing_number(thing_id), subject, int(removed)))
        if began["correlation_id"] != change_id:
            write(_USED, (number, ledger, self.rows.thing_number(began["correlation_id"])))
        if began["targets"]:
            for target in began["targets"]:
                write(_TARGET, (change_id, target))
            self._toggle(change_id, began["targets"], in_effect=True)
        self._note_moment(ledger, began["time"], position + began["count"])
        # a ledger is known to be shared from the event on that makes a profile of it
        time = "" if _share(events) else began["time"]
        self._earliest = time if self._earliest is None else min(self._earliest, time)

    def settle(self, database: sqlite3.Connection) -> None:
        """Numbers what was recorded by its place among all changes. To be called once all parts are recorded."""
        if self._earliest is not None:
            merging.settle(database, self._earliest)
        self._earliest = self._last = None

    def _number(self, ledger_id: str, began: Fields) -> int:
        """Returns the number of a change: the one it has, if another part of it was recorded before."""
        if [part["ledger_id"] for part in began["parts"]] != [ledger_id]:
            row = self.rows.execute(_NUMBER, (began["change_id"],), _CHANGE).fetchone()
            if row:
                return int(row[0])
        if self._last is None:
            self._last = int(self.rows.execute("SELECT max(number) FROM changes", (), _CHANGE).fetchone()[0] or 0)
        self._last += 1
        return self._last

    def _toggle(self, change_id: str, targets: list[str], *, in_effect: bool) -> None:
        """Marks targets as undone, or as in effect again; an undo that is undone frees its own targets.

        A target that is freed stays undone if another undo that is in effect has taken it back too.
        """
        below = "SELECT target_id FROM change_targets WHERE change_id = ?"
        for target in targets:
            by: str | None = change_id
            if not in_effect:
                other = self.rows.execute(UNDOING, (target,), _CHANGE, _TARGET, _UNDONE).fetchone()
                by = other[0] if other else None
            self.rows.write(_UNDONE, (by, target))
            if in_effect or by is None:
                rows = self.rows.execute(below, (target,), _TARGET).fetchall()
                if rows:  # only an undo or a redo has targets
                    self._toggle(target, [row[0] for row in rows], in_effect=not in_effect)

    def _note_moment(self, ledger: int, time: str, position: int) -> None:
        if time <= self._newest.get(ledger, "~"):  # a tilde comes after all digits: nothing is known yet
            later = "DELETE FROM moments WHERE ledger = ? AND time >= ?"
            self.rows.execute(later, (ledger, time), _MOMENT)
        self.rows.write(_MOMENT, (ledger, time, position))
        self._newest[ledger] = time


def _share(events: list[tuple[str, Fields]]) -> bool:
    """Tells whether one of the events makes a profile shared."""
    for _, fields in events:
        if fields.get("store_type", "local") != "local" or fields.get("new_store_type", "local") != "local":
            return True
    return False


def told_alone(ledger_id: str, position: int, began: Fields, events: list[tuple[str, Fields]]) -> str:
    """Returns what a part of a change did, in words, for those who have no other part of it."""
    return begun(events) if _begins(ledger_id, position, began) else _words(began, events)


def part_summary(ledger_id: str, position: int, began: Fields, events: list[tuple[str, Fields]]) -> str:
    """Returns what a part of a change did, in words. What a new profile starts with goes without saying."""
    return "" if _begins(ledger_id, position, began) else _words(began, events)


def _words(began: Fields, events: list[tuple[str, Fields]]) -> str:
    return imported(events) if began["kind"] in ("import", "migrate") else summary(events)


def _begins(ledger_id: str, position: int, began: Fields) -> bool:
    """Tells whether a part is what a profile begins with that another part of the change makes."""
    return position == 1 and bool(began["parts"][0]["ledger_id"] != ledger_id)


def _cells(began: Fields, described: str) -> tuple[object, ...]:
    actor, idempotency, change_id = began["actor"], began["idempotency"], began["change_id"]
    return (
        change_id,
        letters(change_id),
        began["kind"],
        began["time"],
        unsalted(actor["actor_id"]),
        actor["kind"],
        actor["known_by"],
        unsalted(actor.get("system_user")),
        unsalted(actor["host"]),
        unsalted(began["session"]),
        unsalted(began["command"]),
        unsalted(began["reason"]),
        unsalted(began["repository_path"]),
        began["client_version"],
        unsalted(idempotency["key"]) if idempotency else None,
        unsalted(idempotency["command_hash"]) if idempotency else None,
        described,
        None,
    )


def unsalted(value: Fields | None) -> str | None:
    """Returns a salted value as text; None where there is none or it was blanked."""
    if value is None or "v" not in value:
        return None
    return _plain(value["v"])


@lru_cache(1024)  # who, where and with what says the same of many changes
def _plain(text: str) -> str:
    return str(orjson.loads(text))
