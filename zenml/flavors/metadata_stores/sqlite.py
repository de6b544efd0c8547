from __future__ import annotations

import os
from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from zenml.domain.errors import ProvisioningError
from zenml.flavors.bases import BaseMetadataStore
from zenml.flavors.local_data import local_place
from zenml.flavors.provisioning import TIMEOUT, Provisioned, make_file


class SQLiteMetadataStore(BaseMetadataStore):
    """Keeps metadata in an SQLite file of this machine.

    Attributes:
        uri: The file, as an absolute path. If empty, ``metadata.db`` in the store's own folder.
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

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

    def provision(self) -> Provisioned:
        """Makes the file, unless it is there, and looks whether it is a database that can be written."""
        import sqlite3
        from contextlib import closing

        made = make_file(self.uri)
        try:
            with closing(sqlite3.connect(self.uri, timeout=TIMEOUT)) as database:
                database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise ProvisioningError(f"{self.uri} cannot be used: {error}.", "Give another file.") from error
        return Provisioned(f"{self.uri} can be written", made)
