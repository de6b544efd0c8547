from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator
from zenml.flavors.values import Port


class TektonOrchestrator(BaseOrchestrator):
    """Runs pipelines with Tekton.

    Attributes:
        kubernetes_context: The context of the kubectl configuration to use.
        kubernetes_namespace: The namespace to work in.
        tekton_ui_port: TCP port of this machine that its user interface is forwarded to.
        skip_ui_daemon_provisioning: Whether the user interface is not forwarded.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "tekton"
    INTEGRATION: ClassVar[str | None] = "tekton"
    PACKAGE: ClassVar[str | None] = "kfp_tekton"

    kubernetes_context: str
    kubernetes_namespace: str = "zenml"
    tekton_ui_port: Port = 8080
    skip_ui_daemon_provisioning: bool = False
    docker_parent_image: str | None = None
