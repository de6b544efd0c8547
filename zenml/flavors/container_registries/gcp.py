from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class GCPContainerRegistry(BaseContainerRegistry):
    """A Google Container Registry or Artifact Registry."""

    FLAVOR: ClassVar[str] = "gcp"
