"""The step operators, under the names ZenML gives them."""

from zenml.flavors.bases import BaseStepOperator
from zenml.flavors.step_operators.azureml import AzureMLStepOperator
from zenml.flavors.step_operators.sagemaker import SagemakerStepOperator
from zenml.flavors.step_operators.spark_kubernetes import KubernetesSparkStepOperator
from zenml.flavors.step_operators.vertex import VertexStepOperator

__all__ = [
    "AzureMLStepOperator",
    "BaseStepOperator",
    "KubernetesSparkStepOperator",
    "SagemakerStepOperator",
    "VertexStepOperator",
]
