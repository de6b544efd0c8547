"""What the flavors of each component type derive from, those of one's own included."""

from __future__ import annotations

from typing import ClassVar

from zenml.flavors.base import StackComponent


class BaseAlerter(StackComponent):
    """Base of all alerters: what sends messages."""

    TYPE: ClassVar[str] = "alerter"


class BaseAnnotator(StackComponent):
    """Base of all annotators: what labels data."""

    TYPE: ClassVar[str] = "annotator"


class BaseArtifactStore(StackComponent):
    """Base of all artifact stores: where artifacts are kept."""

    TYPE: ClassVar[str] = "artifact_store"


class BaseContainerRegistry(StackComponent):
    """Base of all container registries: where images are pushed to."""

    TYPE: ClassVar[str] = "container_registry"


class BaseDataValidator(StackComponent):
    """Base of all data validators: what checks data."""

    TYPE: ClassVar[str] = "data_validator"


class BaseExperimentTracker(StackComponent):
    """Base of all experiment trackers: what records experiments."""

    TYPE: ClassVar[str] = "experiment_tracker"


class BaseFeatureStore(StackComponent):
    """Base of all feature stores: what serves features."""

    TYPE: ClassVar[str] = "feature_store"


class BaseMetadataStore(StackComponent):
    """Base of all metadata stores: where metadata is kept."""

    TYPE: ClassVar[str] = "metadata_store"


class BaseModelDeployer(StackComponent):
    """Base of all model deployers: what serves models."""

    TYPE: ClassVar[str] = "model_deployer"


class BaseOrchestrator(StackComponent):
    """Base of all orchestrators: what runs pipelines."""

    TYPE: ClassVar[str] = "orchestrator"


class BaseSecretsManager(StackComponent):
    """Base of all secrets managers: where secrets are kept."""

    TYPE: ClassVar[str] = "secrets_manager"


class BaseStepOperator(StackComponent):
    """Base of all step operators: what runs single steps elsewhere."""

    TYPE: ClassVar[str] = "step_operator"
