"""Runs in Python: a block, the stack as of the start, notes, and what a child process knows of its run."""

from __future__ import annotations

import os
import sys

import pytest

from tests.runs.seen import last_run, runs_of
from tests.support.program import Home
from zenml.exceptions import InvalidValueError, NotAllowedError, RunNotFoundError, StackNotFoundError
from zenml.repository import Repository
from zenml.run import current_run


@pytest.fixture
def repository(used: Home, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The stack `prod` with a secret, which is active, and this process in its home."""
    for name in [name for name in os.environ if name.startswith("ZENML_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(used.home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(used.home / ".config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(used.home / ".local" / "state"))
    monkeypatch.chdir(used.work)
    tracker = ["experiment-tracker", "register", "tracker", "-f", "mlflow", "--tracking_uri=https://t.example"]
    used.done(*tracker, "--tracking_token=t0ps3cret")
    used.done("stack", "register", "prod", "-o", "default", "-a", "default", "-e", "tracker")
    used.done("stack", "set", "prod")
    return Repository(notify=lambda sentence: None)


def test_a_block_that_ends_succeeds(used: Home, repository: Repository) -> None:
    with repository.run(name="nightly", parameters={"lr": 0.1}, reason="why not") as run:
        assert runs_of(used)[-1].ends == []
    seen = last_run(used)
    assert seen.start["run_id"] == run.run_id
    assert (seen.start["name"], seen.start["command"]) == ("nightly", None)
    assert seen.start["parameters"]["lr"]["v"] == "0.1"
    assert (seen.end["outcome"], seen.end["exit_code"]) == ("succeeded", None)


@pytest.mark.parametrize(
    ("error", "outcome", "exit_code"),
    [
        (ValueError("x"), "failed", None),
        (KeyboardInterrupt(), "killed", 130),
        (SystemExit(0), "succeeded", 0),
        (SystemExit(3), "failed", 3),
        (SystemExit("sentence"), "failed", 1),
    ],
)
def test_what_leaves_a_block_says_how_it_ended_and_goes_on(
    error: BaseException, outcome: str, exit_code: int | None, used: Home, repository: Repository
) -> None:
    with pytest.raises(type(error)) as raised, repository.run():
        raise error
    assert raised.value is error
    assert (last_run(used).end["outcome"], last_run(used).end["exit_code"]) == (outcome, exit_code)


def test_the_stack_is_as_of_the_start_whatever_happens(used: Home, repository: Repository) -> None:
    with repository.run() as run:
        used.done("experiment-tracker", "update", "tracker", "--tracking_token=an0ther")
        used.done("stack", "rename", "prod", "production")
        used.done("stack", "set", "default")
        used.done("stack", "delete", "production", "-y")
        used.done("profile", "create", "other")
        used.done("profile", "set", "other")
        for again in (run, current_run()):
            assert again.stack.name == "prod"
            assert again.stack.experiment_tracker.parameters["tracking_token"] == "t0ps3cret"  # type: ignore[union-attr]
        run.note_link("mlflow", "7")
    assert last_run(used).end["outcome"] == "succeeded"
    assert last_run(used).notes[0]["engine"] == "mlflow"


def test_an_undo_changes_nothing_for_what_runs(used: Home, repository: Repository) -> None:
    used.done("experiment-tracker", "update", "tracker", "--tracking_uri=https://new.example")
    with repository.run() as run:
        used.done("undo")
        assert run.stack.experiment_tracker.parameters["tracking_uri"] == "https://new.example"  # type: ignore[union-attr]


def test_a_process_at_any_depth_knows_its_run(used: Home, repository: Repository) -> None:
    inner = "from zenml.run import current_run as c; r = c(); print(r.stack.name, r.run_id); r.note_artifact('m', 's3://m')"
    ran = used.done("run", "--", "sh", "-c", f'{sys.executable} -c "{inner}"')
    seen = last_run(used)
    assert ran.stdout == f"prod {seen.start['run_id']}\n"
    assert [note["name"] for note in seen.notes] == ["m"]


def test_a_program_that_a_block_starts_is_told_by_variables(used: Home, repository: Repository) -> None:
    with repository.run() as run:
        used.python("from zenml.run import current_run; current_run().note_link('x', '1')", env=run.variables())
    assert len(last_run(used).notes) == 1


def test_a_run_within_a_block_is_a_part_of_it(used: Home, repository: Repository) -> None:
    with repository.run() as outer:
        with repository.run() as inner:
            assert current_run() is inner
        assert current_run() is outer
        repository.run_command(["true"])
    assert [run.start["parent_run_id"] for run in runs_of(used)] == [None, outer.run_id, outer.run_id]


def test_outside_of_a_run_there_is_none(repository: Repository) -> None:
    with pytest.raises(NotAllowedError, match="a part of no run") as raised:
        current_run()
    assert raised.value.code == "no_run"


def test_notes_as_they_are_recorded(used: Home, repository: Repository) -> None:
    digest = "0123456789abcdef" * 4
    with repository.run() as run:
        run.note_artifact("model", "s3://models/7", f"sha256:{digest}")
        run.note_link("airflow", external_id="dag/7", url="https://airflow.example/7")
        run.note_step("train", "cached", cache_key="k", inputs=[("data", "s3://data", digest)])
    artifact, link, step = last_run(used).notes
    assert (artifact["name"], artifact["digest"], artifact["uri"]["v"]) == ("model", digest, '"s3://models/7"')
    assert (link["engine"], link["external_id"]["v"]) == ("airflow", '"dag/7"')
    assert (step["step"], step["outcome"], step["inputs"][0]["digest"]) == ("train", "cached", digest)


def test_notes_that_say_nothing_are_refused(repository: Repository) -> None:
    with repository.run() as run:
        with pytest.raises(InvalidValueError, match="not a SHA-256"):
            run.note_artifact("m", "s3://m", "abc")
        with pytest.raises(InvalidValueError, match="neither an id nor a URL"):
            run.note_link("mlflow")
        with pytest.raises(InvalidValueError, match="not how a step ends"):
            run.note_step("train", "maybe")
        with pytest.raises(InvalidValueError, match="artifact name"):
            run.note_artifact("", "s3://m")


def test_a_run_has_a_limited_number_of_notes(
    used: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zenml.runs.running import noting

    monkeypatch.setattr(noting, "MOST", 2)
    with repository.run() as run:
        for number in range(2):
            run.note_link("x", str(number))
        with pytest.raises(NotAllowedError, match="The run has 2 notes, and none can be added"):
            run.note_link("x", "2")
    assert len(last_run(used).notes) == 2


def test_tags_are_flat_texts(used: Home, repository: Repository) -> None:
    with repository.run(name="nightly") as run:
        tags = run.tags()
    seen = last_run(used).start
    assert all(type(name) is str and type(value) is str for name, value in tags.items())
    assert tags["zenml.run_id"] == seen["run_id"]
    assert tags["zenml.point"] == f"{seen['profile_ledger_id']}@{seen['position']}"
    assert (tags["zenml.stack"], tags["zenml.run_name"], tags["zenml.root"]) == ("prod", "nightly", seen["root"])


def test_a_command_from_python(used: Home, repository: Repository) -> None:
    ended = repository.run_command(["sh", "-c", "exit 3"], name="c")
    assert ended.ended.exit_code == 3
    assert last_run(used).start["run_id"] == ended.run_id
    with pytest.raises(InvalidValueError, match="no command"):
        repository.run_command([])


def test_a_command_from_another_thread(used: Home, repository: Repository) -> None:
    from threading import Thread

    thread = Thread(target=repository.run_command, args=(["true"],))
    thread.start()
    thread.join()
    assert last_run(used).end["outcome"] == "succeeded"


def test_what_cannot_begin_runs_nothing(used: Home, repository: Repository) -> None:
    with pytest.raises(StackNotFoundError), repository.run(stack="nosuch"):
        pytest.fail("it ran")
    with pytest.raises(InvalidValueError), repository.run(name="a/b"):
        pytest.fail("it ran")
    with pytest.raises(InvalidValueError), repository.run(parameters={"x": object()}):
        pytest.fail("it ran")
    with pytest.raises(NotAllowedError), Repository(dry_run=True).run():
        pytest.fail("it ran")
    with repository.change(), pytest.raises(NotAllowedError, match="within a change"), repository.run():
        pytest.fail("it ran")
    assert runs_of(used) == []


def test_a_note_of_a_run_that_is_not_recorded_here_is_refused(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with repository.run() as run:
        variables = run.variables()
    monkeypatch.setenv("ZENML_RUN_ID", "01a22b95-7fad-70e8-89ef-930847655f45")
    monkeypatch.setenv("ZENML_RUN_POINT", variables["ZENML_RUN_POINT"])
    monkeypatch.setenv("ZENML_ACTIVATED_STACK", variables["ZENML_ACTIVATED_STACK"])
    assert current_run().stack.name == "prod"
    with pytest.raises(RunNotFoundError):
        current_run().note_link("x", "1")
