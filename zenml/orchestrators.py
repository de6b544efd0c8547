"""The built-in orchestrators, under the names ZenML gives them."""

from zenml.flavors.orchestrators.local import LocalOrchestrator
from zenml.flavors.orchestrators.local_docker import LocalDockerOrchestrator

__all__ = ["LocalDockerOrchestrator", "LocalOrchestrator"]
