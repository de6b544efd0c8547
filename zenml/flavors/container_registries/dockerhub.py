from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class DockerHubContainerRegistry(BaseContainerRegistry):
    """A namespace of Docker Hub."""

    FLAVOR: ClassVar[str] = "dockerhub"
