"""What the flavors of each component type derive from, custom ones included.

Their fields are those that all flavors of a type have in ZenML 0.13: classes that were written for it need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import field_validator, model_validator
from pydantic_core import PydanticUndefined

from zenml.domain.secrecy import NOT_SECRET
from zenml.enums import SecretsManagerScope
from zenml.flavors.base import StackComponent


class BaseAlerter(StackComponent):
    """Base of all alerters: what sends messages."""

    TYPE: ClassVar[str] = "alerter"


class BaseAnnotator(StackComponent):
    """Base of all annotators: what labels data."""

    TYPE: ClassVar[str] = "annotator"


class BaseArtifactStore(StackComponent):
    """Base of all artifact stores: where artifacts are kept.

    Attributes:
        SUPPORTED_SCHEMES: What the path begins with, such as ``s3://``: a class that sets this needs a path.
        path: Where the artifacts are.
    """

    TYPE: ClassVar[str] = "artifact_store"
    SUPPORTED_SCHEMES: ClassVar[set[str]] = set()

    if TYPE_CHECKING:
        path: str  # nearly every class needs one; one that does not has none
    else:
        path: str | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **named: Any) -> None:
        super().__pydantic_init_subclass__(**named)
        field = cls.model_fields["path"]
        if cls.SUPPORTED_SCHEMES and field.annotation == str | None:
            field.annotation, field.default = str, PydanticUndefined
            cls.model_rebuild(force=True)

    @field_validator("path")
    @classmethod
    def _check_scheme(cls, path: str | None) -> str | None:
        if path is not None and cls.SUPPORTED_SCHEMES and not path.startswith(tuple(cls.SUPPORTED_SCHEMES)):
            raise ValueError(f"must begin with {' or '.join(sorted(cls.SUPPORTED_SCHEMES))}")
        return path


class BaseContainerRegistry(StackComponent):
    """Base of all container registries: where images are pushed to. None checks the host: mirrors have any name.

    Attributes:
        uri: Where images are pushed to, ``localhost:5000`` or ``docker.io/name``; without a closing slash.
        authentication_secret: Name of a secret that holds the credentials.
    """

    TYPE: ClassVar[str] = "container_registry"

    uri: str
    authentication_secret: Annotated[str | None, NOT_SECRET] = None

    @field_validator("uri")
    @classmethod
    def _strip_slash(cls, uri: str) -> str:
        stripped = uri.rstrip("/")
        if not stripped:
            raise ValueError("must not be empty")
        return stripped


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
    """Base of all metadata stores: where metadata is kept.

    Attributes:
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

    TYPE: ClassVar[str] = "metadata_store"

    upgrade_migration_enabled: bool = True


class BaseModelDeployer(StackComponent):
    """Base of all model deployers: what serves models."""

    TYPE: ClassVar[str] = "model_deployer"


class BaseOrchestrator(StackComponent):
    """Base of all orchestrators: what runs pipelines."""

    TYPE: ClassVar[str] = "orchestrator"


class BaseSecretsManager(StackComponent):
    """Base of all secrets managers: where secrets are kept.

    Attributes:
        scope: Who shares the secrets: ``global`` all, ``component`` nobody, ``namespace`` those with the same
            namespace; ``none`` where the back end knows no scopes.
        namespace: The namespace; given with that scope, and with no other.
    """

    TYPE: ClassVar[str] = "secrets_manager"

    scope: SecretsManagerScope = SecretsManagerScope.COMPONENT
    namespace: str | None = None

    @model_validator(mode="after")
    def _check_namespace(self) -> Self:
        if self.scope is SecretsManagerScope.NAMESPACE and not self.namespace:
            raise ValueError("namespace: required with the scope 'namespace'")
        if self.scope is not SecretsManagerScope.NAMESPACE and self.namespace is not None:
            raise ValueError("namespace: only allowed with the scope 'namespace'")
        return self


class BaseStepOperator(StackComponent):
    """Base of all step operators: what runs single steps elsewhere."""

    TYPE: ClassVar[str] = "step_operator"
