"""As of which positions of a profile's ledger a stack had something: what its temporal tables say of that.

A run is of a stack and as of a position, so that what it used follows from these and an index, however many there
are: nothing of the configuration is repeated in a ledger of runs.
"""

from __future__ import annotations

from zenml.files.plain_json import load
from zenml.projections.components import PARAMETERS
from zenml.projections.stacks import STACK_COMPONENTS, STACKS
from zenml.projections.temporal import LAST, LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any

    from zenml.projections.database import Database

    Ranges = list[tuple[int, int]]
    """Positions, from the first of each pair until before its last; in order, none touches another."""

    Spans = dict[str, Ranges]
    """Positions by the id of a stack."""

_HERE = f"ledger = {LEDGER.format('?')}"


def always(stack_ids: Iterable[str]) -> Spans:
    """Returns the spans of stacks whatever they are made of."""
    return {stack_id: [(0, LAST)] for stack_id in stack_ids}


def with_components(database: Database, ledger_id: str, component_ids: Collection[str]) -> Spans:
    """Returns the spans in which a stack had one of some components."""
    return _joined((stack_id, first, end) for stack_id, _, first, end in _held(database, ledger_id, component_ids))


def with_parameter(
    database: Database,
    ledger_id: str,
    parameter: str,
    is_wanted: Callable[[dict[str, Any]], bool],
    component_ids: Collection[str] | None = None,
) -> Spans:
    """Returns the spans in which a stack had a component with a value of a parameter.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        parameter: The parameter.
        is_wanted: Tells of a setting, as an event has it, whether it is one of those that are meant.
        component_ids: Of these components alone; of any for None.
    """
    had: dict[str, Ranges] = {}
    for component_id, setting, since, until in _settings(database, ledger_id, parameter):
        if (component_ids is None or component_id in component_ids) and is_wanted(load(setting)):
            had.setdefault(component_id, []).append((since, LAST if until is None else until))
    return _joined(
        (stack_id, *both)
        for stack_id, component_id, first, end in _held(database, ledger_id, had)
        for both in _common([(first, end)], _in_order(had[component_id]))
    )


def settings_ever(database: Database, ledger_id: str, parameter: str) -> list[tuple[str, dict[str, Any]]]:
    """Returns each value that a parameter ever had: the component, and the setting as an event has it."""
    return [(row[0], load(row[1])) for row in _settings(database, ledger_id, parameter)]


def parameters_ever(database: Database, ledger_id: str) -> list[str]:
    """Returns the names of all parameters that components have or had, sorted."""
    sql = f"SELECT DISTINCT parameter FROM {PARAMETERS.name} WHERE {_HERE} ORDER BY parameter"
    return [row[0] for row in database.execute(sql, (ledger_id,))]


def is_stack(database: Database, ledger_id: str, stack_id: str) -> bool:
    """Tells whether there is or was a stack of this id."""
    sql = f"SELECT 1 FROM {STACKS.name} WHERE {_HERE} AND stack_id = ? LIMIT 1"
    return database.execute(sql, (ledger_id, stack_id)).fetchone() is not None


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


def _settings(database: Database, ledger_id: str, parameter: str) -> Iterable[tuple[str, str, int, int | None]]:
    sql = f"SELECT component_id, setting, since, until FROM {PARAMETERS.name} WHERE {_HERE} AND parameter = ?"
    return database.execute(sql, (ledger_id, parameter)).fetchall()


def _held(
    database: Database, ledger_id: str, component_ids: Collection[str]
) -> Iterable[tuple[str, str, int, int]]:
    """Yields which stack had which of some components, from which position until before which."""
    sql = f"SELECT stack_id, component_id, since, until FROM {STACK_COMPONENTS.name} WHERE {_HERE}"
    for stack_id, component_id, since, until in database.execute(sql, (ledger_id,)):
        if component_id in component_ids:
            yield stack_id, component_id, since, LAST if until is None else until


def _joined(parts: Iterable[tuple[str, int, int]]) -> Spans:
    by_stack: Spans = {}
    for stack_id, first, end in parts:
        by_stack.setdefault(stack_id, []).append((first, end))
    return {stack_id: _in_order(ranges) for stack_id, ranges in by_stack.items()}


def _in_order(ranges: Ranges) -> Ranges:
    """Returns ranges in order, those that touch as one."""
    result: Ranges = []
    for first, end in sorted(ranges):
        if result and first <= result[-1][1]:
            result[-1] = result[-1][0], max(end, result[-1][1])
        elif first < end:
            result.append((first, end))
    return result


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
