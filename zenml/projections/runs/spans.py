"""As of which positions of a profile's ledger a stack had something: what its temporal tables say of that.

A run is of a stack and as of a position, so that what it used follows from these and an index, however many there
are: nothing of the configuration is repeated in a ledger of runs.

Spans are JSON, for SQLite to make and to read: each has an id, the position from which on something was so, and
the one before which it still was. There may be thousands, and they go from one file to another as they are.
"""

from __future__ import annotations

from zenml.domain.plain_json import dump
from zenml.projections.temporal import LAST, LEDGER, version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from zenml.projections.database import Database
    from zenml.projections.temporal import TemporalTable

    Span = tuple[str, int, int]

_HERE = f"ledger = {LEDGER.format(':ledger_id')}"
_ONE, _FIRST, _END = (f"json_extract(had.value, '$[{place}]')" for place in range(3))
_HELD = (
    f"SELECT json_array(stack_id, max(since, {_FIRST}), min(coalesce(until, {LAST}), {_END})) AS span"
    f" FROM json_each(:had) AS had CROSS JOIN stack_components ON {_HERE}"
    f" AND component_id = {_ONE} AND since < {_END}"
    " AND (:stacks IS NULL OR stack_id IN (SELECT value FROM json_each(:stacks)))"
)
_WITH_ANY = (
    "SELECT count(*), json_group_array(json(span)) FROM"
    f" ({_HELD} AND until IS NULL UNION ALL {_HELD} AND until > {_FIRST} LIMIT :limit)"
)


def with_any(database: Database, ledger_id: str, had: str, stack_ids: Collection[str] | None = None) -> str:
    """Returns the spans of stacks that had one of some components while these were as they shall be.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        had: The spans of the components.
        stack_ids: The stacks; None for any.
    """
    return _with_any(database, ledger_id, had, stack_ids, -1)[1]


def with_any_few(
    database: Database, ledger_id: str, had: str, stack_ids: Collection[str] | None, most: int
) -> str | None:
    """Returns as `with_any`; None if there are more than so many, of which no more are read."""
    number, spans = _with_any(database, ledger_id, had, stack_ids, most + 1)
    return None if number > most else spans


def _with_any(
    database: Database, ledger_id: str, had: str, stack_ids: Collection[str] | None, limit: int
) -> tuple[int, str]:
    stacks = None if stack_ids is None else dump(sorted(stack_ids))
    named = {"ledger_id": ledger_id, "had": had, "stacks": stacks, "limit": limit}
    number, spans = database.execute(_WITH_ANY, named).fetchone()
    return number, spans


def written_at(
    database: Database, table: TemporalTable, ledger_id: str, key: tuple[str, ...], position: int
) -> list[Span]:
    """Returns the span in which a thing was as it was written at a position; none if nothing was."""
    for at in (position, None):
        row = database.execute(*version(table, ledger_id, key, at)).fetchone()
        if row is not None and row[-2] == position:
            return [(key[0], position, LAST if row[-1] is None else row[-1])]
    return []
