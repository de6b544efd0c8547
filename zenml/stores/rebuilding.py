"""Rebuilding the views from the events."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from zenml.projections import stored_events, views
from zenml.projections.shared import may_end_early
from zenml.stores.heads import check_all


def rebuild(database: sqlite3.Connection, progress: Callable[[int], None] = lambda count: None) -> int:
    """Rebuilds all views, within the caller's transaction, and returns the number of events.

    Args:
        database: The ledgers and the views.
        progress: Called now and then with the number of events done.

    Raises:
        DamagedLedgerError: An event is missing or malformed: views made of the others would show what never was.
    """
    check_all(database)
    return views.rebuild(database, stored_events.events(database), progress, may_end_early(database))
