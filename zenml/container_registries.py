"""The container registries, under the names ZenML gives them."""

from zenml.flavors.bases import BaseContainerRegistry
from zenml.flavors.container_registries.aws import AWSContainerRegistry
from zenml.flavors.container_registries.azure import AzureContainerRegistry
from zenml.flavors.container_registries.default import DefaultContainerRegistry
from zenml.flavors.container_registries.dockerhub import DockerHubContainerRegistry
from zenml.flavors.container_registries.gcp import GCPContainerRegistry
from zenml.flavors.container_registries.github import GitHubContainerRegistry

__all__ = [
    "AWSContainerRegistry",
    "AzureContainerRegistry",
    "BaseContainerRegistry",
    "DefaultContainerRegistry",
    "DockerHubContainerRegistry",
    "GCPContainerRegistry",
    "GitHubContainerRegistry",
]
