from __future__ import annotations

from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.flavors.bases import BaseArtifactStore
from zenml.flavors.local_data import local_place


class LocalArtifactStore(BaseArtifactStore):
    """Keeps artifacts in a folder of this machine.

    Attributes:
        path: The folder, absolute. If empty, one of its own in the configuration folder.
    """

    FLAVOR: ClassVar[str] = "local"

    path: str = ""

    @field_validator("path")
    @classmethod
    def _make_absolute(cls, path: str, info: ValidationInfo) -> str:
        return local_place(path, info)

    @property
    def local_path(self) -> str:
        """The folder itself."""
        return self.path
