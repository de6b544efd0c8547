"""The experiment trackers, under the names ZenML gives them."""

from zenml.flavors.bases import BaseExperimentTracker
from zenml.flavors.experiment_trackers.mlflow import MLFlowExperimentTracker
from zenml.flavors.experiment_trackers.wandb import WandbExperimentTracker

__all__ = [
    "BaseExperimentTracker",
    "MLFlowExperimentTracker",
    "WandbExperimentTracker",
]
