"""As of which positions of a profile's ledger a stack had something: what its temporal tables say of that.

A run is of a stack and as of a position, so that what it used follows from these and an index, however many there
are: nothing of the configuration is repeated in a ledger of runs.

There may be thousands of spans: they are JSON texts that SQLite makes and reads, and go from one file to another
as they are.
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
    """The id of a stack or a component, the first position of the span, and the one where it is over."""

    SpansJson = str
    """A JSON list of spans, each a list of its three members: ``[["ID", 3, 7]]``."""

_IN_LEDGER = f"ledger = {LEDGER.format(':ledger_id')}"
_ONE, _FIRST, _END = (f"json_extract(had.value, '$[{place}]')" for place in range(3))
_HELD = (
    f"SELECT json_array(stack_id, max(since, {_FIRST}), min(coalesce(until, {LAST}), {_END})) AS span"
    f" FROM json_each(:component_spans) AS had CROSS JOIN stack_components ON {_IN_LEDGER}"
    f" AND component_id = {_ONE} AND since < {_END}"
    " AND (:stacks IS NULL OR stack_id IN (SELECT value FROM json_each(:stacks)))"
)
_WITH_ANY = (
    "SELECT count(*), json_group_array(json(span)) FROM"
    f" ({_HELD} AND until IS NULL UNION ALL {_HELD} AND until > {_FIRST} LIMIT :limit)"
)


def with_any(
    database: Database, ledger_id: str, component_spans: SpansJson, stack_ids: Collection[str] | None = None
) -> SpansJson:
    """Returns when stacks had a component within the span that is given for it.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        component_spans: The components, each with a span; one may have several.
        stack_ids: The stacks; None for any.
    """
    return _with_any(database, ledger_id, component_spans, stack_ids, -1)[1]


def with_any_few(
    database: Database, ledger_id: str, component_spans: SpansJson, stack_ids: Collection[str] | None, most: int
) -> SpansJson | None:
    """Returns what `with_any` does; None if there are more than ``most`` spans, of which no more are read."""
    number, stack_spans = _with_any(database, ledger_id, component_spans, stack_ids, most + 1)
    return None if number > most else stack_spans


def _with_any(
    database: Database, ledger_id: str, component_spans: SpansJson, stack_ids: Collection[str] | None, limit: int
) -> tuple[int, SpansJson]:
    stacks = None if stack_ids is None else dump(sorted(stack_ids))
    named = {"ledger_id": ledger_id, "component_spans": component_spans, "stacks": stacks, "limit": limit}
    number, stack_spans = database.execute(_WITH_ANY, named).fetchone()
    return number, stack_spans


def written_at(
    database: Database, table: TemporalTable, ledger_id: str, key: tuple[str, ...], position: int
) -> list[Span]:
    """Returns how long what was written at a position held; an empty list if nothing was written there."""
    for at in (position, None):
        row = database.execute(*version(table, ledger_id, key, at)).fetchone()
        if row is not None and row[-2] == position:
            return [(key[0], position, LAST if row[-1] is None else row[-1])]
    return []
