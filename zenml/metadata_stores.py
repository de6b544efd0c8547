"""The metadata stores, under the names ZenML gives them."""

from zenml.flavors.bases import BaseMetadataStore
from zenml.flavors.metadata_stores.kubeflow import KubeflowMetadataStore
from zenml.flavors.metadata_stores.kubernetes import KubernetesMetadataStore
from zenml.flavors.metadata_stores.mysql import MySQLMetadataStore
from zenml.flavors.metadata_stores.sqlite import SQLiteMetadataStore

__all__ = [
    "BaseMetadataStore",
    "KubeflowMetadataStore",
    "KubernetesMetadataStore",
    "MySQLMetadataStore",
    "SQLiteMetadataStore",
]
