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
    count = 0
    sql = "SELECT originator_id, originator_version, state FROM stored_events WHERE topic = ? ORDER BY rowid"
    try:
        for ledger, position, text in database.execute(sql, (BEGAN,)):
            time = _time(text)
            if time is None:
                continue
            if time < latest.get(ledger, ""):
                back.append(f"position {position} of {dashed(ledger)} has {time}, after {latest[ledger]}")
            latest[ledger] = max(time, latest.get(ledger, ""))
            count += 1
    except sqlite3.Error:
        return Verdict("the events cannot all be read", compared=False)
    if not back:
        return Verdict(f"the times of {count:,} changes and their parts go forward")
    more = f"; and {len(back) - _MOST:,} more" if len(back) > _MOST else ""
    return Verdict(f"warning: {len(back):,} times go back: {'; '.join(back[:_MOST])}{more}")


def _time(text: bytes) -> str | None:
    try:
        time = orjson.loads(text)["time"]
    except (ValueError, KeyError, TypeError):
        return None  # the verdict on the content says what is wrong with it
    return time if isinstance(time, str) else None
