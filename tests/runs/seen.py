"""What is recorded of runs in a home: read from the files, without the program's own views."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any, NamedTuple

from tests.support.program import Home


class RunSeen(NamedTuple):
    """A run as its events say it.

    Attributes:
        start: The fields of its first event.
        notes: What was noted, in order.
        ends: The fields of each event that says it ended: one, if all is well.
    """

    start: dict[str, Any]
    notes: list[dict[str, Any]]
    ends: list[dict[str, Any]]

    @property
    def end(self) -> dict[str, Any]:
        (only,) = self.ends
        return only

    def said(self, field: str) -> Any:
        """Returns what the salted value of a field says."""
        return json.loads(self.start[field]["v"])


def runs_of(home: Home) -> list[RunSeen]:
    """Returns all runs that are recorded in a home, in order."""
    seen: dict[str, RunSeen] = {}
    for path in sorted(home.config.glob("runs/*.db")):
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT topic, state FROM stored_events ORDER BY rowid").fetchall()
        for topic, state in rows:
            fields = json.loads(state)
            if topic == "zenml:RunStarted":
                seen[fields["run_id"]] = RunSeen(fields, [], [])
            elif topic == "zenml:RunNoted":
                seen[fields["run_id"]].notes.append(fields["note"])
            else:
                seen[fields["run_id"]].ends.append(fields)
    return list(seen.values())


def last_run(home: Home) -> RunSeen:
    """Returns the run that was begun last."""
    return runs_of(home)[-1]


def verifies(home: Home) -> bool:
    """Tells whether every file of runs has the events that its head and its tree count, in order."""
    from zenml.evidence.merkle import Frontier, leaf_hash_stored

    for path in home.config.glob("runs/*.db"):
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(
                "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
            ).fetchall()
            heads = database.execute("SELECT ledger_id, size, frontier FROM heads").fetchall()
        tree = Frontier()
        for ledger_id, position, topic, state in rows:
            if position != tree.size + 1:
                return False
            tree = tree.appended(leaf_hash_stored(ledger_id, position, topic, json.loads(state), state))
        if rows and heads != [(rows[0][0], tree.size, tree.to_bytes())]:
            return False
    return True
