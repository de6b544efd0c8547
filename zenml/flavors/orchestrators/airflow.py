from __future__ import annotations

import os
from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.flavors.bases import BaseOrchestrator
from zenml.flavors.local_data import local_place


class AirflowOrchestrator(BaseOrchestrator):
    """Runs pipelines with Apache Airflow on this machine.

    Attributes:
        airflow_home: Airflow's folder, absolute. If empty, one of its own in the configuration folder.
    """

    FLAVOR: ClassVar[str] = "airflow"
    INTEGRATION: ClassVar[str | None] = "airflow"
    PACKAGE: ClassVar[str | None] = "airflow"

    airflow_home: str = ""

    @field_validator("airflow_home")
    @classmethod
    def _make_absolute(cls, airflow_home: str, info: ValidationInfo) -> str:
        return local_place(airflow_home, info)

    @property
    def local_path(self) -> str:
        """The folder itself."""
        return self.airflow_home

    @property
    def log_file(self) -> str:
        """Where Airflow's processes write to when ZenML starts them."""
        return os.path.join(self.airflow_home, "airflow_orchestrator.log")
