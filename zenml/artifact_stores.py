"""The artifact stores, under the names ZenML gives them."""

from zenml.flavors.artifact_stores.azure import AzureArtifactStore
from zenml.flavors.artifact_stores.gcp import GCPArtifactStore
from zenml.flavors.artifact_stores.local import LocalArtifactStore
from zenml.flavors.artifact_stores.s3 import S3ArtifactStore
from zenml.flavors.bases import BaseArtifactStore

__all__ = [
    "AzureArtifactStore",
    "BaseArtifactStore",
    "GCPArtifactStore",
    "LocalArtifactStore",
    "S3ArtifactStore",
]
