from __future__ import annotations

from typing import ClassVar

from zenml.flavors.artifact_stores.remote import RemoteArtifactStore


class AzureArtifactStore(RemoteArtifactStore):
    """Keeps artifacts in Azure Blob Storage."""

    FLAVOR: ClassVar[str] = "azure"
    INTEGRATION: ClassVar[str | None] = "azure"
    PACKAGE: ClassVar[str | None] = "adlfs"

    SCHEMES: ClassVar[tuple[str, ...]] = ("az://", "abfs://")
