"""The model deployers, under the names ZenML gives them."""

from zenml.flavors.bases import BaseModelDeployer
from zenml.flavors.model_deployers.kserve import KServeModelDeployer
from zenml.flavors.model_deployers.mlflow import MLFlowModelDeployer
from zenml.flavors.model_deployers.seldon import SeldonModelDeployer

__all__ = [
    "BaseModelDeployer",
    "KServeModelDeployer",
    "MLFlowModelDeployer",
    "SeldonModelDeployer",
]
