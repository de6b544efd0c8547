"""The built-in metadata stores, under the names ZenML gives them."""

from zenml.flavors.metadata_stores.mysql import MySQLMetadataStore
from zenml.flavors.metadata_stores.sqlite import SQLiteMetadataStore

__all__ = ["MySQLMetadataStore", "SQLiteMetadataStore"]
