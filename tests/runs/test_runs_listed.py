"""Which runs are listed, in which order, under which names, and what became of them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.runs.past_runs import alter, file_of_runs, going_on, ran
from zenml.domain.change_ids import letters
from zenml.domain.errors import InvalidValueError, RunNotFoundError
from zenml.evidence import canonical
from zenml.projections.runs import ids
from zenml.repository import Repository
from zenml.runs.looking.files import RecordedRuns
from zenml.stores.runs.file import RunsFile


@pytest.fixture
def here(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.combine_stack("prod", {"artifact_store": "default", "orchestrator": "default"})
    return repository


def _ids(here: Repository, **asked: Any) -> list[str]:
    return [run.run_id for run in here.runs(**asked)]


def test_the_newest_come_first_and_a_page_goes_on_after_the_last(here: Repository) -> None:
    made = [ran(here) for _ in range(5)][::-1]
    assert _ids(here) == made
    assert _ids(here, limit=2) == made[:2]
    assert _ids(here, limit=2, reverse=True) == made[:2][::-1]
    assert _ids(here, before=made[1], limit=2) == made[2:4]
    assert _ids(here, before=made[-1]) == []


def test_they_are_those_of_the_active_profile(here: Repository) -> None:
    ran(here)
    here.create_profile("other", activate=True)
    assert here.runs() == []
    mine = ran(here)
    assert _ids(here) == [mine]


def test_runs_of_several_years_are_one_list(here: Repository, machine: Machine) -> None:
    new = [ran(here, name="nightly"), ran(here)]
    old = _copy_to_year(machine, here, new[0], 2025)
    assert _ids(here) == [new[1], new[0], old]
    assert _ids(here, limit=1) == [new[1]]
    assert _ids(here, before=new[0]) == [old]
    assert _ids(here, name="nightly") == [new[0], old]
    assert here.get_run("nightly").info.run_id == new[0]
    assert here.get_run(letters(old)).info.run_id == old


def test_a_run_has_the_shortest_letters_that_no_other_has_in_any_year(here: Repository, machine: Machine) -> None:
    new = ran(here)
    old = _copy_to_year(machine, here, new, 2025)  # its letters differ in the last one
    shown = {run.run_id: run.run for run in here.runs()}
    assert shown == {new: letters(new), old: letters(old)}
    with pytest.raises(RunNotFoundError, match="More than one run begins with") as error:
        here.get_run(letters(new)[:6])
    assert error.value.hint == "Give more letters of it."
    assert here.get_run(letters(old)).info.run_id == old
    assert here.get_run(new).info.run_id == new  # an id is taken too


def test_a_name_means_the_newest_run_of_that_name(here: Repository) -> None:
    first = ran(here, name="nightly")
    newest = ran(here, name="nightly")
    assert _ids(here, name="nightly") == [newest, first]
    assert here.get_run("nightly").info.run_id == newest


@pytest.mark.parametrize("length", [4, 8, 17])
def test_a_run_that_is_called_as_another_one_begins_does_not_take_its_place(here: Repository, length: int) -> None:
    first = ran(here)
    shown = letters(first)[:length]
    called = ran(here, name=shown)
    with pytest.raises(RunNotFoundError, match="is the name of a run, and another one begins with it") as error:
        here.get_run(shown)
    assert error.value.code == "run_ambiguous"
    assert here.get_run(str(error.value.values["named"])).info.run_id == called
    assert here.get_run(str(error.value.values["begun"])).info.run_id == first
    assert here.get_run(letters(first)).info.run_id == first
    assert _ids(here, name=shown) == [called]


@pytest.mark.parametrize("form", [str, str.upper, letters])
def test_nothing_is_called_as_an_id_in_full(here: Repository, form: Callable[[str], str]) -> None:
    first = ran(here)
    with pytest.raises(InvalidValueError, match="it would be taken for the id of a run"):
        ran(here, name=form(first))
    assert here.get_run(form(first)).info.run_id == first


def test_an_id_in_full_that_others_recorded_as_a_name_is_not_taken_for_it(
    here: Repository, machine: Machine
) -> None:
    first, name = ran(here), letters(ran(here))
    alter(file_of_runs(machine), "DELETE FROM runs WHERE started > 2")  # as if it had never been here
    alter(file_of_runs(machine), "INSERT INTO run_names VALUES (1, ?)", name)
    alter(file_of_runs(machine), "UPDATE runs SET name = 1")
    with RecordedRuns(str(machine.config), file_of_runs(machine).name[:36]) as recorded:
        assert recorded.named(name) is None
        assert recorded.named(first) is not None


@pytest.mark.parametrize("word", ["absent", "kkkk", "", "0", "'; DROP TABLE runs; --"])
def test_what_names_no_run_is_said(here: Repository, word: str) -> None:
    ran(here)
    with pytest.raises(RunNotFoundError, match="does not exist"):
        here.get_run(word)


def test_where_nothing_ran_there_is_nothing_to_list(here: Repository) -> None:
    assert here.runs() == []
    with pytest.raises(RunNotFoundError):
        here.get_run("nightly")


def test_runs_are_found_by_what_became_of_them(here: Repository) -> None:
    good, bad = ran(here), ran(here, outcome="failed", exit_code=3)
    killed, on = ran(here, outcome="killed", exit_code=137), going_on(here)
    assert _ids(here, outcome="succeeded") == [good]
    assert _ids(here, outcome="failed") == [bad]
    assert _ids(here, outcome="killed") == [killed]
    assert _ids(here, outcome="running") == [on.event.run_id]
    assert _ids(here, outcome="lost") == []
    with pytest.raises(InvalidValueError, match="'late' is not one of running, succeeded"):
        here.runs(outcome="late")


def test_a_run_whose_process_is_gone_is_lost_before_anybody_recorded_that(here: Repository) -> None:
    script = """
from tests.runs.past_runs import going_on
from zenml.repository import Repository
print(going_on(Repository(notify=lambda sentence: None)).event.run_id)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    run_id = done.stdout.strip()
    (run,) = here.runs()
    assert (run.run_id, run.outcome, run.exit_code, run.ended) == (run_id, "lost", None, None)
    assert _ids(here, outcome="lost") == [run_id]
    assert _ids(here, outcome="running") == []


def test_an_end_that_waits_to_be_recorded_is_known(here: Repository) -> None:
    on = going_on(here)
    on.room.keep(on.place, on.end("failed", 4).to_fields())
    (run,) = here.runs()
    assert (run.outcome, run.exit_code) == ("failed", 4)
    assert _ids(here, outcome="failed") == [on.event.run_id]
    assert _ids(here, outcome="running") == []
    assert here.get_run(run.run).info == run


def test_how_a_run_ended_counts_and_not_that_it_was_taken_for_lost(here: Repository) -> None:
    on = going_on(here)
    on.store.append([on.end("lost", None)])
    assert [run.outcome for run in here.runs()] == ["lost"]
    on.room.keep(on.place, on.end("succeeded", 0).to_fields())
    assert _ids(here, outcome="succeeded") == [on.event.run_id]
    on.store.append([on.end("succeeded", 0)])
    on.store.append([on.end("lost", None)])
    assert [run.outcome for run in here.runs()] == ["succeeded"]


def test_runs_are_found_by_when_they_began(here: Repository) -> None:
    first = ran(here)
    between = datetime.now(UTC) + timedelta(milliseconds=1)
    while datetime.now(UTC) <= between + timedelta(milliseconds=1):
        pass
    last = ran(here)
    assert _ids(here, since=between) == [last]
    assert _ids(here, until=between) == [first]
    assert _ids(here, since="yesterday") == [last, first]
    assert _ids(here, until="yesterday") == []
    with pytest.raises(InvalidValueError):
        here.runs(since="whenever")


def test_runs_are_found_by_who_started_them(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = ran(here)
    monkeypatch.setenv("ZENML_USER", "ben")
    theirs = ran(here)
    assert _ids(here, mine=True) == [theirs]
    assert _ids(here, actor="ben") == [theirs]
    assert _ids(here, actor="nobody") == []
    assert _ids(here) == [theirs, mine]


def test_a_name_of_several_kinds_of_actors_is_found_and_whoever_asks_is_one_kind(
    here: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ran(here)
    who = here.get_run(mine).info.actor
    monkeypatch.setenv("CI", "true")
    others = ran(here)
    kinds = [run.actor_kind for run in here.runs(actor=who)]
    assert kinds == ["automation", "person"], kinds
    assert _ids(here, mine=True) == _ids(here, mine=True, actor=who) == [others]
    assert _ids(here, actor=who) == [others, mine]
    assert _ids(here, mine=True, actor="nobody") == []


@pytest.mark.parametrize("asked", [{"name": "\udcff"}, {"actor": "\udcff"}, {"uses": {"path": "\udcff"}}])
def test_what_is_no_text_is_said_and_no_file_is_blamed(here: Repository, asked: dict[str, Any]) -> None:
    ran(here)
    with pytest.raises(InvalidValueError):
        here.runs(**asked)


@pytest.mark.parametrize(
    "value", ['say "no"', "back\\slash", 'C:\\data\\"', "zwölf ☃", '{"v":"x"}', "a\tb", "\u007f", "x'; DROP"]
)
def test_a_value_is_found_whatever_is_in_it(here: Repository, value: str) -> None:
    before = ran(here, "prod")
    here.register_component("orchestrator", "mine", "local_docker", {"docker_parent_image": value})
    here.update_stack("prod", {"orchestrator": "mine"})
    after = ran(here, "prod")
    assert before not in _ids(here, uses={"docker_parent_image": value})
    assert _ids(here, uses={"docker_parent_image": value}) == [after]
    assert _ids(here, uses={"docker_parent_image": "other"}) == []


def test_a_stack_is_found_by_a_name_that_it_has_or_had_and_by_its_id(here: Repository) -> None:
    run_id = ran(here, "prod")
    ran(here, "default")
    here.rename_stack("prod", "live")
    (run,) = here.runs(stack="live")
    assert (run.run_id, run.stack) == (run_id, "prod")  # as it was called then
    assert _ids(here, stack="prod") == [run_id]
    assert _ids(here, stack=run.stack_id) == [run_id]
    here.deregister_stack("live")
    assert _ids(here, stack="prod") == [run_id]
    with pytest.raises(KeyError, match="Stack 'prd' does not exist"):
        here.runs(stack="prd")


def test_a_value_may_be_typed_as_text_or_given_as_it_is(here: Repository) -> None:
    here.register_component("orchestrator", "lots", "local_docker", {"docker_parent_image": "4"})
    here.update_stack("prod", {"orchestrator": "lots"})
    run_id = ran(here, "prod")
    assert _ids(here, uses={"docker_parent_image": "4"}) == [run_id]
    assert _ids(here, uses={"docker-parent-image": "4"}) == [run_id]
    assert _ids(here, uses={"docker_parent_image": 4}) == []  # the text is no number
    assert _ids(here, uses={"docker_parent_image": None}) == [run_id]
    assert _ids(here, uses={"orchestrator/lots.docker_parent_image": "4"}) == [run_id]
    assert _ids(here, uses={"upgrade_migration_enabled": "true"}) == [run_id]
    assert _ids(here, uses={"upgrade_migration_enabled": True}) == [run_id]
    assert _ids(here, uses={"upgrade_migration_enabled": 1}) == []


def test_a_parameter_that_nothing_ever_had_is_said_with_the_one_that_was_meant(here: Repository) -> None:
    with pytest.raises(InvalidValueError, match="No component ever had a parameter 'pth'") as error:
        here.runs(uses={"pth": "/data"})
    assert "path" in error.value.hint
    with pytest.raises(InvalidValueError, match="orchestrator/default never had a parameter 'path'"):
        here.runs(uses={"orchestrator/default.path": None})
    with pytest.raises(InvalidValueError, match="names a component and no parameter"):
        here.runs(uses={"orchestrator/default": None})


def test_a_secret_is_found_by_its_name_and_never_compared(here: Repository) -> None:
    here.register_component(
        "experiment_tracker",
        "tracker",
        "mlflow",
        {"tracking_uri": "https://ml.example.com", "tracking_token": "hunter2"},
    )
    here.update_stack("prod", {"experiment_tracker": "tracker"})
    before = ran(here, "default")
    run_id = ran(here, "prod")
    assert _ids(here, uses={"tracking_token": None}) == [run_id]
    assert _ids(here, uses={"experiment-tracker/tracker.tracking_token": None}) == [run_id]
    with pytest.raises(InvalidValueError, match="is a secret, and secrets are not compared") as error:
        here.runs(uses={"tracking_token": "hunter2"})
    assert "hunter2" not in f"{error.value} {error.value.hint} {error.value.values}"
    assert _ids(here) == [run_id, before]


def test_runs_are_not_looked_at_as_of_a_point_in_the_past(here: Repository) -> None:
    change = here.history(limit=1)[0]
    past, sentence = here.at(change.letters), "not looked at as of a point in the past"
    with pytest.raises(InvalidValueError, match=sentence):
        past.runs()
    with pytest.raises(InvalidValueError, match=sentence):
        past.get_run("nightly")
    with pytest.raises(InvalidValueError, match=sentence):
        past.compare_runs("nightly", "nightly")


def test_the_views_have_the_id_of_a_run_and_nothing_is_lost_of_it(here: Repository) -> None:
    run_id = ran(here)
    assert ids.run_id(ids.key(run_id)) == run_id
    assert ids.shown(ids.key(run_id)) == letters(run_id)
    first, last = ids.between(letters(run_id)[:5])
    assert first <= ids.key(run_id) <= last


def _copy_to_year(machine: Machine, here: Repository, run_id: str, year: int) -> str:
    """Copies a run into the file of another year, under an id that differs in its last digit; returns that."""
    path = file_of_runs(machine)
    details = here.get_run(run_id)
    other = run_id[:-1] + ("0" if run_id[-1] != "0" else "1")
    began = next(row for row in _texts(path) if row["run_id"] == run_id)
    file = RunsFile(str(path).replace(f"-{path.stem[-4:]}", f"-{year}"), began["profile_ledger_id"])
    with file.locked() as runs:
        runs.store("zenml:RunStarted", canonical.text({**began, "run_id": other}).encode())
    assert details.info.run_id == run_id
    return other


def _texts(path: Path) -> list[dict[str, Any]]:
    """Returns the fields of the first event of each run in a file."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT state FROM stored_events WHERE topic = 'zenml:RunStarted'").fetchall()
    return [json.loads(state) for (state,) in rows]
