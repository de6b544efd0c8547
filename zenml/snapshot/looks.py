"""Opening a ledger's file for one consistent look."""

from __future__ import annotations

from contextlib import contextmanager

from zenml.projections import database, kept, versions
from zenml.snapshot.snapshot import Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def look(path: str, root: str | None) -> Iterator[Snapshot | None]:
    """Gives one consistent look at a ledger's file.

    Yields:
        None if it cannot be read as it is: it has not begun, or its views are not complete.

    Raises:
        DamagedLedgerError: It is gone, or cannot be read.
    """
    if not kept.is_kept(path):
        yield None
        return
    with database.open_still(path) as connection:
        database.check_made_by_us(connection, path)
        machine_id = database.machine_ledger(connection) if versions.up_to_date(connection) else None
        yield Snapshot(connection, machine_id, root) if machine_id else None


@contextmanager
def look_at_copy(path: str, root: str | None) -> Iterator[Snapshot | None]:
    """Gives a look at a copy of a ledger's file in memory, with views that are rebuilt: nothing is written."""
    from zenml.projections import stored_events, views
    from zenml.projections.shared import may_end_early

    with database.copy_in_memory(path) as copy:
        views.rebuild(copy, stored_events.events(copy), may_end_early=may_end_early(copy))
        machine_id = database.machine_ledger(copy)
        yield Snapshot(copy, machine_id, root) if machine_id else None
