from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator
from zenml.flavors.values import Port


class KubeflowOrchestrator(BaseOrchestrator):
    """Runs pipelines with Kubeflow Pipelines.

    Attributes:
        kubernetes_context: The context of the kubectl configuration to use; if none, a local cluster is made.
        kubeflow_hostname: URL of a deployment that is reached without a context.
        kubeflow_pipelines_ui_port: TCP port of this machine that its user interface is forwarded to.
        synchronous: Whether running a pipeline waits for its end.
        skip_local_validations: Whether a stack that mixes local and remote parts is accepted.
        skip_cluster_provisioning: Whether no local cluster is made.
        skip_ui_daemon_provisioning: Whether the user interface is not forwarded.
        docker_parent_image: The image that the steps' images are built on.
        custom_docker_base_image_name: The image to build on, an older name of the parameter before.
    """

    FLAVOR: ClassVar[str] = "kubeflow"
    INTEGRATION: ClassVar[str | None] = "kubeflow"
    PACKAGE: ClassVar[str | None] = "kfp"

    kubernetes_context: str | None = None
    kubeflow_hostname: str | None = None
    kubeflow_pipelines_ui_port: Port = 8080
    synchronous: bool = False
    skip_local_validations: bool = False
    skip_cluster_provisioning: bool = False
    skip_ui_daemon_provisioning: bool = False
    docker_parent_image: str | None = None
    custom_docker_base_image_name: str | None = None
