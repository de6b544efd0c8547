"""Seed 001, "Migrating Stacks from legacy Repositories to ZenML Profiles": the whole output."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest

from tests.documents.fixtures import unpacked
from tests.support.program import Home
from tests.transcripts.normal import Places, compared
from tests.transcripts.sessions import parse

FOLDER = "aspyre/src/zenml/examples/airflow_local"
NAME = re.compile(r"legacy-repository-[0-9a-f]{8}")
COMPONENTS = {
    "artifact_store": {"local_artifact_store": "local"},
    "container_registry": {"local_registry": "default"},
    "metadata_store": {"local_metadata_store": "sqlite"},
    "orchestrator": {
        "airflow_orchestrator": "airflow",
        "kubeflow_orchestrator": "kubeflow",
        "local_orchestrator": "local",
    },
}
PARAMETERS = {
    "artifact_store": "path: /data/artifacts\n",
    "container_registry": "uri: localhost:5000\n",
    "metadata_store": "uri: /data/metadata.db\n",
    "orchestrator": "",
}
STACKS = {
    "airflow_stack": ("airflow_orchestrator", "null"),
    "local_kubeflow_stack": ("kubeflow_orchestrator", "local_registry"),
    "local_stack": ("local_orchestrator", "null"),
}

# As in the seed, but for the row of `sqlite_profile`, which would need another store, and for the stacks of the
# other profiles ("001's last table shows the repository's stack as every profile's active stack": "a display
# fault: each profile shows its own").
SESSION = parse(
    "001_legacy_repository", Path(__file__).with_name("001_legacy_repository.session").read_text("utf-8")
)


def legacy_repository(root: Path) -> None:
    """Writes a repository as version 0.6 has it: that of the seed."""
    zen = root / ".zen"
    lines = ["active_stack_name: local_kubeflow_stack", "stack_components:"]
    for kind, named in COMPONENTS.items():
        folder = zen / (kind.removesuffix("y") + "ies" if kind.endswith("y") else f"{kind}s")
        folder.mkdir(parents=True)
        lines.append(f"  {kind}:")
        for name, flavor in named.items():
            lines.append(f"    {name}: {flavor}")
            (folder / f"{name}.yaml").write_text(f"name: {name}\nuuid: {uuid4()}\n{PARAMETERS[kind]}")
    lines.append("stacks:")
    for name, (orchestrator, registry) in STACKS.items():
        lines += [f"  {name}:", "    artifact_store: local_artifact_store", f"    container_registry: {registry}"]
        lines += ["    metadata_store: local_metadata_store", f"    orchestrator: {orchestrator}"]
        lines.append("    step_operator: null")
    (zen / "config.yaml").write_text("\n".join([*lines, "version: 0.6.3", ""]))


@pytest.fixture
def project(home: Home) -> Path:
    home.done("profile", "create", "devel")
    path = home.home / FOLDER
    path.mkdir(parents=True)
    return path


def test_the_program_answers_as_in_the_seed(home: Home, project: Path) -> None:
    legacy_repository(project)
    places = Places(home=str(home.home), tmp=str(home.base / "tmp"))
    for step in SESSION.steps:
        answer = home.run(*step.words, cwd=project, merge=True, check=0)
        text = NAME.sub("legacy-repository-dcc5765e", answer.stdout)
        expected, actual = compared(step.answer, text, places)
        assert actual == expected, step.command
    assert len(SESSION.steps) == 2


def test_what_a_real_0_6_3_left_is_brought_over_once(home: Home, project: Path) -> None:
    unpacked("legacy_zen", project)
    old = (project / ".zen" / "config.yaml").read_bytes()
    first = home.run("stack", "list", cwd=project, check=0)
    assert first.stderr.count("A legacy ZenML repository") == 1
    assert [row["STACK NAME"] for row in first.rows] == ["local_stack", "second"]
    assert [row["STACK NAME"] for row in first.rows if row["ACTIVE"]] == ["second"]
    (registry,) = home.done("container-registry", "list", cwd=project).rows
    assert (registry["NAME"], registry["FLAVOR"], registry["URI"]) == (
        "local_registry",
        "default",
        "localhost:5000",
    )
    again = home.run("stack", "list", cwd=project, check=0)
    assert (again.stdout, "legacy ZenML" in again.stderr) == (first.stdout, False)
    assert (project / ".zen" / "config.yaml.legacy").read_bytes() == old
    assert (project / ".zen" / "config.yaml").read_text().startswith("active_profile_name: legacy-repository-")
    assert home.done("profile", "get").stdout == "Active profile is: default\n"


def test_undo_gives_the_beginning_and_redo_the_stacks(home: Home, project: Path) -> None:
    unpacked("legacy_zen", project)
    home.done("stack", "list", cwd=project)
    home.done("undo", cwd=project)
    assert [row["PROFILE NAME"] for row in home.done("profile", "list", cwd=project).rows] == ["default", "devel"]
    assert (project / ".zen" / "config.yaml.legacy").exists()
    assert not (project / ".zen" / "config.yaml").exists()
    home.done("redo", cwd=project)
    assert [row["STACK NAME"] for row in home.done("stack", "list", cwd=project).rows] == ["local_stack", "second"]


def test_a_command_that_writes_brings_it_over_first(home: Home, project: Path) -> None:
    unpacked("legacy_zen", project)
    home.done("stack", "rename", "second", "third", cwd=project)
    kinds = [line.split("│")[3].strip() for line in home.done("history", cwd=project).stdout.splitlines()[3:-1]]
    assert kinds[:2] == ["change", "migrate"]


def test_python_brings_it_over_too(home: Home, project: Path) -> None:
    unpacked("legacy_zen", project)
    script = "from zenml.repository import Repository; Repository().rename_stack('second', 'third')"
    home.python(script, cwd=project)
    assert home.done("stack", "get", cwd=project).stdout == "The active stack is: 'third'\n"


def test_a_dry_run_brings_nothing_over(home: Home, project: Path) -> None:
    unpacked("legacy_zen", project)
    home.done("stack", "rename", "default", "third", "--dry-run", cwd=project)
    assert not (project / ".zen" / "config.yaml.legacy").exists()


@pytest.mark.parametrize(
    "damage", ["artifact_stores/local_art2.yaml", "metadata_stores/local_metadata_store.yaml"]
)
def test_what_cannot_be_read_is_named(home: Home, project: Path, damage: str) -> None:
    unpacked("legacy_zen", project)
    (project / ".zen" / damage).write_text("a: [\n")
    answer = home.run("stack", "list", cwd=project, check=0)
    assert damage.rpartition("/")[2] in answer.stderr
    assert "was left out" in answer.stderr
