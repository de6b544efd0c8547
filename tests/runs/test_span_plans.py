"""What a stack had, and when, is answered from indexes, as every question about the past is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.ledger.machines import Machine
from zenml.projections.runs.component_condition import (
    ComponentCondition,
    is_known,
    is_secret,
    parameters_ever,
    when,
)
from zenml.projections.runs.configuration_filter import ConfigurationFilter
from zenml.projections.runs.spans import with_any, written_at
from zenml.projections.tables import RECORDS

Ask = Callable[[sqlite3.Connection, str], object]

_LEDGER = "sqlite_autoindex_applied_1"  # its number: one look
_NOTHING = "SCAN CONSTANT ROW"  # the one answer to whether there is something
_OF_A_KEY = {"parameters_now", "parameters_over"}
_A_PART = {"stack_components_now", "stack_components_over"}
_PATH = ComponentCondition(parameter="path")
_OF_A = _PATH._replace(component_type="artifact_store", component_ids=frozenset("a"))
_ONE = {"texts": frozenset({'"/data/one"'})}

ASKED: dict[str, tuple[Ask, set[str]]] = {
    "a parameter": (lambda d, i: when(d, i, _PATH), {"parameters_by_parameter"}),
    "a value": (lambda d, i: when(d, i, _PATH._replace(**_ONE)), {"parameters_by_parameter"}),
    "a parameter of a component": (lambda d, i: when(d, i, _OF_A), _OF_A_KEY),
    "a value of a component": (lambda d, i: when(d, i, _OF_A._replace(**_ONE)), {"parameters_by_parameter"}),
    "whether there was a parameter": (lambda d, i: is_known(d, i, _PATH), {"parameters_by_parameter"}),
    "whether a component had a parameter": (lambda d, i: is_known(d, i, _OF_A), _OF_A_KEY),
    "whether a parameter is a secret": (lambda d, i: is_secret(d, i, _PATH), {"parameters_by_parameter"}),
    "stacks that had components": (
        lambda d, i: with_any(d, i, '[["a", 1, 5]]'),
        {"stack_components_by_component_id"},
    ),
    "what was written of a stack": (
        lambda d, i: written_at(d, RECORDS["stack component"], i, ("a", "orchestrator"), 5),
        _A_PART,
    ),
    "what was written of a component": (
        lambda d, i: written_at(d, RECORDS["parameter"], i, ("a", "path"), 5),
        _OF_A_KEY,
    ),
    "all parameters": (lambda d, i: parameters_ever(d, i), {"parameters_by_parameter", "SCAN names"}),
    "what some runs had": (
        lambda d, i: ConfigurationFilter(d, i, None, [_OF_A._replace(**_ONE)]).among([(1, "a", 5), (3, "b", 9)]),
        {"stack_components", "parameters", *_A_PART, *_OF_A_KEY},
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
    looks = [step for step in steps if re.match(r"SCAN \w|SEARCH", step) and "VIRTUAL TABLE" not in step]
    assert {_index(step) for step in looks} - {_LEDGER, _NOTHING} == intended, steps


_ROWS = {"held": "stack_components", "had": "parameters"}


def _index(step: str) -> str:
    """Returns the index of a step; the table for its rows; the step itself for a scan."""
    found = re.match(r"SEARCH (?:main\.)?(\w+) USING (?:(?:COVERING )?INDEX (\w+)|INTEGER PRIMARY KEY)", step)
    if found is None:
        return step
    return found[2] or _ROWS[found[1]]
