import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from zenml.flavors.base import StackComponent
from zenml.flavors.build import build
from zenml.flavors.lookup import FLAVORS, flavor_class
from zenml.flavors.secrets_managers.scoped import ScopedSecretsManager, SecretsManagerScope

FACTS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("built_in.json").read_text("utf-8"))
"""What ZenML 0.13.2 declares: class, and type, default, required and secret of each parameter."""

EACH = [(component_type, flavor) for component_type, known in FACTS.items() for flavor in known]
ANNOTATIONS = {
    "str": str,
    "int": int,
    "bool": bool,
    "Optional[str]": str | None,
    "SecretsManagerScope": SecretsManagerScope,
}
OTHERWISE = {("secrets_manager", "local", "scope"): "none"}
"""ZenML declares the default ``component`` there, and stores ``none``."""

MINIMAL: dict[str, dict[str, Any]] = {
    "container_registry": {"uri": "localhost:5000"},
    "metadata_store/mysql": {"host": "db", "database": "zenml"},
}
ID = "12345678-1234-4234-8234-123456789abc"


def minimal(component_type: str, flavor: str) -> dict[str, Any]:
    return MINIMAL.get(f"{component_type}/{flavor}") or MINIMAL.get(component_type, {})


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path.resolve() / "config"
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(folder))
    return folder


def test_the_built_in_flavors_are_those_of_zenml() -> None:
    listed = {kind: {f.name for f in known if f.integration is None} for kind, known in FLAVORS.items()}
    assert {kind: names for kind, names in listed.items() if names} == {
        kind: set(known) for kind, known in FACTS.items()
    }


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_a_flavor_is_as_zenml_declares_it(component_type: str, flavor: str) -> None:
    facts = FACTS[component_type][flavor]
    declared = flavor_class(component_type, flavor)
    assert declared.__name__ == facts["class"]
    described = {parameter.name: parameter for parameter in declared.describe_parameters()}
    assert set(described) == set(facts["params"])
    for name, fact in facts["params"].items():
        assert declared.model_fields[name].annotation == ANNOTATIONS[fact["type"]], name
        assert described[name].default == OTHERWISE.get((component_type, flavor, name), fact["default"]), name
        assert described[name].required == fact["required"], name
        assert described[name].secret == fact.get("secret", False), name


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_settings_survive_being_stored(component_type: str, flavor: str) -> None:
    component = build(component_type, flavor, "a", ID, minimal(component_type, flavor))
    stored = json.loads(json.dumps(component.parameters))
    assert build(component_type, flavor, "a", ID, stored) == component
    as_typed = {name: value if isinstance(value, str) else json.dumps(value) for name, value in stored.items()}
    assert build(component_type, flavor, "a", ID, as_typed) == component


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"),
    [
        (component_type, flavor, name)
        for component_type, flavor in EACH
        for name, fact in FACTS[component_type][flavor]["params"].items()
        if fact["required"]
    ],
)
def test_a_required_parameter_must_be_given(component_type: str, flavor: str, parameter: str) -> None:
    declared = flavor_class(component_type, flavor)
    given = minimal(component_type, flavor)
    assert declared(name="a", **given).parameters[parameter] == given[parameter]
    with pytest.raises(ValidationError, match=rf"1 validation error for \w+\n{parameter}\n  Field required"):
        declared.model_validate({"name": "a"} | {name: given[name] for name in given if name != parameter})


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"),
    [
        (component_type, flavor, name)
        for component_type, flavor in EACH
        for name, fact in FACTS[component_type][flavor]["params"].items()
        if "str" in fact["type"] and name != "namespace"  # it needs a scope that a local manager has not
    ],
)
def test_a_reference_is_allowed_where_nothing_is_checked(component_type: str, flavor: str, parameter: str) -> None:
    declared = flavor_class(component_type, flavor)
    given = {**minimal(component_type, flavor), parameter: "{{name.key}}"}
    if FACTS[component_type][flavor]["params"][parameter].get("validated") or parameter == "secrets_file":
        with pytest.raises(ValidationError, match="a secret reference is not allowed here"):
            declared(name="a", **given)
    else:
        assert declared(name="a", **given).parameters[parameter] == "{{name.key}}"


LOCAL = [
    ("artifact_store", "local", "path", ""),
    ("metadata_store", "sqlite", "uri", "metadata.db"),
    ("secrets_manager", "local", "secrets_file", "secrets.yaml"),
]


def place(component: StackComponent, parameter: str) -> str:
    return str(component.parameters[parameter])


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
def test_local_data_has_a_place_of_its_own(
    component_type: str, flavor: str, parameter: str, file_name: str, config: Path
) -> None:
    own = config / "local_stores" / ID
    for raw in ({}, {parameter: ""}):
        component = build(component_type, flavor, "a", ID, raw)
        assert place(component, parameter) == str(own / file_name)
        assert component.local_path == str(own)
    assert not config.exists()


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
def test_a_local_path_becomes_absolute(
    component_type: str,
    flavor: str,
    parameter: str,
    file_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for given, expected in {
        "a/../b": os.path.join(os.getcwd(), "b"),
        "~/b": str(tmp_path / "home" / "b"),
        "/data/b/": "/data/b",
        "/data/ünï": "/data/ünï",
    }.items():
        assert place(build(component_type, flavor, "a", ID, {parameter: given}), parameter) == expected


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
@pytest.mark.parametrize(
    "address", ["s3://b", "gs://b", "az://b", "abfs://b", "hdfs://b", "S3://b", "sqlite:///b", "/a\0b"]
)
def test_local_data_cannot_be_elsewhere(
    component_type: str, flavor: str, parameter: str, file_name: str, address: str
) -> None:
    with pytest.raises(ValidationError, match="must be a path on this machine"):
        flavor_class(component_type, flavor).model_validate({"name": "a", parameter: address})


def test_a_relative_path_needs_a_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    store = flavor_class("artifact_store", "local")
    assert store.model_validate({"name": "a", "path": "/data"}).parameters == {"path": "/data"}
    with pytest.raises(ValidationError, match="must be absolute, since the working directory was deleted"):
        store.model_validate({"name": "a", "path": "data"})


def test_a_component_without_local_data_needs_no_folder() -> None:
    assert flavor_class("orchestrator", "local")(name="a").local_path is None


@pytest.mark.parametrize("flavor", FACTS["container_registry"])
def test_a_registry_loses_closing_slashes(flavor: str) -> None:
    registry = flavor_class("container_registry", flavor)
    registered = registry.model_validate({"name": "a", "uri": "localhost:5000/a//"})
    assert registered.parameters["uri"] == "localhost:5000/a"
    for empty in ("", "/"):
        with pytest.raises(ValidationError, match="uri\n  Value error, must not be empty"):
            registry.model_validate({"name": "a", "uri": empty})


@pytest.mark.parametrize(
    ("parameter", "accepted", "refused"),
    [
        ("host", ["db", "::1"], [""]),
        ("database", ["zenml", "my-db_2$", "ä", "x" * 64], ["", "a b", "a/b", "a;b", "a\n", "a`b", "x" * 65]),
        ("port", [1, 65535, "3306"], [0, 65536, -1, "x", "", 1.5]),
        ("upgrade_migration_enabled", [True, "false", "0"], ["x", "", 2]),
    ],
)
def test_mysql_checks_where_it_is(parameter: str, accepted: list[object], refused: list[object]) -> None:
    store = flavor_class("metadata_store", "mysql")
    for value in accepted:
        assert store.model_validate({"name": "a", "host": "h", "database": "d", parameter: value})
    for value in refused:
        with pytest.raises(ValidationError, match=f"1 validation error for MySQLMetadataStore\n{parameter}\n"):
            store.model_validate({"name": "a", "host": "h", "database": "d", parameter: value})


def test_the_local_secrets_manager_has_no_scope() -> None:
    manager = flavor_class("secrets_manager", "local")
    assert manager(name="a").parameters["scope"] == "none"
    assert manager.model_validate({"name": "a", "scope": "none"}).parameters["scope"] == "none"
    for scope in ("global", "component", "namespace"):
        with pytest.raises(ValidationError, match="knows no scopes"):
            manager.model_validate({"name": "a", "scope": scope})
    with pytest.raises(ValidationError, match="scope\n  Input should be 'none'"):
        manager.model_validate({"name": "a", "scope": "everywhere"})


class Vault(ScopedSecretsManager):
    FLAVOR = "vault"


def test_a_namespace_is_given_with_its_scope_and_with_no_other() -> None:
    scoped = Vault(name="a", scope=SecretsManagerScope.NAMESPACE, namespace="team")
    assert scoped.parameters == {"scope": "namespace", "namespace": "team"}
    assert Vault(name="a").parameters == {"scope": "component"}
    with pytest.raises(ValidationError, match="namespace: required with the scope"):
        Vault(name="a", scope=SecretsManagerScope.NAMESPACE)
    with pytest.raises(ValidationError, match="namespace: only allowed with the scope"):
        Vault(name="a", namespace="team")
