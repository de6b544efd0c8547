"""What flavors check: for each such parameter values that are accepted, and values that are refused."""

from __future__ import annotations

from inspect import getsource
from typing import Any

from pydantic.fields import FieldInfo

from tests.flavors.samples import MINIMAL
from zenml.flavors.base import StackComponent
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

Values = tuple[list[Any], list[Any]]

PORTS: Values = ([1, "65535"], [0, "65536", -1, "http", "1.5", ""])
COUNTS: Values = ([0, "7"], [-1, "many"])
OBJECTS: Values = (['{"a": 1}', {"a": [None]}, "{}"], ["[1]", "x", "7", "{", '{"a": NaN}'])
PLACES: Values = (["/data", "data", "~/data"], ["s3://b", "gs://b", "hdfs://b", "/a\0b"])
URLS: Values = (
    ["http://h", "https://h:8443/a?b=c", "http://[::1]:80"],
    [
        "",
        "h",
        "ftp://h",
        "http://",
        "http://h:0",
        "http://h:x",
        "http://h:65536",
        "http://[::1",
        "http:// ",
        " http://h",
        "http://h\n",
        "{{name}}",
    ],
)
URIS: Values = (["localhost:5000", "docker.io/me/"], ["", "/"])
SCOPES: Values = (["none", "global", "component"], ["everywhere", ""])

CHECKED: dict[tuple[str, str, str], Values] = {
    ("annotator", "label_studio", "port"): PORTS,
    ("artifact_store", "azure", "path"): (["az://c", "abfs://c/d"], ["s3://c", "az://", "az:///", "/c", "c", ""]),
    ("artifact_store", "gcp", "path"): (["gs://b", "gs://b/c"], ["s3://b", "gs://", "gs:///", "b", ""]),
    ("artifact_store", "local", "path"): PLACES,
    ("artifact_store", "s3", "path"): (
        ["s3://b", "s3://b/c/"],
        ["gs://b", "s3:/b", "S3://b", "s3://", "s3:///", "s3:///b", "s3:// ", " s3://b", "b", ""],
    ),
    **{("artifact_store", "s3", f"{name}_kwargs"): OBJECTS for name in ("client", "config", "s3_additional")},
    **{("container_registry", info.name, "uri"): URIS for info in FLAVORS["container_registry"]},
    ("data_validator", "great_expectations", "context_config"): OBJECTS,
    ("data_validator", "great_expectations", "context_root_dir"): PLACES,
    ("experiment_tracker", "mlflow", "tracking_uri"): (
        ["sqlite:///a.db", "mysql://u@h/d", "file:///a", "/a"],
        ["a", "mlruns/a", "://a", "sqlite:", "mysql://", "http://", ""],
    ),
    ("feature_store", "feast", "feast_repo"): (PLACES[0], [*PLACES[1], ""]),
    ("feature_store", "feast", "online_host"): (["redis"], [""]),
    ("feature_store", "feast", "online_port"): PORTS,
    ("metadata_store", "kubeflow", "host"): (["kubeflow"], [""]),
    ("metadata_store", "kubeflow", "port"): PORTS,
    ("metadata_store", "kubernetes", "storage_capacity"): (
        ["10Gi", "500M", "1.5Ti", "1000"],
        ["", "10GB", "Gi", "-1Gi", "ten", "1 Gi", "1Gi\n"],
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
    ("orchestrator", "vertex", "node_selector_constraint"): (
        ['["a", "b"]', ["a", "b"]],
        ['["a"]', '["a", "b", "c"]', '["a", 1]', '{"a": "b"}', "[]", "x"],
    ),
    **{("secrets_manager", info.name, "scope"): SCOPES for info in FLAVORS["secrets_manager"]},
    ("secrets_manager", "local", "scope"): (["none"], ["global", "component", "namespace", "everywhere"]),
    ("secrets_manager", "local", "secrets_file"): PLACES,
    ("secrets_manager", "vault", "url"): URLS,
    ("step_operator", "spark-kubernetes", "deploy_mode"): (["cluster", "client"], ["local", "Cluster", ""]),
    ("step_operator", "spark-kubernetes", "submit_kwargs"): OBJECTS,
    ("step_operator", "vertex", "accelerator_count"): COUNTS,
}

EVERY = [
    (component_type, info.name, name)
    for component_type, known in FLAVORS.items()
    for info in known
    for name in info.parameters
]
"""Every parameter of every flavor."""


def field_of(component_type: str, flavor: str, parameter: str) -> FieldInfo:
    return SHIPPED.load(component_type, flavor).model_fields[parameter]


def validated(flavor: type[StackComponent]) -> set[str]:
    """Returns the parameters that a validator of the flavor, or of a base of its own, looks at."""
    decorators = flavor.__pydantic_decorators__
    of_all = StackComponent.__pydantic_decorators__.field_validators
    named = {
        field
        for name, validator in decorators.field_validators.items()
        if name not in of_all
        for field in validator.info.fields
    }
    named |= {field for older in decorators.validators.values() for field in older.info.fields}
    return set(flavor.model_fields) if "*" in named else named


def checked_parameters(flavor: type[StackComponent]) -> set[str]:
    """Returns the parameters that are more than any text, and more than true or false."""
    constrained = {
        name
        for name, field in flavor.model_fields.items()
        if field.annotation not in (str, str | None, bool)
        or {*map(repr, field.metadata)} - {"SECRET", "NOT_SECRET"}
    }
    return (validated(flavor) | constrained) - StackComponent.model_fields.keys()


def joint_checks(flavor: type[StackComponent]) -> set[str]:
    """Returns the names of the validators that look at several parameters together."""
    decorators = flavor.__pydantic_decorators__
    return {*decorators.model_validators, *decorators.root_validators}


def classes_with_a_hook(flavor: type[StackComponent]) -> set[str]:
    """Returns the names of the classes, of a flavor and its bases, that check something after all validators.

    Their text is read: for the values that are left over pydantic gives every class a hook, around its own if
    there is one.
    """
    own = [base for base in flavor.__mro__ if issubclass(base, StackComponent)]
    hooks = ("model_post_init", "__init__", "__new__")
    return {base.__name__ for base in own if any(f"def {hook}(" in getsource(base) for hook in hooks)}


def filled(component_type: str, flavor: str) -> dict[str, Any]:
    """Returns a value for every parameter that can be set, none of them a default where there is a choice."""
    given: dict[str, Any] = {}
    for parameter in SHIPPED.load(component_type, flavor).describe_parameters():
        if (component_type, flavor, parameter.name) in CHECKED:
            given[parameter.name] = CHECKED[component_type, flavor, parameter.name][0][-1]
        elif parameter.type == "true or false":
            given[parameter.name] = not parameter.default
        else:
            given[parameter.name] = f"a {parameter.name} – \"ü\" 'x' {{}}"
    if component_type == "secrets_manager" and flavor == "local":
        del given["namespace"]
    elif component_type == "secrets_manager":
        given["scope"] = "namespace"
    return {**MINIMAL[component_type, flavor], **given}
