from __future__ import annotations

import re
from typing import ClassVar

from pydantic import field_validator

from zenml.flavors.bases import BaseMetadataStore

_QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?([kMGTPE]|[KMGTPE]i)?")  # of those, the ones that suit a volume


class KubernetesMetadataStore(BaseMetadataStore):
    """Keeps metadata in a MySQL database that runs in a Kubernetes cluster.

    Attributes:
        deployment_name: Name of the deployment of the database.
        kubernetes_context: The context of the kubectl configuration to use.
        kubernetes_namespace: The namespace to work in.
        storage_capacity: Size of the volume, a Kubernetes quantity such as ``10Gi``.
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

    FLAVOR: ClassVar[str] = "kubernetes"
    INTEGRATION: ClassVar[str | None] = "kubernetes"
    PACKAGE: ClassVar[str | None] = "kubernetes"

    deployment_name: str
    kubernetes_context: str
    kubernetes_namespace: str = "zenml"
    storage_capacity: str = "10Gi"
    upgrade_migration_enabled: bool = True

    @field_validator("storage_capacity")
    @classmethod
    def _check_capacity(cls, capacity: str) -> str:
        if not _QUANTITY.fullmatch(capacity):
            raise ValueError("must be a Kubernetes quantity, such as 10Gi or 500M")
        return capacity
