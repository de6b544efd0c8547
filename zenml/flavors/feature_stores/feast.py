from __future__ import annotations

from typing import ClassVar

from pydantic import Field, ValidationInfo, field_validator

from zenml.flavors.bases import BaseFeatureStore
from zenml.flavors.local_data import local_place
from zenml.flavors.provisioning import Provisioned, check_folder
from zenml.flavors.values import Port


class FeastFeatureStore(BaseFeatureStore):
    """Serves features with Feast.

    Attributes:
        feast_repo: Folder of Feast's repository, absolute.
        online_host: Name or address of the online store.
        online_port: TCP port of the online store.
    """

    FLAVOR: ClassVar[str] = "feast"
    INTEGRATION: ClassVar[str | None] = "feast"
    PACKAGE: ClassVar[str | None] = "feast"

    feast_repo: str = Field(min_length=1)
    online_host: str = Field(default="localhost", min_length=1)
    online_port: Port = 6379

    @field_validator("feast_repo")
    @classmethod
    def _make_absolute(cls, feast_repo: str, info: ValidationInfo) -> str:
        return local_place(feast_repo, info)

    def provision(self) -> Provisioned:
        """Looks whether the repository is there."""
        check_folder(self.feast_repo)
        return Provisioned(f"{self.feast_repo} exists")
