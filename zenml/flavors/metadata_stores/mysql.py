from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from zenml.domain.secrecy import SECRET
from zenml.flavors.base import StackComponent


class MySQLMetadataStore(StackComponent):
    """Keeps metadata in a MySQL or MariaDB database.

    Attributes:
        host: Name or address of the database server.
        database: Name of the database.
        port: TCP port of the server.
        username: Who connects.
        password: Their password.
        secret: Name of a secret that holds user, password and certificates instead.
        upgrade_migration_enabled: Whether the tables may be upgraded to a newer form.
    """

    TYPE: ClassVar[str] = "metadata_store"
    FLAVOR: ClassVar[str] = "mysql"

    host: str = Field(min_length=1)
    database: str
    port: int = Field(default=3306, ge=1, le=65535)
    username: Annotated[str | None, SECRET] = None
    password: Annotated[str | None, SECRET] = None
    secret: str | None = None
    upgrade_migration_enabled: bool = True

    @field_validator("database")
    @classmethod
    def _check_database(cls, database: str) -> str:
        # 64 is MySQL's own limit for an identifier. The name later becomes part of a URL and of SQL.
        if not re.fullmatch(r"[\w$-]{1,64}", database):
            raise ValueError("must be the name of a database: 1 to 64 letters, digits, _, $ or -")
        return database
