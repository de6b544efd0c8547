from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from zenml.domain.errors import ProvisioningError
from zenml.domain.secrecy import NOT_SECRET, SECRET, is_secret_reference
from zenml.flavors.bases import BaseMetadataStore
from zenml.flavors.provisioning import TIMEOUT, Provisioned, check_port
from zenml.flavors.values import Port

_NOT_INSTALLED = "to check the login and the database too: pip install 'zenml-ledger[mysql]'"
_DENIED = "the login was refused", "Check username and password."
_PROBLEMS: dict[object, tuple[str, str]] = {
    1044: ("the user may not use it", "Grant it, or give another user."),
    1045: _DENIED,
    1049: ("it does not exist", "Create it on the server, or give another database."),
    1698: _DENIED,
}
"""Numbers of MySQL's error messages (MySQL reference manual, "Server Error Message Reference")."""


class MySQLMetadataStore(BaseMetadataStore):
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

    FLAVOR: ClassVar[str] = "mysql"

    host: str = Field(min_length=1)
    database: str
    port: Port = 3306
    username: Annotated[str | None, SECRET] = None
    password: Annotated[str | None, SECRET] = None
    secret: Annotated[str | None, NOT_SECRET] = None
    upgrade_migration_enabled: bool = True

    @field_validator("database")
    @classmethod
    def _check_database(cls, database: str) -> str:
        # 64 is MySQL's own limit for an identifier. The name later becomes part of a URL and of SQL.
        if not re.fullmatch(r"[\w$-]{1,64}", database):
            raise ValueError("must be the name of a database: 1 to 64 letters, digits, _, $ or -")
        return database

    def provision(self) -> Provisioned:
        """Signs in to the server and looks whether the database exists. Nothing is created there.

        Without the extra ``mysql`` of this package (PyMySQL) only the port is tried, and the answer says so.
        """
        if is_secret_reference(self.host):
            return Provisioned("not checked: the host is in a secret", checked=False)
        check_port(self.host, self.port)
        place = f"{self.host}:{self.port}"
        if self.secret or is_secret_reference(self.username) or is_secret_reference(self.password):
            return Provisioned(f"{place} is reachable; the login is in a secret and was not checked")
        try:
            import pymysql
        except ImportError:
            return Provisioned(f"{place} is reachable; {_NOT_INSTALLED}")
        try:
            pymysql.connect(
                host=self.host,
                port=self.port,
                user=self.username,
                password=self.password or "",
                database=self.database,
                connect_timeout=TIMEOUT,
                read_timeout=TIMEOUT,
            ).close()
        except (pymysql.Error, OSError, RuntimeError) as error:
            code = error.args[0] if error.args else None
            why, hint = _PROBLEMS.get(code, ("the server does not answer as MySQL does", "Check host and port."))
            raise ProvisioningError(
                f"Database '{self.database}' on {place} cannot be used: {why}.", hint
            ) from error
        return Provisioned(f"database '{self.database}' on {place} answers")
