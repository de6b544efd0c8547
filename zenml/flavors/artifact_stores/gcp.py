from __future__ import annotations

from typing import ClassVar

from zenml.flavors.artifact_stores.remote import RemoteArtifactStore


class GCPArtifactStore(RemoteArtifactStore):
    """Keeps artifacts in Google Cloud Storage."""

    FLAVOR: ClassVar[str] = "gcp"
    INTEGRATION: ClassVar[str | None] = "gcp"
    PACKAGE: ClassVar[str | None] = "gcsfs"

    SCHEMES: ClassVar[tuple[str, ...]] = ("gs://",)
