"""Stacks that ZenML 0.20 or later exported, and what is said of its configuration and its database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from tests.support.hints import hint_of, worded
from zenml.documents.files import read_documents
from zenml.documents.stack_exports import read_stack_export
from zenml.domain.errors import (
    ComponentClashError,
    InvalidValueError,
    LedgerError,
    StackExistsError,
    StackValidationError,
)
from zenml.repository import Repository

CANARY = "canary-4711"
STORE = {"flavor": "s3", "name": "s3", "type": "artifact_store", "configuration": {"path": "s3://bucket/x"}}
RUNNER = {"flavor": "kubeflow", "name": "kf", "configuration": {"synchronous": True, "kubernetes_context": None}}
STACK: dict[str, Any] = {"artifact_store": STORE, "orchestrator": RUNNER}
CONFIG = {
    "active_stack_id": "1b6d4c4e-0e2c-4b0b-9c3c-2c7a7f7d8f11",
    "analytics_opt_in": True,
    "store": {"type": "rest", "url": "https://me:hidden@zen.example.com"},
    "user_id": "4b6d4c4e-0e2c-4b0b-9c3c-2c7a7f7d8f11",
    "version": "0.39.1",
}


def written(folder: Path, components: dict[str, Any], **more: object) -> str:
    file = folder / "prod.yaml"
    content = {"components": components, "stack_name": "prod", "zenml_version": "0.39.1", **more}
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(file)


def imported(machine: Machine, components: dict[str, Any], name: str | None = None, **more: object) -> list[str]:
    """Imports such a stack and returns what is said."""
    said: list[str] = []
    document = read_stack_export(written(machine.base, components, **more))
    assert Repository(notify=said.append).import_stack(document, name) is not None
    return said


# --- what such a file says ----------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.20.0", "0.39.1", "0.70.0", "1.2.3", None, "main"])
def test_parameters_are_found_under_configuration(used: Machine, version: str | None) -> None:
    imported(used, STACK, zenml_version=version)
    here = used.repository()
    assert here.describe_component("artifact_store", "s3").parameters["path"] == "s3://bucket/x"
    assert here.describe_component("orchestrator", "kf").parameters["synchronous"] is True
    assert here.stack_configurations["prod"] == {
        "artifact_store": "s3",
        "metadata_store": "default",
        "orchestrator": "kf",
    }


def test_parameters_may_stand_beside_the_name_as_before(used: Machine) -> None:
    flat = {"id": "1b6d4c4e-0e2c-4b0b-9c3c-2c7a7f7d8f11", "flavor": "gcp", "name": "g", "path": "gs://b"}
    imported(used, STACK | {"artifact_store": flat})
    assert used.repository().describe_component("artifact_store", "g").parameters == {"path": "gs://b"}


@pytest.mark.parametrize("of_ours", [{"change": "klmn"}, {"zenml_version": "0.13.2"}])
def test_a_parameter_called_configuration_stays_one(tmp_path: Path, of_ours: dict[str, str]) -> None:
    own = {"flavor": "own", "name": "a", "configuration": {"a": 1}}
    document = read_stack_export(written(tmp_path, STACK | {"orchestrator": own}, **of_ours))
    (parameters,) = [it.parameters for it in document.components if it.name == "a"]
    assert parameters == {"configuration": {"a": 1}}


def test_types_that_are_not_known_are_left_out_by_name(used: Machine) -> None:
    unknown = {"image_builder": "a", "model-registry": "b", "deployer": "c"}
    parts = {kind: {"flavor": "local", "name": name, "configuration": {}} for kind, name in unknown.items()}
    said = imported(used, STACK | parts)
    assert [it for it in said if "was left out" in it] == [
        f"{kind.capitalize()} '{name}' was left out: components of the type '{kind}' are not known here."
        for kind, name in (("deployer", "c"), ("image builder", "a"), ("model registry", "b"))
    ]
    assert used.repository().stack_configurations["prod"].keys() == {
        "artifact_store",
        "metadata_store",
        "orchestrator",
    }


def test_what_else_a_component_had_is_named(used: Machine) -> None:
    more = {"connector": "c1", "labels": {"team": "a"}, "is_shared": True, "user": "u", "description": None}
    said = imported(used, STACK | {"artifact_store": STORE | more})
    assert "Artifact store 's3' was imported without its connector, labels, which are not supported here." in said


@pytest.mark.parametrize(
    ("components", "reason"),
    [
        ({}, "has no artifact store and no orchestrator"),
        ({"image_builder": RUNNER}, "has no artifact store and no orchestrator"),
        ({"artifact_store": STORE, "orchestrator": None}, "has no orchestrator"),
        ({"orchestrator": RUNNER, "model_registry": RUNNER}, "has no artifact store"),
        (STACK | {"orchestrator": {"name": "a", "flavor": "b", "configuration": 7}}, "must be a mapping"),
        (STACK | {"orchestrator": {"name": "a", "configuration": {}}}, "has no name or no flavor"),
        (STACK | {"artifact-store": STORE}, "is there twice, with - and with _"),
    ],
)
def test_what_would_be_no_stack_is_refused(tmp_path: Path, components: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason):
        read_stack_export(written(tmp_path, components))


# --- the metadata store, which it has no longer ---------------------------------------------------


def test_the_only_metadata_store_is_taken_if_none_is_called_default(used: Machine) -> None:
    used.repository().rename_component("metadata_store", "default", "mine")
    assert any("using the profile's 'mine'" in it for it in imported(used, STACK))
    used.repository().combine_stack("b", {"artifact_store": "s3", "orchestrator": "kf"})
    assert {it["metadata_store"] for it in used.repository().stack_configurations.values()} == {"mine"}


def test_where_one_has_to_be_chosen_the_way_is_named(used: Machine) -> None:
    here = used.repository()
    here.rename_component("metadata_store", "default", "mine")
    here.register_component("metadata_store", "other", "sqlite", {})
    with pytest.raises(StackValidationError) as caught:
        imported(used, STACK)
    assert "metadata-store register default --flavor sqlite" in hint_of(caught.value)
    here.register_component("metadata_store", "default", "sqlite", {})
    imported(used, STACK)


# --- what our flavors do not take -----------------------------------------------------------------


def test_a_flavor_that_is_not_known_is_kept_and_its_secrets_are_encrypted(used: Machine) -> None:
    values = {"execution_role": "arn", "aws_secret_access_key": CANARY, "o": {"password": CANARY}, "n": None}
    said = imported(used, STACK | {"orchestrator": {"flavor": "sagemaker", "name": "sm", "configuration": values}})
    assert "Orchestrator 'sm' is kept as it is: its flavor 'sagemaker' is not known here." in said
    found = used.repository().describe_component("orchestrator", "sm")
    assert (found.flavor, found.parameters) == (
        "sagemaker",
        {"execution_role": "arn", "aws_secret_access_key": "***", "o": {"password": "***"}},
    )
    (used.base / "prod.yaml").unlink()
    assert leaks(CANARY, bytes_below(used.base)) == []


def test_parameters_that_a_flavor_does_not_take_are_kept_and_can_be_completed(used: Machine) -> None:
    operator = {"flavor": "sagemaker", "name": "so", "configuration": {"role": "r", "tags": {"a": "b"}}}
    said = imported(used, STACK | {"step_operator": operator})
    assert any("'so' is kept as it is, but cannot be used yet (instance_type: field" in it for it in said)
    assert any("does not know: tags" in it for it in said)
    here = used.repository()
    here.update_component("step_operator", "so", {"instance_type": "ml.m5"})
    assert here.get_stack_component("step_operator", "so").parameters == {
        "role": "r",
        "instance_type": "ml.m5",
        "tags": {"a": "b"},
    }
    here.create_profile("other")
    here.copy_stack("prod", "prod", to_profile="other")


def test_a_secret_reference_stays_one(used: Machine) -> None:
    values = {"tracking_uri": "{{mlflow.uri}}", "tracking_password": "{{mlflow.password}}"}
    imported(used, STACK | {"experiment_tracker": {"flavor": "mlflow", "name": "m", "configuration": values}})
    used.repository().create_profile("other")
    used.repository().copy_stack("prod", "prod", to_profile="other")
    used.repository().activate_profile("other")
    found = used.repository().describe_component("experiment_tracker", "m").parameters
    assert {name: found[name] for name in values} == values


def test_our_own_files_are_still_checked(used: Machine) -> None:
    for orchestrator in ({"flavor": "nope", "name": "a"}, {"flavor": "local", "name": "a", "engine": {"a": 1}}):
        document = read_stack_export(written(used.base, STACK | {"orchestrator": orchestrator}, change="k"))
        with pytest.raises(LedgerError):
            used.repository().import_stack(document)


# --- once more, and beside what is there -----------------------------------------------------------


@pytest.mark.parametrize("path", ["", None, f"/home/me/.config/zenml/local_stores/{UUID(int=7)}"])
def test_components_that_are_there_already_are_used(used: Machine, path: str | None) -> None:
    default = {kind: {"flavor": "local", "name": "default", "configuration": {}} for kind in STACK}
    default["artifact_store"]["configuration"] = {"path": path}
    imported(used, default, "local")
    imported(used, STACK)
    imported(used, STACK, "again")
    assert len(used.repository().list_components("orchestrator")) == 2
    assert used.repository().stack_configurations["again"] == used.repository().stack_configurations["prod"]
    with pytest.raises(StackExistsError):
        imported(used, STACK)


def test_another_component_of_the_same_name_gives_way_only_to_a_new_name(used: Machine) -> None:
    imported(used, STACK)
    other = STACK | {"artifact_store": STORE | {"configuration": {"path": "s3://other"}}}
    with pytest.raises(ComponentClashError):
        imported(used, other, "second")
    document = read_stack_export(written(used.base, other))
    used.repository().import_stack(document, "second", renames={"artifact_store/s3": "s3b"})
    assert used.repository().stack_configurations["second"]["artifact_store"] == "s3b"


def test_a_dry_run_says_what_would_be_left_out_and_writes_nothing(used: Machine) -> None:
    said: list[str] = []
    builder = {"image_builder": {"flavor": "local", "name": "a", "configuration": {}}}
    document = read_stack_export(written(used.base, STACK | builder))
    before = used.events()
    Repository(notify=said.append, dry_run=True).import_stack(document)
    assert [it for it in said if "left out" in it]
    assert not any("Registered" in it for it in said)
    assert used.events() == before


def test_it_becomes_a_profile_too_with_a_metadata_store_of_its_own(used: Machine) -> None:
    used.repository().import_profiles(written(used.base, STACK | {"orchestrator": RUNNER | {"flavor": "new"}}))
    used.repository().activate_profile("prod")
    assert used.repository().stack_configurations == {
        "prod": {"artifact_store": "s3", "metadata_store": "default", "orchestrator": "kf"}
    }
    assert used.repository().get_stack_component("metadata_store", "default").parameters["uri"].endswith(".db")


# --- files that another command takes --------------------------------------------------------------


def test_apply_names_what_takes_an_exported_stack(used: Machine) -> None:
    file = written(used.base, STACK)
    with pytest.raises(InvalidValueError, match="is one exported stack") as caught:
        read_documents([file])
    assert hint_of(caught.value) == f'Run "zenml stack import prod -f {file}" to import it.'


@pytest.mark.parametrize(
    ("text", "what", "command"),
    [
        ("components: []\n", "a profile, or a part of one", "zenml apply {file}"),
        ("stacks: []\nprofile: a\n", "a profile, or a part of one", "zenml apply {file}"),
        ("zenml_plan: 2\n", "a plan", "zenml apply --plan {file}"),
        ("profiles: {}\n", "the configuration of ZenML 0.7 to 0.13", "zenml profile import {folder}"),
        ("stacks: {}\nstack_components: {}\n", "the list of the stacks", "zenml profile import {folder}"),
        (yaml.safe_dump(CONFIG), "the configuration of ZenML 0.39.1", "zenml stack export NAME FILE"),
    ],
)
def test_stack_import_names_what_takes_other_files(tmp_path: Path, text: str, what: str, command: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(InvalidValueError, match=what) as caught:
        read_stack_export(str(file))
    assert command.format(file=file, folder=tmp_path) in hint_of(caught.value)
    assert "hidden" not in str(caught.value)


# --- its configuration, its database and its repositories ------------------------------------------


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (CONFIG, "of ZenML 0.39.1, whose stacks are in its store at https://me:***@zen.example.com."),
        (
            {"store": {"type": "sql", "url": "sqlite:////a.db"}},
            "ZenML 0.20 or later, whose stacks are in its store",
        ),
        ({"version": "0.60.0", "user_id": "u"}, "ZenML 0.60.0, whose stacks are in its own database"),
        ({"version": "0.23.0", "active_project_name": "default"}, "ZenML 0.23.0"),
    ],
)
def test_the_first_run_names_its_configuration_and_the_way(
    machine: Machine, config: dict[str, Any], said: str
) -> None:
    machine.config.mkdir()
    (machine.config / "config.yaml").write_text(yaml.safe_dump(config))
    told: list[str] = []
    assert Repository(notify=told.append).active_profile_name == "default"
    assert said in told[-1]
    assert 'Run "zenml stack export NAME FILE" with that ZenML' in worded(told)[-1]
    assert (machine.config / "config.yaml").read_text() == yaml.safe_dump(config)
    again: list[str] = []
    assert Repository(notify=again.append).active_profile_name == "default"
    assert again == []


@pytest.mark.parametrize("text", ["theme: dark\n", "version: 3\n", "store: x\n", "- a\n", "a: [\n", ""])
def test_a_file_of_somebody_else_is_not_taken_for_one(machine: Machine, text: str) -> None:
    machine.config.mkdir()
    (machine.config / "config.yaml").write_text(text)
    told: list[str] = []
    assert Repository(notify=told.append).active_profile_name == "default"
    assert not any("ZenML" in it for it in told)


def test_profiles_that_an_earlier_version_left_there_are_named(machine: Machine) -> None:
    left = machine.config / "profiles" / "my work"
    left.mkdir(parents=True)
    (left / "stacks.yaml").write_text("stacks: {}\n")
    (machine.config / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    told: list[str] = []
    assert Repository(notify=told.append).active_profile_name == "default"
    assert f"zenml profile import '{left}' --name NAME" in worded(told)[-1]
    machine.repository().import_profiles(left, "work")


def test_a_profile_is_not_made_of_them(used: Machine) -> None:
    theirs = used.folder("theirs")
    (theirs / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    with closing(sqlite3.connect(theirs / "zenml.db")) as database, database:
        database.execute("CREATE TABLE stack_component (id, name)")
    for path in (theirs, theirs / "config.yaml", theirs / "zenml.db"):
        with pytest.raises(InvalidValueError, match=r"ZenML 0\.") as caught:
            used.repository().import_profiles(path)
        assert "zenml stack export NAME FILE" in hint_of(caught.value)


def test_a_repository_of_it_is_named_and_keeps_its_own_words(used: Machine) -> None:
    folder = used.folder("project")
    (folder / ".zen").mkdir()
    file = folder / ".zen" / "config.yaml"
    file.write_text("active_stack_id: 1b6d4c4e-0e2c-4b0b-9c3c-2c7a7f7d8f11\nactive_workspace_name: default\n")
    told = used.repository(folder).active.notices
    assert any('it is from ZenML 0.20 or later; run "zenml stack set NAME" to' in it for it in worded(told))
    used.repository(folder).activate_stack("default")
    assert yaml.safe_load(file.read_text())["active_stack_id"] == "1b6d4c4e-0e2c-4b0b-9c3c-2c7a7f7d8f11"
    assert used.repository(folder).active.notices == []
