"""The views of a file of runs are not believed: what is missing, old or not ours is made again from the events."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.ledger.machines import Machine
from tests.runs.past_runs import alter, file_of_runs, ran
from zenml.domain.errors import DamagedLedgerError
from zenml.projections.runs import queries, run_filter, tables
from zenml.projections.runs.component_condition import ComponentCondition
from zenml.projections.runs.configuration_filter import ConfigurationFilter
from zenml.projections.runs.run_filter import RunFilter
from zenml.repository import Repository
from zenml.stores.runs.file import PAGE_SIZE

ALTERED = (
    "DROP TABLE runs",
    "DROP TABLE run_stacks",
    "DROP INDEX runs_by_stack",
    "ALTER TABLE runs ADD COLUMN time TEXT",
    "ALTER TABLE run_names RENAME TO names_of_runs",
)


@pytest.fixture
def here(machine: Machine) -> Repository:
    return machine.repository()


@pytest.mark.parametrize("sql", ALTERED)
def test_views_that_are_not_ours_are_made_again_by_who_reads_and_by_who_writes(
    here: Repository, machine: Machine, sql: str
) -> None:
    first = ran(here, name="nightly")
    path = file_of_runs(machine)
    alter(path, sql)
    before = path.read_bytes()
    assert [run.run_id for run in here.runs(name="nightly", stack="default")] == [first]
    assert path.read_bytes() == before  # whoever reads writes nothing
    second = ran(here)
    with closing(sqlite3.connect(path)) as database:
        assert tables.are_ours(database)
    assert [run.run_id for run in here.runs()] == [second, first]


def test_views_of_an_earlier_version_are_made_again(here: Repository, machine: Machine) -> None:
    run_id = ran(here)
    path = file_of_runs(machine)
    for name in tables.NAMES:
        alter(path, f"DROP TABLE {name}")
    alter(path, "CREATE TABLE runs (started INTEGER PRIMARY KEY, run_id TEXT NOT NULL) STRICT")
    assert [run.run_id for run in here.runs()] == [run_id]


VERSION_2 = (
    "CREATE TABLE run_stacks (stack INTEGER PRIMARY KEY, stack_id TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE run_names (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE runs (started INTEGER PRIMARY KEY, run BLOB NOT NULL, name INTEGER, stack INTEGER NOT NULL,"
    " position INTEGER NOT NULL, finished INTEGER, outcome INTEGER) STRICT",
    "CREATE UNIQUE INDEX runs_by_id ON runs (run)",
    "CREATE INDEX runs_by_stack ON runs (stack, position)",
    "CREATE INDEX runs_by_name ON runs (name) WHERE name IS NOT NULL",
    "CREATE INDEX runs_not_finished ON runs (started) WHERE finished IS NULL",
    "CREATE TABLE run_notes (started INTEGER NOT NULL, noted INTEGER NOT NULL, PRIMARY KEY (started, noted))"
    " STRICT, WITHOUT ROWID",
    "INSERT INTO run_stacks SELECT * FROM kept_stacks",
    "INSERT INTO runs SELECT started, run, name, stack, position, finished, outcome FROM kept_runs",
    "PRAGMA user_version = 2",
)
"""What makes the views of version 2, which did not know who started a run."""


def test_a_file_of_version_2_is_read_and_has_views_of_this_version_once_somebody_writes(
    here: Repository, machine: Machine
) -> None:
    first = ran(here)
    path = file_of_runs(machine)
    (kept,) = here.runs()
    alter(path, "ALTER TABLE runs RENAME TO kept_runs")
    alter(path, "ALTER TABLE run_stacks RENAME TO kept_stacks")
    for name in ("runs_by_id", "runs_by_stack", "runs_by_name", "runs_by_actor", "runs_not_finished"):
        alter(path, f"DROP INDEX {name}")
    for name in ("run_actors", "run_names", "run_notes"):
        alter(path, f"DROP TABLE {name}")
    for sql in VERSION_2:
        alter(path, sql)
    for name in ("kept_runs", "kept_stacks"):
        alter(path, f"DROP TABLE {name}")
    assert here.verify().ok
    assert here.runs(actor=kept.actor) == here.runs(mine=True) == [kept]
    assert [run.run_id for run in here.runs(uses={"path": None})] == [first]
    with closing(sqlite3.connect(path)) as database:
        assert not tables.are_ours(database)
    second = ran(here)
    with closing(sqlite3.connect(path)) as database:
        assert tables.are_ours(database)
        assert tables.is_current(database)
    assert [run.run_id for run in here.runs(actor=kept.actor)] == [second, first]
    assert here.verify().ok


def test_what_is_shown_of_a_run_is_what_its_events_say(here: Repository, machine: Machine) -> None:
    run_id = ran(here, outcome="failed", exit_code=3)
    path = file_of_runs(machine)
    other = "00" * 16
    alter(path, f"UPDATE runs SET outcome = 0, position = 1, run = x'{other}'")
    (run,) = here.runs()
    assert (run.run_id, run.outcome, run.exit_code) == (run_id, "failed", 3)
    assert run.position > 1


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER more AFTER INSERT ON runs BEGIN DELETE FROM runs; END",
        "CREATE VIEW more AS SELECT 1",
    ],
)
def test_a_file_with_what_could_falsify_its_answers_is_not_read(
    here: Repository, machine: Machine, sql: str
) -> None:
    ran(here)
    alter(file_of_runs(machine), sql)
    with pytest.raises(DamagedLedgerError):
        here.runs()


def test_a_file_that_is_no_database_is_said_to_be_damaged(here: Repository, machine: Machine) -> None:
    ran(here)
    path = file_of_runs(machine)
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedLedgerError, match="is not a database"):
        here.runs()


def test_a_file_that_was_only_just_made_has_no_runs(here: Repository, machine: Machine) -> None:
    run_id = ran(here)
    path = file_of_runs(machine)
    earlier = path.with_name(path.name.replace(path.stem[-4:], "2024"))
    earlier.touch()
    assert [run.run_id for run in here.runs()] == [run_id]
    with closing(sqlite3.connect(earlier)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    assert os.path.getsize(earlier)
    assert [run.run_id for run in here.runs(name="absent")] == []


def test_made_again_they_are_what_they_were(here: Repository, machine: Machine) -> None:
    for number in range(6):
        ran(here, name=f"run {number % 2}", outcome="failed" if number % 3 else "succeeded", exit_code=number)
    with closing(sqlite3.connect(file_of_runs(machine), isolation_level=None)) as database:
        before = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables.NAMES}
        tables.make_again(database)
        assert {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables.NAMES} == before
        assert database.execute("PRAGMA page_size").fetchone()[0] == PAGE_SIZE


class AnyOfThese(ConfigurationFilter):
    """Asks no profile: every run that is looked at is wanted, and there is one span."""

    def __init__(self) -> None:
        self.stack_ids, self.conditions = frozenset("a"), [ComponentCondition()]

    def among(self, runs: list[tuple[int, str, int]]) -> list[int]:
        return [started for started, _, _ in runs]

    def stack_spans(self) -> list[str]:
        return ['[["a", 1, 2]]']

    few_stack_spans = stack_spans


ASKED: dict[str, tuple[Callable[[sqlite3.Connection], object], set[str]]] = {
    "newest": (lambda d: list(run_filter.matching_runs(d, run_filter.ALL_RUNS)), {"SCAN runs"}),
    "of a configuration": (
        lambda d: list(run_filter.matching_runs(d, RunFilter(AnyOfThese()))),
        {"SCAN runs", "run_stacks", "runs", "SCAN json_each VIRTUAL TABLE INDEX 1:"},
    ),
    "of spans": (
        lambda d: list(run_filter.matching_by_index(d, RunFilter(), AnyOfThese())),
        {
            *("runs", "run_stacks", "runs_by_stack"),
            *("SCAN span VIRTUAL TABLE INDEX 1:", "sqlite_autoindex_run_stacks_1"),
            "SCAN json_each VIRTUAL TABLE INDEX 1:",
        },
    ),
    "how many": (
        lambda d: run_filter.count(d, '[["a", 1, 2]]'),
        {"runs_by_stack", "SCAN span VIRTUAL TABLE INDEX 1:", "sqlite_autoindex_run_stacks_1"},
    ),
    "of somebody": (
        lambda d: list(run_filter.matching_runs(d, RunFilter(started_by=(("a", None),)))),
        {"runs_by_actor", "sqlite_autoindex_run_actors_1"},
    ),
    "of a name": (
        lambda d: list(run_filter.matching_runs(d, RunFilter(name="a"))),
        {"runs_by_name", "sqlite_autoindex_run_names_1"},
    ),
    "before": (lambda d: list(run_filter.matching_runs(d, RunFilter(before=3))), {"runs"}),
    "by id": (lambda d: queries.run(d, "01a22bb0-cea6-740f-a8ab-4829cdcc42c5"), {"runs_by_id"}),
    "by letters": (lambda d: queries.beginning_with(d, "kkkk"), {"runs_by_id"}),
    "neighbours": (lambda d: queries.neighbours(d, "01a22bb0-cea6-740f-a8ab-4829cdcc42c5"), {"runs_by_id"}),
    "newest of a name": (
        lambda d: queries.newest_named(d, "a"),
        {"runs", "runs_by_name", "sqlite_autoindex_run_names_1"},
    ),
    "not finished": (lambda d: queries.not_finished(d), {"SCAN runs USING INDEX runs_not_finished"}),
    "names": (lambda d: queries.run_names(d, "a", 5), {"sqlite_autoindex_run_names_1"}),
    "notes": (lambda d: queries.notes(d, 1), {"run_notes"}),
}
"""What is asked of a file, and what serves it. All runs are read from the newest on, as far as needed."""


OF_EVENTS = {"sqlite_autoindex_stored_events_1", "SCAN heads USING COVERING INDEX sqlite_autoindex_heads_1"}
"""The texts of runs that were found, and the only ledger of the file."""


@pytest.mark.parametrize("name", ASKED)
def test_every_question_uses_the_index_that_was_made_for_it(here: Repository, machine: Machine, name: str) -> None:
    ran(here, name="a")
    ask, intended = ASKED[name]
    with closing(sqlite3.connect(file_of_runs(machine))) as database:
        statements: list[str] = []
        database.set_trace_callback(statements.append)
        ask(database)
        database.set_trace_callback(None)
        steps = [row[3] for sql in statements for row in database.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert not any("FOR ORDER BY" in step for step in steps), steps  # of many, the newest are read alone
    used = {_index(step) for step in steps if re.match("SCAN|SEARCH", step)}
    assert used - {
        "sqlite_autoindex_stored_events_1",
        "SCAN heads USING COVERING INDEX sqlite_autoindex_heads_1",
    } == (intended), steps


def _index(step: str) -> str:
    """Returns the index of a step; the table for its primary key; the step itself for a scan."""
    found = re.match(r"SEARCH (\w+) USING (?:(?:COVERING )?INDEX (\w+)|(?:INTEGER )?PRIMARY KEY)", step)
    return step if found is None else found[2] or found[1]


@pytest.mark.parametrize("text", ["{", "{}", "null", '{"run_id": 3}', "\\xff"])
def test_an_event_that_was_altered_is_an_error_of_the_file_of_runs_alone(
    here: Repository, machine: Machine, text: str
) -> None:
    ran(here)
    path = file_of_runs(machine)
    before = machine.file.read_bytes()
    alter(path, "UPDATE stored_events SET state = ?", text.encode())
    with pytest.raises(DamagedLedgerError, match=re.escape(str(path))):
        here.runs()
    said: list[str] = []
    details = Repository(notify=said.append).show()
    assert details.info.told
    assert machine.file.read_bytes() == before  # its own views are not what is wrong


def test_an_event_without_one_of_its_fields_is_one_that_was_altered(here: Repository, machine: Machine) -> None:
    ran(here)
    alter(
        file_of_runs(machine),
        "UPDATE stored_events SET state = CAST(json_remove(CAST(state AS TEXT), '$.origin') AS BLOB)",
    )
    with pytest.raises(DamagedLedgerError, match="has runs that were altered"):
        here.runs()


def test_a_damaged_page_is_an_error_of_the_file_of_runs_alone(here: Repository, machine: Machine) -> None:
    for _ in range(40):
        ran(here)
    path = file_of_runs(machine)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs_by_id'").fetchone()[0]
    damaged = bytearray(path.read_bytes())
    damaged[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] = b"\xff" * PAGE_SIZE
    path.write_bytes(damaged)
    with pytest.raises(DamagedLedgerError, match=re.escape(str(path))):
        here.get_run("kkkk")
    assert Repository(notify=lambda sentence: None).show().info.told


def test_a_file_without_its_head_is_not_said_to_have_no_runs(here: Repository, machine: Machine) -> None:
    ran(here)
    alter(file_of_runs(machine), "DELETE FROM heads")
    with pytest.raises(DamagedLedgerError, match="has events, and no head that counts them"):
        here.runs()
