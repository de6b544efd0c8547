"""`zenml apply`, `zenml export` and `zenml profile import`, as they are typed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.fixtures import home
from tests.support.program import Home

__all__ = ["home"]
STACKS = """\
components:
  - type: orchestrator
    name: docker
    flavor: local_docker
    parameters:
      docker_parent_image: python:3.11
stacks:
  - name: dev
    components: {artifact_store: default, metadata_store: default, orchestrator: docker}
"""


@pytest.fixture
def file(home: Home) -> Path:
    path = home.work / "stacks.yaml"
    path.write_text(STACKS)
    return path


def changes(home: Home) -> int:
    return len(home.done("history", "--all").rows)


def test_the_plan_is_shown_and_carried_out_as_one_change(home: Home, file: Path) -> None:
    done = home.done("apply", "-f", "stacks.yaml")
    assert done.stdout.splitlines() == [
        "+ orchestrator/docker",
        "  + flavor               local_docker",
        "  + docker_parent_image  python:3.11",
        "+ stack/dev",
        "  + artifact_store  default",
        "  + metadata_store  default",
        "  + orchestrator    docker",
    ]
    assert changes(home) == 2
    again = home.done("apply", "-f", "stacks.yaml")
    assert "Nothing to change." in again.stderr
    assert changes(home) == 2
    file.write_text(STACKS.replace("3.11", "3.12"))
    assert home.done("apply", "-f", str(home.work)).stdout.splitlines() == [
        "orchestrator/docker",
        "  - docker_parent_image  python:3.11",
        "  + docker_parent_image  python:3.12",
    ]
    home.done("undo", "-n", "2")
    assert [row["STACK NAME"] for row in home.done("stack", "list").rows] == ["default"]


def test_a_plan_waits_until_it_is_wanted(home: Home, file: Path) -> None:
    planned = home.done("apply", "-f", "stacks.yaml", "--plan-out", "plan.json")
    assert "+ stack/dev" in planned.stdout
    assert (home.work / "plan.json").stat().st_mode & 0o777 == 0o600
    assert changes(home) == 1
    refused = home.run("apply", "-f", "stacks.yaml", "--plan-out", "plan.json", check=1)
    assert "--overwrite" in refused.stderr
    home.done("apply", "--plan", "plan.json")
    late = home.run("apply", "--plan", "plan.json", check=4)
    assert "This plan was already carried out, by change " in late.stderr


@pytest.mark.parametrize(
    "words",
    [(), ("-f", "stacks.yaml", "--plan", "p"), ("--plan", "p", "--prune"), ("--plan", "p", "--plan-out", "q")],
)
def test_one_way_at_a_time(home: Home, file: Path, words: tuple[str, ...]) -> None:
    assert "Give files, or --plan FILE alone." in home.run("apply", *words, check=2).stderr


def test_a_profile_goes_out_and_comes_back(home: Home, file: Path) -> None:
    home.done("apply", "-f", "stacks.yaml")
    out = home.done("export", "--out", "all.yaml").stdout
    assert out == "Exported profile 'default' to file 'all.yaml'.\n"
    assert home.done("export").stdout == (home.work / "all.yaml").read_text()
    assert "Nothing to change." in home.done("apply", "-f", "all.yaml", "--prune").output
    home.done("profile", "import", "all.yaml", "--name", "copy")
    home.done("profile", "set", "copy")
    assert [row["STACK NAME"] for row in home.done("stack", "list").rows] == ["default", "dev"]
    told = json.loads(home.done("orchestrator", "describe", "docker", "-o", "json").stdout)["component"]
    assert told["parameters"]["docker_parent_image"] == "python:3.11"
    kept = home.config / "profiles" / "default" / "profile.yaml"
    home.done("profile", "import", str(kept), "--name", "third")


def test_a_stack_goes_out_and_comes_back(home: Home, file: Path) -> None:
    home.done("apply", "-f", "stacks.yaml")
    assert home.done("stack", "export", "dev").stdout == "Exported stack 'dev' to file 'dev.yaml'.\n"
    assert home.done("stack", "export", "dev", "-").stdout == (home.work / "dev.yaml").read_text()
    home.done("profile", "create", "other")
    home.done("profile", "set", "other")
    imported = home.done("stack", "import", "dev.yaml")
    assert imported.stdout == "Stack 'dev' successfully imported!\n"
    assert "Using 'dev.yaml' to import 'dev' stack." in imported.stderr
    home.done("stack", "import", "second", "-f", "dev.yaml", "--ignore-version-mismatch", "--decouple-stores")
    assert [row["STACK NAME"] for row in home.done("stack", "list").rows] == ["default", "dev", "second"]
    home.done("orchestrator", "update", "docker", "--docker_parent_image=other")
    clash = home.run("stack", "import", "third", "-f", "dev.yaml", check=1)
    assert "Orchestrator 'docker' already exists with other settings." in clash.stderr
    for words, code in ((("nowhere.yaml",), 1), (("nowhere",), 1), ((), 2)):
        home.run("stack", "import", *words, check=code)


def test_copies_as_they_are_typed(home: Home, file: Path) -> None:
    home.done("apply", "-f", "stacks.yaml")
    home.done("profile", "create", "other")
    assert home.done("stack", "copy", "dev", "dev2").stdout == "Copied stack 'dev' to 'dev2'.\n"
    home.done("stack", "copy", "dev", "dev", "--to", "other")
    home.done("orchestrator", "copy", "docker", "docker2")
    home.done("orchestrator", "copy", "docker", "docker2", "--from", "default", "--to", "other")
    home.done("profile", "set", "other")
    assert [row["NAME"] for row in home.done("orchestrator", "list").rows] == ["default", "docker", "docker2"]
    for words in (
        ("stack", "copy", "nope", "x"),
        ("stack", "copy", "dev", "dev"),
        ("stack", "copy", "a", "b", "--to", "x"),
    ):
        assert "Hint: " in home.run(*words, check=1).stderr


def test_up_and_down_as_they_are_typed(home: Home) -> None:
    up = home.done("stack", "up")
    assert up.stdout.splitlines()[0] == "Provisioning resources for active stack 'default'."
    told = json.loads(home.done("stack", "up", "-o", "json").stdout)
    assert [(it["type"], it["ready"], it["state"]) for it in told["components"]] == [
        ("artifact_store", True, "running"),
        ("metadata_store", True, "running"),
        ("orchestrator", True, None),
    ]
    assert home.done("stack", "down").stdout.startswith("Suspending resources for active stack 'default'.\n")
    (file,) = home.config.rglob("metadata.db")
    looked = home.done("stack", "down", "--force", "--dry-run")
    assert f"metadata-store/default: removed {file}" in looked.stdout
    with closing(sqlite3.connect(file)) as database:
        database.executescript("create table runs (name); insert into runs values ('first')")
    kept = home.done("stack", "down", "--force")
    assert f"kept {file} (table 'runs' has rows)" in kept.stdout
    with closing(sqlite3.connect(file)) as database:
        database.execute("delete from runs")
        database.commit()
    gone = home.done("stack", "down", "--force")
    assert gone.stdout.startswith("Deprovisioning resources for active stack 'default'.\n")
    assert not list(home.config.rglob("metadata.db"))
    (down,) = json.loads(home.done("history", "--kind", "outside", "--limit", "1", "-o", "json").stdout)["changes"]
    back = home.done("undo", down["change"]).stdout.splitlines()
    assert back[-1] == "Only the record was changed: no file or folder was created, restored or removed."
    assert not list(home.config.rglob("metadata.db"))
    home.done("artifact-store", "register", "bad", "-f", "local", f"--path={home.work}/bad")
    (home.work / "bad").rmdir()
    (home.work / "bad").write_text("")
    failed = home.run("artifact-store", "up", "bad", check=1)
    assert f"  artifact-store/bad: not ready: The folder {home.work}/bad cannot be written" in failed.stdout
    assert failed.stderr.splitlines()[-2] == ("Error: 1 of 1 components failed: artifact-store/bad.")


def test_a_log_is_printed_if_there_is_one(home: Home) -> None:
    assert home.done("orchestrator", "logs").stdout == "Unable to find log file for orchestrator 'default'.\n"
    home.done("orchestrator", "register", "air", "-f", "airflow", f"--airflow_home={home.work}/air")
    assert "Unable to find" in home.done("orchestrator", "logs", "air").stdout
    (home.work / "air" / "airflow_orchestrator.log").write_text("one\ntwo\n")
    assert home.done("orchestrator", "logs", "air").stdout == "one\ntwo\n"


def test_a_key_is_for_what_the_files_say_too(home: Home, file: Path) -> None:
    words = ("apply", "-f", "stacks.yaml", "--idempotency-key", "job 7")
    home.done(*words)
    assert "Already done with the same idempotency key" in home.done(*words).stderr
    file.write_text(STACKS.replace("3.11", "3.12"))
    refused = home.run(*words, check=1)
    assert "The idempotency key 'job 7' was used before, for another command." in refused.stderr


def test_a_reason_is_given_where_it_is_recorded(home: Home, file: Path) -> None:
    refused = home.run("apply", file.name, "--plan-out", "plan.json", "--reason", "approved by Eve", check=2)
    assert "A plan does not keep a reason" in refused.stderr
    assert "zenml apply --plan plan.json --reason 'approved by Eve'" in refused.stderr
    assert not (home.work / "plan.json").exists()
    home.done("apply", file.name, "--plan-out", "plan.json")
    home.done("apply", "--plan", "plan.json", "--reason", "approved by Eve")
    assert "approved by Eve" in home.done("show").stdout


def test_files_are_named_in_one_way(home: Home) -> None:
    for words in (("apply",), ("apply", "--plan", "none.json")):
        assert "apply -f" not in home.run(*words).stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "components: [{type: artifact_store, name: data, flavor: s3}]",
            "x.yaml, artifact-store/data: When you are registering",
        ),
        (
            "components: [{type: artifact_store, name: data, flavor: none}]",
            "x.yaml, artifact-store/data: There is no flavor 'none'",
        ),
        (
            "stacks: [{name: prod, components: {artifact_store: none}}]",
            "x.yaml, stack/prod: Artifact store 'none' does not exist.",
        ),
        (
            "components: [{type: artefact_store, name: data, flavor: local}]",
            "x.yaml: 'type' is not a component type (component 1, 'data').\nHint: Did you mean 'artifact_store'?",
        ),
    ],
)
def test_what_is_refused_has_its_place(home: Home, file: Path, text: str, said: str) -> None:
    (home.work / "x.yaml").write_text(text)
    for words in (("apply", file.name, "x.yaml"), ("apply", file.name, "x.yaml", "--plan-out", "plan")):
        assert f"Error: {said}" in home.run(*words, check=1).stderr
