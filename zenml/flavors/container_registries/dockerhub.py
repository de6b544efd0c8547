from __future__ import annotations

from typing import ClassVar

from zenml.flavors.container_registries.registry import ContainerRegistry


class DockerHubContainerRegistry(ContainerRegistry):
    """A namespace of Docker Hub."""

    FLAVOR: ClassVar[str] = "dockerhub"
