from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator


class KubernetesOrchestrator(BaseOrchestrator):
    """Runs each step of a pipeline as a pod of a Kubernetes cluster.

    Attributes:
        kubernetes_context: The context of the kubectl configuration to use.
        kubernetes_namespace: The namespace to work in.
        synchronous: Whether running a pipeline waits for its end.
        skip_config_loading: Whether the kubectl configuration is not read.
        docker_parent_image: The image that the steps' images are built on.
        custom_docker_base_image_name: The image to build on, an older name of the parameter before.
    """

    FLAVOR: ClassVar[str] = "kubernetes"
    INTEGRATION: ClassVar[str | None] = "kubernetes"
    PACKAGE: ClassVar[str | None] = "kubernetes"

    kubernetes_context: str | None = None
    kubernetes_namespace: str = "zenml"
    synchronous: bool = False
    skip_config_loading: bool = False
    docker_parent_image: str | None = None
    custom_docker_base_image_name: str | None = None
