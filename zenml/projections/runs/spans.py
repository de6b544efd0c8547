"""As of which positions of a profile's ledger a stack had something: what its temporal tables say of that.

A run is of a stack and as of a position, so that what it used follows from these and an index, however many there
are: nothing of the configuration is repeated in a ledger of runs.
"""

from __future__ import annotations

from zenml.projections.components import COMPONENTS
from zenml.projections.stacks import STACKS
from zenml.projections.temporal import LAST, LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zenml.projections.database import Database
    from zenml.projections.temporal import TemporalTable

    Ranges = list[tuple[int, int]]
    """Positions, from the first of each pair until before its last; in order, none touches another."""

    Spans = dict[str, Ranges]
    """Positions by the id of a stack."""

_HERE = f"ledger = {LEDGER.format(':ledger_id')}"
_QUOTE = '"'


def always(stack_ids: Iterable[str]) -> Spans:
    """Returns the spans of stacks whatever they are made of."""
    return {stack_id: [(0, LAST)] for stack_id in stack_ids}


def with_components(
    database: Database, ledger_id: str, component_ids: Iterable[str], stack_ids: Iterable[str]
) -> Spans:
    """Returns the spans in which some stacks had one of some components."""
    return with_any(database, ledger_id, {one: [(0, LAST)] for one in component_ids}, stack_ids)


def with_any(database: Database, ledger_id: str, had: Mapping[str, Ranges], stack_ids: Iterable[str]) -> Spans:
    """Returns the spans in which some stacks had one of some components while these were as they shall be.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        had: When the components were so, by their ids.
        stack_ids: The stacks.
    """
    return _joined(
        (stack_id, max(since, first), min(until, end))
        for stack_id, component_id, since, until in _held(database, ledger_id, had, stack_ids)
        for first, end in had.get(component_id, ())
        if first < until and since < end
    )


def values_ever(
    database: Database, ledger_id: str, parameter: str, component_ids: Iterable[str] | None = None
) -> list[tuple[str, str, int, int]]:
    """Returns each value that a parameter ever had: the component, the setting as a view holds it, and when.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        parameter: The parameter.
        component_ids: Of these components alone; of any for None.
    """
    there = _ever(database, COMPONENTS, ledger_id) if component_ids is None else component_ids
    chosen = (
        f"SELECT component_id, setting, since, coalesce(until, {LAST}) FROM json_each(:ids) AS one"
        " CROSS JOIN parameters ON component_id = one.value AND parameter = :parameter"
    )
    sql = f"{chosen} AND {_HERE} AND until IS NULL UNION ALL {chosen} AND +{_HERE} AND until IS NOT NULL"
    named = {"ids": _as_json(there), "parameter": parameter, "ledger_id": ledger_id}
    return database.execute(sql, named).fetchall()


def part_from(database: Database, ledger_id: str, stack_id: str, component_type: str, position: int) -> Ranges:
    """Returns for which positions a stack had the component that it was given at one of them."""
    chosen = (
        f"SELECT since, coalesce(until, {LAST}) FROM stack_components"
        " WHERE stack_id = :stack_id AND component_type = :component_type AND since = :position"
    )
    sql = f"{chosen} AND {_HERE} AND until IS NULL UNION ALL {chosen} AND +{_HERE} AND until IS NOT NULL"
    named = {"stack_id": stack_id, "component_type": component_type, "position": position, "ledger_id": ledger_id}
    return database.execute(sql, named).fetchall()


def parameters_ever(database: Database, ledger_id: str) -> list[str]:
    """Returns the names of all parameters that components have or had, sorted."""
    chosen = "SELECT parameter FROM json_each(:ids) AS one CROSS JOIN parameters ON component_id = one.value"
    sql = f"{chosen} AND {_HERE} AND until IS NULL UNION {chosen} AND +{_HERE} AND until IS NOT NULL ORDER BY 1"
    named = {"ids": _as_json(_ever(database, COMPONENTS, ledger_id)), "ledger_id": ledger_id}
    return [row[0] for row in database.execute(sql, named)]


def is_stack(database: Database, ledger_id: str, stack_id: str) -> bool:
    """Tells whether there is or was a stack of this id."""
    return stack_id in _ever(database, STACKS, ledger_id)


def in_all(several: Iterable[Spans]) -> Spans:
    """Returns what all of some spans have in common; there must be one at least."""
    first, *others = several
    for other in others:
        first = {
            stack_id: both
            for stack_id, ranges in first.items()
            if stack_id in other and (both := _common(ranges, other[stack_id]))
        }
    return first


def in_any(several: Iterable[Spans]) -> Spans:
    """Returns what at least one of some spans has."""
    return _joined((stack_id, *span) for spans in several for stack_id, ranges in spans.items() for span in ranges)


def _held(
    database: Database, ledger_id: str, component_ids: Iterable[str], stack_ids: Iterable[str]
) -> list[tuple[str, str, int, int]]:
    """Returns which of some stacks had which of some components, and when; stacks of now whatever they are."""
    chosen = (
        f"SELECT stack_id, component_id, since, coalesce(until, {LAST}) FROM json_each(:{{}}) AS one"
        " CROSS JOIN stack_components"
    )
    sql = (
        f"{chosen.format('ids')} ON component_id = one.value AND {_HERE} AND until IS NULL"
        f" UNION ALL {chosen.format('stacks')} ON stack_id = one.value AND +{_HERE} AND until IS NOT NULL"
        " AND component_id IN (SELECT value FROM json_each(:ids))"
    )
    named = {"ids": _as_json(component_ids), "stacks": _as_json(stack_ids), "ledger_id": ledger_id}
    return database.execute(sql, named).fetchall()


def _ever(database: Database, table: TemporalTable, ledger_id: str) -> list[str]:
    """Returns the ids of all things of a kind that there are or were."""
    chosen = f"SELECT {table.key[0]} FROM {table.name} WHERE {_HERE}"
    sql = f"{chosen} AND until IS NULL UNION {chosen} AND until IS NOT NULL"
    return [row[0] for row in database.execute(sql, {"ledger_id": ledger_id})]


def _as_json(ids: Iterable[str]) -> str:
    """Returns ids, which have nothing that JSON escapes, as SQLite reads them."""
    return f"[{','.join(f'{_QUOTE}{one}{_QUOTE}' for one in ids)}]"


def in_order(ranges: Ranges) -> Ranges:
    """Returns ranges in order, those that touch as one."""
    result: Ranges = []
    for first, end in sorted(ranges):
        if result and first <= result[-1][1]:
            result[-1] = result[-1][0], max(end, result[-1][1])
        elif first < end:
            result.append((first, end))
    return result


def _joined(parts: Iterable[tuple[str, int, int]]) -> Spans:
    by_stack: Spans = {}
    for stack_id, first, end in parts:
        by_stack.setdefault(stack_id, []).append((first, end))
    return {stack_id: in_order(ranges) for stack_id, ranges in by_stack.items()}


def _common(one: Ranges, other: Ranges) -> Ranges:
    """Returns the positions that two lists of ranges, both in order, have in common."""
    result: Ranges = []
    here = there = 0
    while here < len(one) and there < len(other):
        first, end = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if first < end:
            result.append((first, end))
        if one[here][1] < other[there][1]:
            here += 1
        else:
            there += 1
    return result
