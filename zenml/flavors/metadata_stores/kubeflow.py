from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from zenml.flavors.bases import BaseMetadataStore
from zenml.flavors.values import Port


class KubeflowMetadataStore(BaseMetadataStore):
    """Keeps metadata in the store of a Kubeflow Pipelines deployment.

    Attributes:
        host: Name or address it is reached at.
        port: TCP port it is reached at.
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

    FLAVOR: ClassVar[str] = "kubeflow"
    INTEGRATION: ClassVar[str | None] = "kubeflow"
    PACKAGE: ClassVar[str | None] = "kfp"

    host: str = Field(default="127.0.0.1", min_length=1)
    port: Port = 8081
    upgrade_migration_enabled: bool = False
