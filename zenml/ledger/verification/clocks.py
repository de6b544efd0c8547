"""Whether the times of changes go forward; that they go back is told, and is no damage."""

from __future__ import annotations

import sqlite3

import orjson

from zenml.ledger.verification.verdicts import Verdict
from zenml.projections.views import BEGAN
from zenml.stores.local import dashed

_MOST = 3  # positions that are named


def clocks(database: sqlite3.Connection) -> Verdict:
    """Returns where a change has an earlier time than one before it in its ledger: clocks were put back then.

    Such a verdict is never a bad one: order is by position, and times are recorded as clocks said.
    """
    latest: dict[str, str] = {}
    back: list[str] = []
    changes: set[str] = set()  # one may have a part in two ledgers
    sql = "SELECT originator_id, originator_version, state FROM stored_events WHERE topic = ? ORDER BY rowid"
    try:
        for ledger, position, text in database.execute(sql, (BEGAN,)):
            began = _began(text)
            if began is None:
                continue
            change_id, time = began
            if time < latest.get(ledger, ""):
                back.append(f"position {position} of {dashed(ledger)} has {time}, after {latest[ledger]}")
            latest[ledger] = max(time, latest.get(ledger, ""))
            changes.add(change_id)
    except sqlite3.Error:
        return Verdict("the events cannot all be read", compared=False)
    if not back:
        return Verdict(f"the times of {len(changes):,} change{'' if len(changes) == 1 else 's'} go forward")
    more = f"; and {len(back) - _MOST:,} more" if len(back) > _MOST else ""
    return Verdict(f"warning: {len(back):,} times go back: {'; '.join(back[:_MOST])}{more}")


def _began(text: bytes) -> tuple[str, str] | None:
    """Returns the id and the time of a change."""
    try:
        began = orjson.loads(text)
        change_id, time = began["change_id"], began["time"]
    except (ValueError, KeyError, TypeError):
        return None  # the verdict on the content says what is wrong with it
    return (change_id, time) if isinstance(change_id, str) and isinstance(time, str) else None
