"""Every query is answered from an index: no table that grows with the history is read from end to end."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from tests.ledger.machines import Machine
from zenml.domain.records import Record
from zenml.projections import components, flavors, labels, machine, stacks, stored_events
from zenml.projections.approvals import given
from zenml.projections.components import COMPONENTS, PARAMETERS
from zenml.projections.database import VIEWS
from zenml.projections.runs.component_condition import ComponentCondition, when
from zenml.projections.stacks import STACKS
from zenml.projections.temporal import beginning, earlier, version
from zenml.projections.timeline import at_positions, changes, history, merging, points, undoable
from zenml.projections.timeline.dependents import NewestDependents, dependents
from zenml.projections.timeline.differences import difference
from zenml.projections.timeline.filters import Filter, ThingFilter, ids_named, names_ever
from zenml.projections.timeline.history import Context
from zenml.projections.timeline.undoable import ActorFilter
from zenml.projections.timeline.writers import last_writer

Query = Callable[[sqlite3.Connection, str], object]
AS_OF = ("from_left", "from_right")
# In the order of their numbers, newest first, until enough are found: that is no scan to the end.
NEWEST_FIRST = "SCAN c"
# The newest changes about a thing, a few of them at the most.
A_FEW = "SCAN s"
# The number of a ledger or of a thing, or the id of one: one look.
NUMBERS = {"applied", "things", "sqlite_autoindex_applied_1", "sqlite_autoindex_things_1"}
# There are as many ledgers as profiles, and one more.
EVERY_LEDGER = "SCAN heads USING COVERING INDEX sqlite_autoindex_heads_1"
EVERY_NUMBER = "SCAN applied USING COVERING INDEX sqlite_autoindex_applied_1"
# Profiles that are or were shared: that is no index of all profiles.
EVERY_SHARED = "SCAN main.profiles USING INDEX profiles_shared"
# Of whose profile a component is that has something on this machine.
IN_THE_PROFILE = {"components_now", "components_over"}
# Which ledgers are shared, and which is the machine's: as many rows as there were profiles, once for each query.
WHOSE = {"change_parts_by_number", "SCAN main.profiles USING INDEX profiles_shared", "SCAN heads"}
UNDONE_THEN = {"change_targets_by_target", "sqlite_autoindex_changes_1"}
# What is asked for, as SQLite reads it.
GIVEN = "SCAN json_each VIRTUAL TABLE INDEX 1:"
A_STACK = {"stack_id": "s", "name": "s", "components": {"orchestrator": "absent"}}

QUERIES: dict[str, tuple[Query, set[str]]] = {
    "components": (lambda d, i: components.components(d, i), {"components_now", "parameters_now"}),
    "components of a type": (
        lambda d, i: components.components(d, i, "orchestrator"),
        {"components_unique", "parameters_now"},
    ),
    "components at": (
        lambda d, i: components.components(d, i, "orchestrator", at=5),
        {
            *("components_now", "parameters_now"),
            *(f"{name}_{side}" for name in ("components", "parameters") for side in AS_OF),
        },
    ),
    "component": (
        lambda d, i: components.component(d, i, "orchestrator", "default"),
        {"components_unique", "parameters_now"},
    ),
    "component by id": (lambda d, i: _by_id(d, i), {"components_unique", "components_now", "parameters_now"}),
    "component names": (lambda d, i: components.component_names(d, i, "orchestrator"), {"components_unique"}),
    "stacks": (
        lambda d, i: stacks.stacks(d, i),
        {"components_now", "stack_components_now", "stacks_unique"},
    ),
    "stacks at": (
        lambda d, i: stacks.stacks(d, i, at=5),
        {
            *("components_now", "stack_components_now", "stacks_unique"),
            *(f"{name}_{side}" for name in ("components", "stack_components", "stacks") for side in AS_OF),
        },
    ),
    "stack": (
        lambda d, i: stacks.stack(d, i, "default"),
        {"stacks_unique", "stack_components_now", "components_now"},
    ),
    "stack by id": (
        lambda d, i: stacks.stack_by_id(d, i, "absent"),
        {"stacks_now", "stack_components_now", "components_now"},
    ),
    "stack names": (lambda d, i: stacks.stack_names(d, i), {"stacks_unique"}),
    "stacks that begin with a text": (
        lambda d, i: d.execute(*beginning(STACKS, i, "pr")).fetchall(),
        {"stacks_unique"},
    ),
    "components that begin with a text": (
        lambda d, i: d.execute(*beginning(COMPONENTS, i, "pr", component_type="orchestrator")).fetchall(),
        {"components_unique"},
    ),
    "stacks using": (
        lambda d, i: stacks.stacks_using(d, i, "x"),
        {"stack_components_by_component_id", "stacks_now"},
    ),
    "component at": (
        lambda d, i: components.component(d, i, "orchestrator", "default", at=9),
        {
            *("components_now", "parameters_now"),
            *(f"{name}_{side}" for name in ("components", "parameters") for side in AS_OF),
        },
    ),
    "stack at": (
        lambda d, i: stacks.stack(d, i, "default", at=9),
        {
            *("stacks_unique", "components_now", "stack_components_now"),
            *(f"{name}_{side}" for name in ("components", "stack_components", "stacks") for side in AS_OF),
        },
    ),
    "values of a parameter": (
        lambda d, i: when(d, i, ComponentCondition(parameter="path", texts=frozenset({"1"}))),
        {"parameters_by_parameter", GIVEN},
    ),
    "labels": (lambda d, i: labels.labels(d, i), {"labels_unique"}),
    "label": (lambda d, i: labels.label(d, i, "x"), {"labels_unique"}),
    "labels at": (lambda d, i: labels.labels(d, i, 5), {"labels_unique", *(f"labels_{s}" for s in AS_OF)}),
    "what a field is": (
        lambda d, i: d.execute(*version(PARAMETERS, i, ("x", "y"))).fetchone(),
        {"parameters_now"},
    ),
    "what a field was": (
        lambda d, i: d.execute(*version(PARAMETERS, i, ("x", "y"), 5)).fetchone(),
        {"parameters_over"},
    ),
    "what a field was earlier": (
        lambda d, i: d.execute(*earlier(PARAMETERS, i, ("x", "y"), 0, 9)).fetchone(),
        {"parameters_over"},
    ),
    "last writer of what is": (
        lambda d, i: last_writer(d, Record("flavor", ("x",))),
        {"flavors_now", "flavors_over"},
    ),
    "the newest change within a second": (
        lambda d, i: points.number_within(d, "2100", "2101"),
        {"changes_by_time"},
    ),
    "how far a ledger was": (lambda d, i: points.position(d, i, 3), {"change_parts_by_number"}),
    "as of a time": (
        lambda d, i: points.number_at(d, "2100"),
        {EVERY_NUMBER, "moments", "change_parts_by_position"},
    ),
    "what arrived": (
        lambda d, i: (points.first_beyond(d, {i: 3}), points.arrived(d, {i: 3})),
        {EVERY_LEDGER, "change_parts_by_position", "changes"},
    ),
    "whether two changes are in no sequence together": (
        lambda d, i: merging.are_apart(d, "x", "y"),
        {EVERY_SHARED, "change_parts", "sqlite_autoindex_changes_1"},
    ),
    "what was undone then": (
        lambda d, i: points.undone_by(d, "x", 3),
        UNDONE_THEN,
    ),
    "history up to a point": (
        lambda d, i: history.history(d, None, 20, Filter(upto=9)),
        {"changes", *UNDONE_THEN},
    ),
    "history here up to a point": (
        lambda d, i: history.history(d, Context("x", i, None), 20, Filter(upto=9, after=2)),
        {"change_parts_by_number", "changes", "change_subjects", *UNDONE_THEN, *IN_THE_PROFILE},
    ),
    "by number": (lambda d, i: history.by_number(d, 3), {"changes"}),
    "flavors": (lambda d, i: flavors.flavors(d, i, "orchestrator"), {"flavors_now"}),
    "profiles": (lambda d, i: machine.profiles(d, i), {"profiles_unique"}),
    "profiles at": (
        lambda d, i: machine.profiles(d, i, 3),
        {"profiles_unique", *(f"profiles_{s}" for s in AS_OF)},
    ),
    "profile of a ledger": (lambda d, i: machine.profile_of_ledger(d, i, "p"), {"profiles_unique"}),
    "active profile": (lambda d, i: machine.active_profile(d, i), {"active_profile_now"}),
    "chosen profile": (lambda d, i: machine.chosen_profile(d, i), {"active_profile_now", "profiles_now"}),
    "active stacks": (lambda d, i: machine.active_stacks(d, i), {"active_stacks_now"}),
    "repositories": (lambda d, i: machine.repositories(d, i), {"repositories_now"}),
    "history": (lambda d, i: history.history(d, limit=20), {NEWEST_FIRST}),
    "history here": (
        lambda d, i: history.history(d, Context("x", i, None), limit=20),
        {"change_parts_by_number", "changes", "change_subjects", *IN_THE_PROFILE},
    ),
    "newest undoable": (
        lambda d, i: undoable.undoable(d, Context("x", i, None), ActorFilter("me", "person", "here")),
        {"change_parts_by_number", "changes", "change_subjects", *IN_THE_PROFILE, *WHOSE},
    ),
    "newest redoable": (
        lambda d, i: undoable.redoable(d, Context("x", i, None), ActorFilter("me", "person", "here")),
        {
            *("change_parts_by_number", "changes", "change_subjects", *IN_THE_PROFILE),
            *("change_targets", "sqlite_autoindex_changes_1", *WHOSE),
        },
    ),
    "history of a thing": (
        lambda d, i: history.history(
            d, None, 20, Filter(about=(ThingFilter(("x", "y")), ThingFilter(("z",), own=False)))
        ),
        {"changes", "change_subjects_by_thing"},
    ),
    "history of a thing here": (
        lambda d, i: history.history(
            d, Context("x", i, None), 20, Filter(about=(ThingFilter(("x", "y"), own=False),))
        ),
        {
            *("changes", "change_subjects_by_thing"),
            *("change_parts_by_number", "change_subjects", *IN_THE_PROFILE),
        },
    ),
    "history, filtered": (
        lambda d, i: history.history(
            d, None, 20, Filter(("me", "person", "here", "chosen", ""), "me", ("undo",), "2", "3", "x", True)
        ),
        {NEWEST_FIRST, "change_targets", "sqlite_autoindex_changes_1", *WHOSE},
    ),
    "ids by name": (
        lambda d, i: ids_named(d, COMPONENTS, i, "x", "orchestrator"),
        {"components_unique", "components_from_right"},
    ),
    "names ever": (lambda d, i: names_ever(d, STACKS, i), {"stacks_unique", "stacks_from_right"}),
    "followers": (
        lambda d, i: dependents(d, history.history(d, limit=1)[0], 20),
        {NEWEST_FIRST, "changes", "change_subjects", "change_subjects_by_thing"},
    ),
    "newest followers": (
        lambda d, i: NewestDependents(d).after(history.history(d, limit=1)[0]),
        {NEWEST_FIRST, A_FEW, "change_subjects", "change_subjects_by_thing", "changes"},
    ),
    "names of components": (
        lambda d, i: difference(d, [("zenml:StackRegistered", A_STACK)]),
        {"components_now", "components_over"},
    ),
    "stored events": (lambda d, i: list(stored_events.events(d, i, 2, 3)), {"sqlite_autoindex_stored_events_1"}),
    "change at a position": (
        lambda d, i: at_positions.at_position(d, i, 3),
        {"changes", "change_parts_by_position"},
    ),
    "change with a key": (lambda d, i: undoable.with_key(d, "x"), {"changes_by_key"}),
    "what undoes a change": (
        lambda d, i: d.execute(changes.UNDOING, ("x",)).fetchone(),
        {"change_targets_by_target", "sqlite_autoindex_changes_1"},
    ),
    "find": (lambda d, i: history.find(d, "kkkk"), {"changes_by_letters"}),
    "short": (lambda d, i: history.short(d, "k" * 18), {"changes_by_letters"}),
    "by id": (lambda d, i: history.by_id(d, "x"), {"sqlite_autoindex_changes_1"}),
    "parts": (lambda d, i: history.parts(d, "x"), {"change_parts", "sqlite_autoindex_changes_1"}),
    "approvals of a plan": (
        lambda d, i: given.approvals_of_plan(d, i, "0" * 64),
        {"change_subjects_by_thing", "change_parts", "changes"},
    ),
    "plan carried out": (
        lambda d, i: given.carried_out_by(d, i, "x"),
        {"change_subjects_by_thing", "change_parts", "changes"},
    ),
    "approved plans": (
        lambda d, i: given.approved_plans(d, i),
        {
            *("plans_approved", "change_parts", "change_subjects_by_thing", "changes"),
            *("sqlite_autoindex_changes_1", "sqlite_autoindex_stored_events_1"),
        },
    ),
    "says approved": (
        lambda d, i: history.says_approved(d, "x"),
        {"SCAN CONSTANT ROW", "change_subjects", "plans_approved", "sqlite_autoindex_changes_1"},
    ),
    "later": (
        lambda d, i: undoable.later(d, history.history(d, limit=1)[0]),
        {NEWEST_FIRST, "changes", "change_subjects", "change_subjects_by_thing"},
    ),
}


def _by_id(database: sqlite3.Connection, ledger_id: str) -> object:
    known = components.component(database, ledger_id, "orchestrator", "default")
    assert known is not None
    return components.component_by_id(database, ledger_id, known.component_id)


def plan(database: sqlite3.Connection, query: Query, ledger_id: str) -> list[str]:
    """Returns the steps of all statements a query runs."""
    statements: list[str] = []
    database.set_trace_callback(statements.append)
    query(database, ledger_id)
    database.set_trace_callback(None)
    assert statements
    return [row[3] for sql in statements for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")]


def test_every_query_uses_the_index_that_was_made_for_it(lived: Machine) -> None:
    ledger_id = lived.profile_ledger()
    with lived.reading() as database:
        for name, (query, intended) in QUERIES.items():
            steps = [step for step in plan(database, query, ledger_id) if re.match("SCAN|SEARCH", step)]
            used = {_index(step) for step in steps} - NUMBERS
            assert used == intended, (name, steps)


def test_of_names_that_begin_with_a_text_no_others_are_read(lived: Machine) -> None:
    with lived.reading() as database:
        for name in ("stacks that begin with a text", "components that begin with a text"):
            query, _ = QUERIES[name]
            read = [step for step in plan(database, query, lived.profile_ledger()) if name.split()[0] in step]
            assert [step for step in read if "name>? AND name<?" in step] == read != []


def _index(step: str) -> str:
    """Returns the index of a step; the table for its primary key; the step itself for a scan."""
    found = re.match(
        r"SEARCH (?:main\.)?(\w+) USING (?:(?:COVERING )?INDEX (\w+)|PRIMARY KEY|INTEGER PRIMARY KEY)", step
    )
    if found is None:
        return step
    aliases = {
        "p": "change_parts",
        "u": "change_subjects",
        "c": "changes",
        "it": "changes",
        "s": "change_subjects",
        "t": "change_targets",
        "q": "change_parts",
        "mine": "change_subjects",
        "later": "change_subjects",
    }
    return found[2] or aliases.get(found[1], found[1])


def test_every_index_serves_some_query(lived: Machine) -> None:
    named = {index for _, intended in QUERIES.values() for step in intended for index in step.split()}
    for name, sql in lived.query("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
        table = re.search(r" ON (\w+) ", sql)
        assert table is not None
        assert table[1] in VIEWS
        if not name.endswith((*AS_OF, "_now", "_unique", "_over")) and name != "change_parts_by_position":
            assert name in named, name
