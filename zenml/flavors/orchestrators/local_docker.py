from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator


class LocalDockerOrchestrator(BaseOrchestrator):
    """Runs each step of a pipeline in a Docker container on this machine.

    Attributes:
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "local_docker"

    docker_parent_image: str | None = None
