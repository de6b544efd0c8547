"""The annotators, under the names ZenML gives them."""

from zenml.flavors.annotators.label_studio import LabelStudioAnnotator
from zenml.flavors.bases import BaseAnnotator

__all__ = [
    "BaseAnnotator",
    "LabelStudioAnnotator",
]
