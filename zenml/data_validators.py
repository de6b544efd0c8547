"""The data validators, under the names ZenML gives them."""

from zenml.flavors.bases import BaseDataValidator
from zenml.flavors.data_validators.deepchecks import DeepchecksDataValidator
from zenml.flavors.data_validators.evidently import EvidentlyDataValidator
from zenml.flavors.data_validators.great_expectations import GreatExpectationsDataValidator
from zenml.flavors.data_validators.whylogs import WhylogsDataValidator

__all__ = [
    "BaseDataValidator",
    "DeepchecksDataValidator",
    "EvidentlyDataValidator",
    "GreatExpectationsDataValidator",
    "WhylogsDataValidator",
]
