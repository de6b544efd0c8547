from __future__ import annotations

from typing import ClassVar

from zenml.flavors.container_registries.registry import ContainerRegistry


class DefaultContainerRegistry(ContainerRegistry):
    """Any registry of container images."""

    FLAVOR: ClassVar[str] = "default"
