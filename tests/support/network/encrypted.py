"""Database servers that encrypt, and do not let everybody in."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.support.network.certificates import Authority
from tests.support.network.ports import HOST
from tests.support.network.servers import MariaDB, PostgreSQL, Server
from tests.support.plain_sql import execute

Options = Mapping[str, Path | str]

PASSWORD = "geheim %41@ü"
WITH_PASSWORD, WITH_CERTIFICATE = "ann", "ben"
"""Users: one has the password, the other one a certificate and no password. Both have to encrypt."""

_PEOPLE = f"""
host all postgres {HOST}/32 trust
hostssl all {WITH_PASSWORD} {HOST}/32 scram-sha-256
hostssl all {WITH_CERTIFICATE} {HOST}/32 cert
"""


def login(server: Server, user: str, password: str, options: Options) -> str:
    """Returns the URL of the database `team` for one of the users, with what follows the question mark."""
    place = urlsplit(server.url("team"))
    name = f"{user}:{quote(password, safe='')}" if password else user
    query = "&".join(f"{option}={quote(str(value))}" for option, value in options.items())
    return place._replace(netloc=f"{name}@{HOST}:{server.port}", query=query).geturl()


class EncryptedPostgreSQL(PostgreSQL):
    """PostgreSQL with a certificate, and passwords by SCRAM."""

    def _make_data(self) -> None:
        super()._make_data()
        self.authority = _authority(self._folder, self._owner)
        (Path(self._data) / "pg_hba.conf").write_text(_PEOPLE)

    def _command(self) -> tuple[str, ...]:
        settings = {
            "ssl": "on",
            "ssl_ca_file": self._folder / "authority.pem",
            "ssl_cert_file": self._folder / f"{HOST}.pem",
            "ssl_key_file": self._folder / f"{HOST}.key",
            "password_encryption": "scram-sha-256",
        }
        return *super()._command(), *(word for name, is_ in settings.items() for word in ("-c", f"{name}={is_}"))

    def create_database(self, name: str) -> str:
        url = super().create_database(name)
        execute(
            url,
            f"CREATE ROLE {WITH_PASSWORD} LOGIN PASSWORD '{PASSWORD}'",
            f"CREATE ROLE {WITH_CERTIFICATE} LOGIN IN ROLE {WITH_PASSWORD}",
            "GRANT ALL ON SCHEMA public TO PUBLIC",
        )
        return url


class EncryptedMariaDB(MariaDB):
    """MariaDB with a certificate."""

    def _make_data(self) -> None:
        super()._make_data()
        self.authority = _authority(self._folder, self._owner)

    def _command(self) -> tuple[str, ...]:
        return (
            *super()._command(),
            f"--ssl-ca={self._folder / 'authority.pem'}",
            f"--ssl-cert={self._folder / f'{HOST}.pem'}",
            f"--ssl-key={self._folder / f'{HOST}.key'}",
        )

    def create_database(self, name: str) -> str:
        url = super().create_database(name)
        with_certificate, with_password = f"{WITH_CERTIFICATE}@'{HOST}'", f"{WITH_PASSWORD}@'{HOST}'"
        execute(
            url,
            f"CREATE USER {with_password} IDENTIFIED BY '{PASSWORD}' REQUIRE SSL",
            f"CREATE USER {with_certificate} REQUIRE SUBJECT '/CN={WITH_CERTIFICATE}'",
            f"GRANT ALL ON `{name}`.* TO {with_password}, {with_certificate}",
        )
        return url


ENCRYPTED: dict[str, type[EncryptedPostgreSQL | EncryptedMariaDB]] = {
    "postgresql": EncryptedPostgreSQL,
    "mariadb": EncryptedMariaDB,
}


def _authority(folder: Path, owner: str | None) -> Authority:
    """Returns the authority that signed the certificate of a server, whose files are put in its folder."""
    authority = Authority(folder, "authority")
    issued = authority.issued(HOST)
    if owner:
        shutil.chown(issued.file, owner)
        shutil.chown(issued.key, owner)
    return authority
