from __future__ import annotations

from typing import ClassVar

from zenml.flavors.base import StackComponent


class LocalDockerOrchestrator(StackComponent):
    """Runs each step of a pipeline in a Docker container on this machine.

    Attributes:
        docker_parent_image: The image that the steps' images are built on.
    """

    TYPE: ClassVar[str] = "orchestrator"
    FLAVOR: ClassVar[str] = "local_docker"

    docker_parent_image: str | None = None
