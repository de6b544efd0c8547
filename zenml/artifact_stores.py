"""The built-in artifact stores, under the names ZenML gives them."""

from zenml.flavors.artifact_stores.local import LocalArtifactStore

__all__ = ["LocalArtifactStore"]
