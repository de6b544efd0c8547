from __future__ import annotations

from typing import ClassVar

from zenml.flavors.container_registries.registry import ContainerRegistry


class GCPContainerRegistry(ContainerRegistry):
    """A Google Container Registry or Artifact Registry."""

    FLAVOR: ClassVar[str] = "gcp"
