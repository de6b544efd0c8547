"""Words of the Python API, as enumerations whose members are their text."""

from __future__ import annotations

from enum import StrEnum


class StackComponentType(StrEnum):
    """The types of stack components."""

    ALERTER = "alerter"
    ANNOTATOR = "annotator"
    ARTIFACT_STORE = "artifact_store"
    CONTAINER_REGISTRY = "container_registry"
    DATA_VALIDATOR = "data_validator"
    EXPERIMENT_TRACKER = "experiment_tracker"
    FEATURE_STORE = "feature_store"
    METADATA_STORE = "metadata_store"
    MODEL_DEPLOYER = "model_deployer"
    ORCHESTRATOR = "orchestrator"
    SECRETS_MANAGER = "secrets_manager"
    STEP_OPERATOR = "step_operator"


class SecretsManagerScope(StrEnum):
    """Which secrets managers of one back end see each other's secrets."""

    NONE = "none"
    GLOBAL = "global"
    COMPONENT = "component"
    NAMESPACE = "namespace"


class StoreType(StrEnum):
    """Where a profile's contents live."""

    LOCAL = "local"
    SQL = "sql"
    REST = "rest"
