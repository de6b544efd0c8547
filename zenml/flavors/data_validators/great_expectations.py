from __future__ import annotations

from typing import Any, ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.flavors.bases import BaseDataValidator
from zenml.flavors.local_data import local_place
from zenml.flavors.provisioning import Provisioned, check_folder


class GreatExpectationsDataValidator(BaseDataValidator):
    """Checks data with Great Expectations.

    Attributes:
        context_root_dir: Folder of an existing data context, absolute.
        context_config: Settings of a data context, as a JSON object.
        configure_zenml_stores: Whether expectations and results are kept in the stack's artifact store.
        configure_local_docs: Whether the pages about them are written to this machine.
    """

    FLAVOR: ClassVar[str] = "great_expectations"
    INTEGRATION: ClassVar[str | None] = "great_expectations"
    PACKAGE: ClassVar[str | None] = "great_expectations"

    context_root_dir: str | None = None
    context_config: dict[str, Any] | None = None
    configure_zenml_stores: bool = False
    configure_local_docs: bool = True

    @field_validator("context_root_dir")
    @classmethod
    def _make_absolute(cls, folder: str | None, info: ValidationInfo) -> str | None:
        return local_place(folder, info) if folder else None

    def provision(self) -> Provisioned:
        """Looks whether the folder is there."""
        if self.context_root_dir is None:
            return super().provision()
        check_folder(self.context_root_dir)
        return Provisioned(f"{self.context_root_dir} exists")
