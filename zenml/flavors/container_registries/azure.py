from __future__ import annotations

from typing import ClassVar

from zenml.flavors.container_registries.registry import ContainerRegistry


class AzureContainerRegistry(ContainerRegistry):
    """An Azure Container Registry."""

    FLAVOR: ClassVar[str] = "azure"
