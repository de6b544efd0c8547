from __future__ import annotations

from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.flavors.bases import BaseModelDeployer
from zenml.flavors.local_data import local_place


class MLFlowModelDeployer(BaseModelDeployer):
    """Serves models with MLflow on this machine.

    Attributes:
        service_path: The folder of its services, absolute. If empty, one of its own in the configuration folder.
    """

    FLAVOR: ClassVar[str] = "mlflow"
    INTEGRATION: ClassVar[str | None] = "mlflow"
    PACKAGE: ClassVar[str | None] = "mlflow"

    service_path: str = ""

    @field_validator("service_path")
    @classmethod
    def _make_absolute(cls, service_path: str, info: ValidationInfo) -> str:
        return local_place(service_path, info)

    @property
    def local_path(self) -> str:
        """The folder itself."""
        return self.service_path
