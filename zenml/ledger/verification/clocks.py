"""Whether the times of changes go forward; that they go back is reported, and is not damage."""

from __future__ import annotations

import orjson

from zenml.ledger.verification.verdicts import Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError
from zenml.projections.stored_events import BEGAN

_MOST = 3  # positions that are named


def clocks(database: Database) -> Verdict:
    """Returns where a change has an earlier time than one before it in its ledger: clocks were put back then.

    Such a verdict is never a bad one: order is by position, and times are recorded as clocks showed them.
    """
    latest: dict[str, str] = {}
    back: list[str] = []
    changes: set[str] = set()  # one may have a part in two ledgers
    try:
        for event in stored_events.events(database, topics=(BEGAN,)):
            ledger, began = event.ledger_id, _began(event.text)
            if began is None:
                continue
            change_id, time = began
            if time < latest.get(ledger, ""):
                back.append(f"position {event.position} of {ledger} has {time}, after {latest[ledger]}")
            latest[ledger] = max(time, latest.get(ledger, ""))
            changes.add(change_id)
    except StorageError:
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
