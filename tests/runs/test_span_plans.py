"""As of when a stack had something is answered from indexes, as every question about the past is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.ledger.machines import Machine
from zenml.projections.runs import spans

Ask = Callable[[sqlite3.Connection, str], object]

_GIVEN = {"SCAN one VIRTUAL TABLE INDEX 1:", "SCAN json_each VIRTUAL TABLE INDEX 1:"}  # ids that are asked for
_LEDGER = "sqlite_autoindex_applied_1"  # its number: one look
PAST = {"components_from_left", "components_from_right", "stacks_from_left", "stacks_from_right"}
"""What is over, of one ledger: either index of the two has it."""

ASKED: dict[str, tuple[Ask, set[str]]] = {
    "values of a parameter": (
        lambda d, i: spans.values_ever(d, i, "path"),
        {"components_now", "parameters_now", "parameters_over"},
    ),
    "values of a parameter of a component": (
        lambda d, i: spans.values_ever(d, i, "path", ["a"]),
        {"parameters_now", "parameters_over"},
    ),
    "stacks that had components": (
        lambda d, i: spans.with_components(d, i, ["a"], ["b"]),
        {"stack_components_by_component_id", "stack_components_over"},
    ),
    "a part of a stack": (
        lambda d, i: spans.part_from(d, i, "a", "orchestrator", 5),
        {"stack_components_now", "stack_components_over"},
    ),
    "all parameters": (
        lambda d, i: spans.parameters_ever(d, i),
        {"components_now", "parameters_now", "parameters_over"},
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_table_of_the_past_is_read_from_end_to_end(machine: Machine, name: str) -> None:
    assert machine.repository().active_stack_name == "default"
    ask, intended = ASKED[name]
    with closing(sqlite3.connect(machine.file)) as database:
        statements: list[str] = []
        database.set_trace_callback(statements.append)
        ask(database, machine.profile_ledger())
        database.set_trace_callback(None)
        steps = [row[3] for sql in statements for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")]
    used = {_index(step) for step in steps if re.match("SCAN|SEARCH", step)} - _GIVEN - {_LEDGER}
    assert used - PAST == intended, steps


def _index(step: str) -> str:
    """Returns the index of a step; the step itself for a scan."""
    found = re.match(r"SEARCH \w+ USING (?:COVERING )?INDEX (\w+)", step)
    return step if found is None else found[1]
