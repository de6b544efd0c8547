"""The feature stores, under the names ZenML gives them."""

from zenml.flavors.bases import BaseFeatureStore
from zenml.flavors.feature_stores.feast import FeastFeatureStore

__all__ = [
    "BaseFeatureStore",
    "FeastFeatureStore",
]
