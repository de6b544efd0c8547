"""Whether the times of changes go forward; that they go back is reported, and is not damage."""

from __future__ import annotations

import orjson

from zenml.ledger.verification.verdicts import Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError
from zenml.projections.stored_events import BEGAN

_MOST = 3  # positions that are named


class Clocks:
    """Takes the beginnings of changes, and says where one has an earlier time than one before it in its ledger.

    Clocks were put back then. That is never bad: order is by position, and times are what clocks showed.
    """

    def __init__(self) -> None:
        self._latest: dict[str, str] = {}
        self._back: list[str] = []
        self._changes: set[str] = set()  # one may have a part in two ledgers

    def take(self, ledger_id: str, position: int, change_id: str, time: str) -> None:
        """Takes the next one."""
        latest = self._latest.get(ledger_id, "")
        if time < latest:
            self._back.append(f"position {position} of {ledger_id} has {time}, after {latest}")
        else:
            self._latest[ledger_id] = time
        self._changes.add(change_id)

    def verdict(self) -> Verdict:
        """Returns what was found."""
        number, back = len(self._changes), self._back
        if not back:
            return Verdict(f"the times of {number:,} change{'' if number == 1 else 's'} go forward")
        more = f"; and {len(back) - _MOST:,} more" if len(back) > _MOST else ""
        return Verdict(f"warning: {len(back):,} times go back: {'; '.join(back[:_MOST])}{more}")


def clocks(database: Database) -> Verdict:
    """Returns the verdict about all beginnings of changes that can be read."""
    times = Clocks()
    try:
        for event in stored_events.events(database, topics=(BEGAN,)):
            began = _began(event.text)
            if began is not None:
                times.take(event.ledger_id, event.position, *began)
    except StorageError:
        return Verdict("the events cannot all be read", compared=False)
    return times.verdict()


def _began(text: bytes) -> tuple[str, str] | None:
    """Returns the id and the time of a change."""
    try:
        began = orjson.loads(text)
        change_id, time = began["change_id"], began["time"]
    except (ValueError, KeyError, TypeError):
        return None  # the verdict on the content says what is wrong with it
    return (change_id, time) if isinstance(change_id, str) and isinstance(time, str) else None
