from __future__ import annotations

import os
from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.flavors.base import StackComponent
from zenml.flavors.local_data import local_place


class SQLiteMetadataStore(StackComponent):
    """Keeps metadata in an SQLite file of this machine.

    Attributes:
        uri: The file, as an absolute path. If empty, ``metadata.db`` in the store's own folder.
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

    TYPE: ClassVar[str] = "metadata_store"
    FLAVOR: ClassVar[str] = "sqlite"

    uri: str = ""
    upgrade_migration_enabled: bool = True

    @field_validator("uri")
    @classmethod
    def _make_absolute(cls, uri: str, info: ValidationInfo) -> str:
        return local_place(uri, info, "metadata.db")

    @property
    def local_path(self) -> str:
        """The folder of the file."""
        return os.path.dirname(self.uri)
