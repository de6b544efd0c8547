"""The orchestrators, under the names ZenML gives them."""

from zenml.flavors.bases import BaseOrchestrator
from zenml.flavors.orchestrators.airflow import AirflowOrchestrator
from zenml.flavors.orchestrators.github import GitHubActionsOrchestrator
from zenml.flavors.orchestrators.kubeflow import KubeflowOrchestrator
from zenml.flavors.orchestrators.kubernetes import KubernetesOrchestrator
from zenml.flavors.orchestrators.local import LocalOrchestrator
from zenml.flavors.orchestrators.local_docker import LocalDockerOrchestrator
from zenml.flavors.orchestrators.tekton import TektonOrchestrator
from zenml.flavors.orchestrators.vertex import VertexOrchestrator

__all__ = [
    "AirflowOrchestrator",
    "BaseOrchestrator",
    "GitHubActionsOrchestrator",
    "KubeflowOrchestrator",
    "KubernetesOrchestrator",
    "LocalDockerOrchestrator",
    "LocalOrchestrator",
    "TektonOrchestrator",
    "VertexOrchestrator",
]
