"""For each type of component one that could be real, for the examples in the help."""

from __future__ import annotations

from typing import NamedTuple

from zenml.domain.component_types import command, display


class Example(NamedTuple):
    """A component of some type.

    Attributes:
        name: Its name.
        flavor: Its flavor.
        parameters: What it is registered with, as typed.
        changed: A parameter that need not be set, and another value for it, as typed.
    """

    name: str
    flavor: str
    parameters: str
    changed: str


_EXAMPLES = {
    "alerter": Example("team", "slack", "--slack_token=@token.txt", "--default_slack_channel_id=C024BE91L"),
    "annotator": Example("labels", "label_studio", "--port=8093", "--port=8094"),
    "artifact_store": Example("data", "local", "--path=/tmp/data", "--path=/tmp/more"),
    "container_registry": Example("images", "default", "--uri=localhost:5000", "--authentication_secret=login"),
    "data_validator": Example(
        "checks", "great_expectations", "--configure_local_docs=false", "--configure_local_docs=true"
    ),
    "experiment_tracker": Example(
        "runs", "mlflow", "--tracking_uri=sqlite:////tmp/runs.db", "--tracking_uri=/tmp/runs"
    ),
    "feature_store": Example("features", "feast", "--feast_repo=/tmp/features", "--online_port=6380"),
    "metadata_store": Example("facts", "sqlite", "--uri=/tmp/facts.db", "--uri=/tmp/more.db"),
    "model_deployer": Example(
        "models", "seldon", "--base_url=http://localhost:8080", "--kubernetes_namespace=models"
    ),
    "orchestrator": Example(
        "docker", "local_docker", "--docker_parent_image=python:3.11", "--docker_parent_image=python:3.12"
    ),
    "secrets_manager": Example(
        "vault", "local", "--secrets_file=/tmp/secrets.yaml", "--secrets_file=/tmp/more.yaml"
    ),
    "step_operator": Example(
        "gpus", "sagemaker", "--role=train --instance_type=ml.g5.xlarge", "--bucket=s3://steps"
    ),
}


def example(component_type: str, verb: str) -> str:
    """Returns a command line that does something with a component of a type, as it stands in the help."""
    component = _EXAMPLES[component_type]
    words = {
        "register": f"{component.name} --flavor={component.flavor} {component.parameters}",
        "describe": component.name,
        "update": f"{component.name} {component.changed}",
        "remove-attribute": f"{component.name} {component.changed.partition('=')[0]}",
        "rename": f"{component.name} {component.name}_old",
        "delete": component.name,
        "copy": f"{component.name} {component.name}_copy",
        "up": component.name,
        "down": f"{component.name} --force --yes",
        "logs": component.name,
        "flavor describe": component.flavor,
        "flavor register": f"flavors.Own{display(component_type).title().replace(' ', '')}",
        "flavor delete": "own",
    }.get(verb, "")
    return f"zenml {command(component_type)} {verb} {words}".rstrip()
