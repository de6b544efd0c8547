"""The built-in container registries, under the names ZenML gives them."""

from zenml.flavors.container_registries.azure import AzureContainerRegistry
from zenml.flavors.container_registries.default import DefaultContainerRegistry
from zenml.flavors.container_registries.dockerhub import DockerHubContainerRegistry
from zenml.flavors.container_registries.gcp import GCPContainerRegistry
from zenml.flavors.container_registries.github import GitHubContainerRegistry

__all__ = [
    "AzureContainerRegistry",
    "DefaultContainerRegistry",
    "DockerHubContainerRegistry",
    "GCPContainerRegistry",
    "GitHubContainerRegistry",
]
