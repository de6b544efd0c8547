"""The twelve types of stack components and the words for them."""

from __future__ import annotations

MANDATORY = ("artifact_store", "metadata_store", "orchestrator")
OPTIONAL = (
    "alerter",
    "annotator",
    "container_registry",
    "data_validator",
    "experiment_tracker",
    "feature_store",
    "model_deployer",
    "secrets_manager",
    "step_operator",
)
COMPONENT_TYPES = (*MANDATORY, *OPTIONAL)
"""Every type, in the order in which tables show them."""


def display(component_type: str) -> str:
    """Returns the type as people write it: ``container registry``."""
    return component_type.replace("_", " ")


def plural(component_type: str) -> str:
    """Returns the plural as people write it: ``container registries``."""
    words = display(component_type)
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def command(component_type: str) -> str:
    """Returns the name of the type's command group: ``container-registry``."""
    return component_type.replace("_", "-")


def reference(kind: str, name: str) -> str:
    """Returns how a thing is listed and can be typed: ``artifact-store/data``, ``stack/prod``."""
    return f"{command(kind)}/{name}"


def flavor_reference(component_type: str, name: str) -> str:
    """Returns how a flavor is listed, below the type of its components: ``artifact-store/flavor/mine``."""
    return reference(component_type, reference("flavor", name))
