"""Classes as they were written for ZenML 0.13: with its fields, its imports and the first version of pydantic."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest

import zenml
from tests.support.program import Home
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.flavors.build import ComponentParametersError, build_from
from zenml.flavors.own_code import load_own

TEXT = Path(__file__).with_name("written_for_zenml.txt").read_text(encoding="utf-8")
CLASSES: dict[str, dict[str, Any]] = {
    "Alerter": {"url": "u"},
    "Annotator": {"port": 1, "authentication_secret": "s"},
    "Store": {"path": "my://x", "key": "a", "retries": 3, "authentication_secret": "s"},
    "S3Plus": {"path": "s3://x", "region": "eu"},
    "Registry": {"uri": "localhost:5000", "mirrors": {}, "authentication_secret": "s"},
    "Validator": {"strict": True},
    "Tracker": {"tracking_uri": "u"},
    "Features": {"repo": "r"},
    "Metadata": {"host": "h", "port": 3306, "upgrade_migration_enabled": False},
    "Deployer": {"base_url": "u"},
    "Orchestrator": {"queue": "q", "workers": 2, "docker_parent_image": "p"},
    "Secrets": {"vault": "v", "scope": "namespace", "namespace": "n"},
    "Operator": {"project": "p", "docker_parent_image": "p"},
}


@pytest.fixture(autouse=True, params=["", "from __future__ import annotations\n"], ids=["values", "texts"])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder with the module, its annotations evaluated or not; it is forgotten after the test."""
    (tmp_path / "written_for_zenml.py").write_text(request.param + TEXT, encoding="utf-8")
    yield tmp_path
    sys.modules.pop("written_for_zenml", None)


def loaded(folder: Path, name: str) -> Any:
    return load_own(f"written_for_zenml.{name}", str(folder))


@pytest.mark.parametrize("name", CLASSES)
def test_a_component_of_each_type_has_the_fields_of_its_base(folder: Path, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        declared = loaded(folder, name)
    component = build_from(declared, "a", None, CLASSES[name])
    assert component.parameters == CLASSES[name]
    assert component.TYPE in COMPONENT_TYPES


def test_every_type_is_among_them(folder: Path) -> None:
    assert {str(loaded(folder, name).TYPE) for name in CLASSES} == set(COMPONENT_TYPES)


def test_what_may_be_none_is_not_required(folder: Path) -> None:
    described = {it.name: it for it in loaded(folder, "Store").describe_parameters()}
    assert [it.name for it in described.values() if it.required] == ["path"]
    assert described["endpoint"].default is None


def test_a_class_that_names_no_schemes_needs_no_path(folder: Path) -> None:
    tape = "from zenml.artifact_stores import BaseArtifactStore\n"
    tape += "class Tape(BaseArtifactStore):\n    FLAVOR = 'tape'\n    label: str\n"
    tape += "class Disk(Tape):\n    SUPPORTED_SCHEMES = {''}\n"
    (folder / "written_for_zenml.py").write_text(tape)
    assert build_from(loaded(folder, "Tape"), "a", None, {"label": "x"}).parameters == {"label": "x"}
    assert "path" in build_from(loaded(folder, "Tape"), "a", None, {"label": "x", "path": "/x"}).parameters
    with pytest.raises(ComponentParametersError, match="path: field required"):
        build_from(loaded(folder, "Disk"), "a", None, {"label": "x"})


def test_what_it_marks_as_sensitive_is_a_secret(folder: Path) -> None:
    assert loaded(folder, "Store").secret_parameters() == {"token", "key", "phrase"}
    assert loaded(folder, "Operator").secret_parameters() == {"password"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"path": "s3://x"}, "path: must begin with my://"),
        ({}, "path: field required"),
        ({"path": "my://x", "other": 1}, "other: extra fields not permitted"),
        ({"path": "my://x", "endpoint": "bad"}, "the endpoint is bad"),
        ({"path": "my://x", "endpoint": "{{a.b}}"}, "endpoint: a secret reference is not allowed here"),
        ({"path": "my://x", "endpoint": "odd", "token": "hunter2"}, "Store failed: KeyError"),
    ],
)
def test_its_checks_are_made_and_none_of_them_is_a_fault(
    folder: Path, given: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build_from(loaded(folder, "Store"), "a", None, given)
    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_validator_changes_what_was_given_and_leaves_what_was_not(folder: Path) -> None:
    given = build_from(loaded(folder, "Store"), "a", None, {"path": "my://x", "endpoint": "http://y/"})
    assert given.parameters["endpoint"] == "http://y"
    assert "endpoint" not in build_from(loaded(folder, "Store"), "a", None, {"path": "my://x"}).parameters


def test_what_is_not_here_says_so_when_it_is_used(folder: Path) -> None:
    store = build_from(loaded(folder, "Store"), "a", None, {"path": "my://x"})
    with pytest.raises(NotImplementedError, match=r"makedirs is in ZenML 0\.13, and not here"):
        store.provision()


def test_nothing_of_it_is_left(folder: Path) -> None:
    before = set(sys.modules), pydantic.root_validator, list(sys.meta_path)
    loaded(folder, "Store")
    assert (pydantic.root_validator, list(sys.meta_path)) == before[1:]
    assert not [name for name in set(sys.modules) - before[0] if name.startswith("zenml.steps")]
    assert not hasattr(zenml, "steps")
    for name in ("zenml.steps", "zenml.artifact_stores.base_artifact_store", "zenml.io.fileio"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
    with pytest.raises(ImportError):
        exec("from zenml.stack import StackValidator")


def test_what_zenml_never_had_is_missing(folder: Path) -> None:
    (folder / "written_for_zenml.py").write_text("from zenml.nothing import Store")
    with pytest.raises(ImportError, match=r"No module named 'zenml\.nothing'"):
        loaded(folder, "Store")


def test_the_program_registers_prepares_and_takes_away_its_components(home: Home) -> None:
    (home.work / "written_for_zenml.py").write_text(TEXT, encoding="utf-8")
    home.done("init")
    home.done("artifact-store", "flavor", "register", "written_for_zenml.Store")
    home.done("artifact-store", "register", "a", "--flavor=my_store", "--path=my://x", "--token=hunter2")
    home.done("orchestrator", "flavor", "register", "written_for_zenml.Orchestrator")
    home.done("orchestrator", "register", "a", "--flavor=my_orchestrator", "--queue=q")
    home.done("stack", "register", "mine", "-a", "a", "-o", "a", "--set")
    assert "***" in home.done("artifact-store", "describe", "a").stdout
    assert "orchestrator 'a': provisioned" in home.done("orchestrator", "up", "a").output
    assert "suspended" in home.done("orchestrator", "down", "a").output
    assert "nothing was made" in home.done("orchestrator", "down", "a", "--force", "--yes").output
    assert "fileio" not in home.run("artifact-store", "up", "a", check=1).without_traceback().output
