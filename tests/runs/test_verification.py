"""``zenml audit verify`` finds what was changed in a file of runs, cut from it, or put in its place."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.runs.made_runs import record_run, run_sql, runs_files
from zenml import paths
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.runs.seen import seen_runs
from zenml.custody.runs.verdicts import RunsVerification
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence import canonical
from zenml.evidence.commitments import committed
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.verification import Verification
from zenml.projections.database import open_still
from zenml.projections.runs import tables


@pytest.fixture
def machine(machine: Machine) -> Machine:
    """A machine on which three runs ended, with changes between them."""
    here = machine.repository()
    for number in range(3):
        here.combine_stack(f"s{number}", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
        record_run(here, f"run {number}", number)
    return machine


@pytest.fixture
def file(machine: Machine) -> Path:
    (only,) = runs_files(machine)
    return only


def verified(machine: Machine) -> Verification:
    return machine.repository().verify()


def problems(machine: Machine, verdict: str = "runs") -> list[tuple[int | None, str]]:
    found = verified(machine)
    assert not found.ok
    return [(problem.position, problem.message) for problem in found.verdicts[verdict].problems]


def texts(file: Path) -> list[tuple[int, str, dict[str, object]]]:
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT originator_version, topic, state FROM stored_events ORDER BY 1")
        return [(position, topic, json.loads(state)) for position, topic, state in rows]


def make_consistent(file: Path) -> None:
    """Moves the head to where the events end, and makes the views of them."""
    with closing(sqlite3.connect(file)) as database, database:
        (ledger_id,) = database.execute("SELECT ledger_id FROM heads").fetchone()
        for name in tables.NAMES:
            database.execute(f"DELETE FROM {name}")
        frontier = Frontier()
        for position, topic, fields in texts(file):
            frontier = frontier.appended(leaf_hash(ledger_id, position, topic, fields))
            tables.apply(database, position, topic, fields)
        database.execute("UPDATE heads SET size = ?, frontier = ?", (frontier.size, frontier.to_bytes()))


def rewrite(file: Path, at: int, **other: object) -> None:
    """Puts other fields into an event."""
    fields = {position: fields for position, _, fields in texts(file)}[at]
    text = canonical.text({**fields, **other}).encode()
    run_sql(file, "UPDATE stored_events SET state = ? WHERE originator_version = ?", text, at)


def forget(machine: Machine) -> None:
    """Removes what this machine noted of runs."""
    note = paths.runs_heads_file(str(machine.config))
    assert note is not None
    Path(note).unlink()


def test_runs_as_they_were_recorded_are_right(machine: Machine) -> None:
    found = verified(machine)
    assert found.ok
    assert str(found.verdicts["runs"].text) == "1 file of runs, 6 events hashed again"
    assert str(found.verdicts["runs_views"].text) == "the views of 1 file equal a replay"
    assert str(found.verdicts["runs_seen"].text) == "all 6 events of runs that were seen here before"


def test_nothing_is_said_of_runs_where_none_was_ever_recorded(tmp_path: Path) -> None:
    other = Machine(tmp_path / "other")
    other.base.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(other.config))
        other.repository().combine_stack("s", {"orchestrator": "default", "artifact_store": "default"})
        assert not [name for name in other.repository().verify().verdicts if name.startswith("runs")]


def test_a_text_that_was_edited_is_found_where_it_is(machine: Machine, file: Path) -> None:
    rewrite(file, 2, outcome="failed")
    assert problems(machine)[0] == (1, "An event at positions 1 to 3 was altered: the roots do not match.")


def test_an_edit_is_found_though_head_and_views_were_made_consistent_with_it(machine: Machine, file: Path) -> None:
    rewrite(file, 2, outcome="failed")
    make_consistent(file)
    assert problems(machine) == [(3, "The root recorded here does not match the events before it.")]
    assert problems(machine, "runs_seen")[0][1].endswith("the first 6 events are not those seen here.")


def test_a_text_that_says_the_same_otherwise_is_found(machine: Machine, file: Path) -> None:
    run_sql(file, "UPDATE stored_events SET state = CAST(state || ' ' AS BLOB) WHERE originator_version = 4")
    assert problems(machine)[0] == (4, "The stored text is not in its canonical form.")


def test_a_topic_of_other_ledgers_is_found(machine: Machine, file: Path) -> None:
    run_sql(file, "UPDATE stored_events SET topic = 'zenml:StackRenamed' WHERE originator_version = 2")
    assert problems(machine)[0] == (2, "The topic 'zenml:StackRenamed' is not known to this version.")


def test_an_event_that_is_missing_is_found(machine: Machine, file: Path) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version = 3")
    assert problems(machine)[0] == (3, "Position 3 is missing.")


def test_a_cut_is_found(machine: Machine, file: Path) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version > 4")
    assert problems(machine)[0] == (5, "Positions 5 to 6 are missing: the head row counts 6 events.")


def test_a_cut_is_found_though_head_and_views_were_made_consistent_with_it(machine: Machine, file: Path) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version > 4")
    make_consistent(file)
    ((position, sentence),) = problems(machine, "runs_seen")
    assert position == 5
    assert sentence.endswith("went backwards: 6 events were seen here, and 4 are there.")


def test_the_file_of_another_profile_is_found(machine: Machine, file: Path) -> None:
    here = machine.repository()
    here.create_profile("other")
    here.activate_profile("other", machine_wide=True)
    record_run(here, "of the other")
    (other,) = [path for path in runs_files(machine) if path != file]
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
        Path(f"{other}{ending}").unlink(missing_ok=True)
    shutil.copyfile(other, file)
    sentences = [sentence for _, sentence in problems(machine)]
    assert any("The event is of another ledger" in sentence for sentence in sentences)
    assert any("The file has the runs of another ledger" in sentence for sentence in sentences)


def test_a_file_that_is_gone_is_found(machine: Machine, file: Path) -> None:
    file.unlink()
    assert "of which 6 events were seen here, are gone" in problems(machine, "runs_seen")[0][1]


def test_of_a_file_that_was_never_seen_here_is_said_that_nothing_is_there(machine: Machine, file: Path) -> None:
    file.unlink()
    forget(machine)
    found = verified(machine)
    assert found.ok
    assert "begun, and nothing of it is here" in str(found.verdicts["runs"].text)
    assert found.verdicts["runs_seen"].ok is None


def test_a_file_that_no_profile_knows_is_found(machine: Machine, file: Path) -> None:
    stray = file.with_name("00000000-0000-4000-8000-000000000000-2026.db")
    shutil.copyfile(file, stray)
    assert problems(machine) == [(None, f"The file {stray} has runs of which no profile's ledger knows.")]


def test_a_run_that_names_another_root_of_its_profile_is_found(machine: Machine, file: Path) -> None:
    rewrite(file, 1, root="ab" * 32)
    make_consistent(file)
    assert (1, sentence := problems(machine)[0][1]) == problems(machine)[0]
    assert "with another root than the ledger had" in sentence


def test_a_run_that_names_a_position_to_come_is_found(machine: Machine, file: Path) -> None:
    rewrite(file, 1, position=10_000)
    make_consistent(file)
    assert "position 10000 of its profile's ledger, which has only" in problems(machine)[0][1]


def test_edited_views_are_found_and_the_events_are_right(machine: Machine, file: Path) -> None:
    run_sql(file, "UPDATE runs SET position = position + 1")
    assert "The view 'runs'" in problems(machine, "runs_views")[0][1]
    assert verified(machine).verdicts["runs"].ok


def test_a_trigger_is_found(machine: Machine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END")
    assert "trigger" in problems(machine)[0][1]


def test_an_index_that_is_not_ours_is_found(machine: Machine, file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE INDEX other ON runs (finished)")
    assert "The index 'other'" in problems(machine)[0][1]


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"SQLite format 3\0" + bytes(4080)], ids=["empty", "text", "zeros"]
)
def test_a_file_that_is_no_database_is_found(machine: Machine, file: Path, content: bytes) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    file.write_bytes(content)
    found = verified(machine)
    assert not found.ok


def test_a_value_that_was_blanked_without_an_event_is_found(machine: Machine, file: Path) -> None:
    origin = texts(file)[0][2]["origin"]
    assert isinstance(origin, dict)
    rewrite(file, 1, origin=committed(origin))
    assert problems(machine) == [(1, "The value at /origin was blanked, but no event says so.")]


def test_nothing_is_appended_to_a_file_that_went_backwards(machine: Machine, file: Path) -> None:
    run_sql(file, "DELETE FROM stored_events WHERE originator_version > 4")
    make_consistent(file)
    with pytest.raises(DamagedLedgerError, match="6 events were seen here, but only 4 are there"):
        record_run(machine.repository())


def test_runs_go_on_from_where_they_were_seen(machine: Machine, file: Path) -> None:
    record_run(machine.repository())
    assert verified(machine).ok


def test_a_secret_that_is_in_clear_in_a_run_is_named_and_not_shown(machine: Machine) -> None:
    here, password = machine.repository(), 'pa"ss-wörd-4711'
    record_run(here, "says it", command=("echo", f"it is {password}"))
    assert not verified(machine).warnings
    settings = {"host": "db", "database": "zen", "username": "u", "password": password}
    here.register_component("metadata_store", "db", "mysql", settings)
    found = verified(machine)
    assert found.ok
    (warning,) = found.warnings
    assert warning.startswith("'password' of metadata store 'db' is in clear at position 7 of the runs of ")
    assert password not in warning


def test_runs_that_begin_while_the_ledger_is_read_are_right(machine: Machine) -> None:
    with open_still(str(machine.file)) as database:
        here = machine.repository()
        here.combine_stack("meanwhile", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
        record_run(here, "meanwhile")
        continued = ContinuedLedgers(database, str(machine.config))
        found = RunsVerification(
            database, continued, str(machine.config), seen_runs(str(machine.config))
        ).verdicts()
    assert [verdict.problems for verdict in found.values()] == [(), (), ()]
