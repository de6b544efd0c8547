"""Which versions of the program the members of a shared profile have."""

from __future__ import annotations

from zenml.projections.temporal import LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


def newest_versions(database: Database, ledger_id: str, since: str) -> list[tuple[str, str]]:
    """Returns everybody who made a change in a ledger since a time, and the version of their newest one.

    Args:
        database: The views.
        ledger_id: The ledger.
        since: The time, as events have it.

    Returns:
        Names as ``NAME on HOST``, sorted, each with a version.
    """
    sql = (
        "SELECT c.actor, c.host, c.client_version FROM change_parts p JOIN changes c USING (number)"
        f" WHERE p.ledger = {LEDGER.format('?')} AND c.time >= ? ORDER BY p.position"
    )
    newest = {
        f"{actor or 'somebody'} on {host or 'an unknown host'}": str(version)
        for actor, host, version in database.execute(sql, (ledger_id, since))
    }
    return sorted(newest.items())
