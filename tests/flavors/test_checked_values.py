"""Whatever a flavor checks has a value that is accepted and one that is refused; nothing is checked untested."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from tests.flavors.samples import ID, MINIMAL
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

PORTS: tuple[list[Any], list[Any]] = ([1, "65535"], [0, "65536", -1, "http", "1.5", ""])
COUNTS: tuple[list[Any], list[Any]] = ([0, "7"], [-1, "many"])
OBJECTS: tuple[list[Any], list[Any]] = (['{"a": [1]}', {"a": None}, "{}"], ["[1]", "x", "7", "{", '{"a": NaN}'])
PLACES: tuple[list[Any], list[Any]] = (["/data", "data", "~/data"], ["s3://b", "gs://b", "hdfs://b", "/a\0b"])
URLS: tuple[list[Any], list[Any]] = (
    ["http://h", "https://h:8443/a?b=c", "http://[::1]:80"],
    ["", "h", "ftp://h", "http://", "http://h:0", "http://h:x", "http://[::1"],
)
URIS: tuple[list[Any], list[Any]] = (["localhost:5000", "docker.io/me/"], ["", "/"])
SCOPES: tuple[list[Any], list[Any]] = (["none", "global", "component"], ["everywhere", ""])

CHECKED: dict[tuple[str, str, str], tuple[list[Any], list[Any]]] = {
    ("annotator", "label_studio", "port"): PORTS,
    ("artifact_store", "azure", "path"): (["az://c", "abfs://c/d"], ["s3://c", "az://", "az:///", "/c", "c", ""]),
    ("artifact_store", "gcp", "path"): (["gs://b", "gs://b/c"], ["s3://b", "gs://", "b", ""]),
    ("artifact_store", "local", "path"): PLACES,
    ("artifact_store", "s3", "path"): (["s3://b", "s3://b/c/"], ["gs://b", "s3:/b", "S3://b", "s3://", "b", ""]),
    **{("artifact_store", "s3", f"{name}_kwargs"): OBJECTS for name in ("client", "config", "s3_additional")},
    **{("container_registry", info.name, "uri"): URIS for info in FLAVORS["container_registry"]},
    ("data_validator", "great_expectations", "context_config"): OBJECTS,
    ("data_validator", "great_expectations", "context_root_dir"): PLACES,
    ("experiment_tracker", "mlflow", "tracking_uri"): (
        ["sqlite:///a.db", "mysql://u@h/d", "file:///a", "/a"],
        ["a", "mlruns/a", "://a", "sqlite:", ""],
    ),
    ("feature_store", "feast", "feast_repo"): ([*PLACES[0]], [*PLACES[1], ""]),
    ("feature_store", "feast", "online_host"): (["redis"], [""]),
    ("feature_store", "feast", "online_port"): PORTS,
    ("metadata_store", "kubeflow", "host"): (["kubeflow"], [""]),
    ("metadata_store", "kubeflow", "port"): PORTS,
    ("metadata_store", "kubernetes", "storage_capacity"): (
        ["10Gi", "500M", "1.5Ti", "1000"],
        ["", "10GB", "Gi", "-1Gi", "ten", "1 Gi"],
    ),
    ("metadata_store", "mysql", "database"): (
        ["zenml", "my-db_2$", "ä", "x" * 64],
        ["", "a b", "a/b", "a;b", "a\n", "a`b", "x" * 65],
    ),
    ("metadata_store", "mysql", "host"): (["db", "::1"], [""]),
    ("metadata_store", "mysql", "port"): PORTS,
    ("metadata_store", "sqlite", "uri"): PLACES,
    ("model_deployer", "kserve", "base_url"): URLS,
    ("model_deployer", "mlflow", "service_path"): PLACES,
    ("model_deployer", "seldon", "base_url"): URLS,
    ("orchestrator", "airflow", "airflow_home"): PLACES,
    ("orchestrator", "kubeflow", "kubeflow_pipelines_ui_port"): PORTS,
    ("orchestrator", "tekton", "tekton_ui_port"): PORTS,
    ("orchestrator", "vertex", "gpu_limit"): COUNTS,
    ("orchestrator", "vertex", "labels"): (['{"a": "b"}', {}], ['{"a": 1}', "[]", "x"]),
    ("orchestrator", "vertex", "node_selector_constraint"): (['["a", "b"]', ["a", "b"]], ['["a"]', "[]", "x"]),
    **{("secrets_manager", info.name, "scope"): SCOPES for info in FLAVORS["secrets_manager"]},
    ("secrets_manager", "local", "scope"): (["none"], ["global", "component", "namespace", "everywhere"]),
    ("secrets_manager", "local", "secrets_file"): PLACES,
    ("secrets_manager", "vault", "url"): URLS,
    ("step_operator", "spark-kubernetes", "deploy_mode"): (["cluster", "client"], ["local", ""]),
    ("step_operator", "spark-kubernetes", "submit_kwargs"): OBJECTS,
    ("step_operator", "vertex", "accelerator_count"): COUNTS,
}
TRUTHS: tuple[list[Any], list[Any]] = ([True, "false", "1", "no"], ["maybe", "", "2"])


def made(component_type: str, flavor: str, **values: Any) -> dict[str, Any]:
    return build(component_type, flavor, "a", ID, {**MINIMAL[component_type, flavor], **values}).parameters


def declared(*, truths: bool) -> list[tuple[str, str, str]]:
    """Returns every parameter that a flavor checks beyond its being text, or every one that is true or false."""
    found = []
    for component_type, known in FLAVORS.items():
        for info in known:
            flavor = SHIPPED.load(component_type, info.name)
            validators = flavor.__pydantic_decorators__.field_validators.values()
            checked = {field for validator in validators for field in validator.info.fields}
            for name in info.parameters:
                field = flavor.model_fields[name]
                if field.annotation is bool:
                    if truths:
                        found.append((component_type, info.name, name))
                elif not truths and (
                    name in checked or field.annotation not in (str, str | None) or constrained(field)
                ):
                    found.append((component_type, info.name, name))
    return found


def constrained(field: FieldInfo) -> bool:
    return any(isinstance(it, AfterValidator) or hasattr(it, "min_length") for it in field.metadata)


def test_everything_that_is_checked_is_in_the_table() -> None:
    assert sorted(CHECKED) == sorted(declared(truths=False))


@pytest.mark.parametrize(
    ("key", "values"),
    CHECKED.items(),
    ids=lambda it: "/".join(it) if isinstance(it, tuple) and isinstance(it[0], str) else "",
)
def test_a_parameter_takes_what_is_right_and_nothing_else(
    key: tuple[str, str, str], values: tuple[list[Any], list[Any]]
) -> None:
    component_type, flavor, parameter = key
    accepted, refused = values
    for value in accepted:
        assert parameter in made(component_type, flavor, **{parameter: value}), value
    for value in refused:
        with pytest.raises(ComponentParametersError) as caught:
            made(component_type, flavor, **{parameter: value})
        assert all(problem.startswith(f"{parameter}: ") for problem in caught.value.problems)
        if len(str(value)) > 8:
            assert str(value) not in str(caught.value)


@pytest.mark.parametrize("key", declared(truths=True), ids="/".join)
def test_a_switch_is_true_or_false(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for value in TRUTHS[0]:
        assert made(component_type, flavor, **{parameter: value})[parameter] in (True, False)
    for value in TRUTHS[1]:
        with pytest.raises(ComponentParametersError, match=f"{parameter}: value could not be parsed to a boolean"):
            made(component_type, flavor, **{parameter: value})


@pytest.mark.parametrize("flavor", [info.name for info in FLAVORS["secrets_manager"] if info.name != "local"])
def test_a_namespace_is_given_with_its_scope_and_with_no_other(flavor: str) -> None:
    assert made("secrets_manager", flavor)["scope"] == "component"
    assert made("secrets_manager", flavor, scope="namespace", namespace="team")["namespace"] == "team"
    with pytest.raises(ComponentParametersError, match="namespace: required with the scope"):
        made("secrets_manager", flavor, scope="namespace")
    with pytest.raises(ComponentParametersError, match="namespace: only allowed with the scope"):
        made("secrets_manager", flavor, namespace="team")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"tracking_uri": "https://h"}, "tracking_uri"),
        ({"tracking_uri": "https://h", "tracking_username": "u"}, "tracking_uri"),
        ({"tracking_uri": "databricks", "tracking_token": "t"}, "databricks_host"),
        ({"tracking_uri": "databricks", "databricks_host": "https://d"}, "tracking_uri"),
        ({"tracking_uri": "https://h", "tracking_username": "u", "tracking_password": "p"}, None),
        ({"tracking_uri": "https://h", "tracking_token": "t"}, None),
        ({"tracking_uri": "databricks", "databricks_host": "https://d", "tracking_token": "t"}, None),
        ({"tracking_username": "u"}, None),
    ],
)
def test_a_tracking_server_needs_credentials(given: dict[str, str], problem: str | None) -> None:
    if problem is None:
        assert made("experiment_tracker", "mlflow", **given).items() >= given.items()
        return
    with pytest.raises(ComponentParametersError) as caught:
        made("experiment_tracker", "mlflow", **given)
    assert [it.partition(": ")[0] for it in caught.value.joint] == [problem]


@pytest.mark.parametrize("flavor", [info.name for info in FLAVORS["container_registry"]])
def test_a_registry_loses_closing_slashes(flavor: str) -> None:
    assert made("container_registry", flavor, uri="localhost:5000/a//")["uri"] == "localhost:5000/a"
