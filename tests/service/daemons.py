"""A service that really runs, and what one asks of it."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.program import ZENML, Home


class Answer(NamedTuple):
    """What a service answered."""

    status: int
    headers: dict[str, str]
    body: str


class Daemon(NamedTuple):
    """A service in the background.

    Attributes:
        home: Its machine.
        port: Where it listens.
        pid: The number of its process.
        tokens: The text of a token of each role.
    """

    home: Home
    port: int
    pid: int
    tokens: dict[str, str]

    @property
    def ledger(self) -> str:
        """The path of the ledger."""
        said = json.loads(ask(self.port, "/v1", Authorization=self.authorization("reader")).body)
        return f"/v1/ledgers/{said['ledger_id']}"

    def authorization(self, role: str) -> str:
        """Returns the header of whoever has a token of a role."""
        return f"Bearer {self.tokens[role]}"

    def log(self) -> str:
        """Returns all that it has noted."""
        return (self.home.config / "service" / "service.log").read_text()


@contextmanager
def in_the_background(home: Home, files: int | None = None) -> Iterator[Daemon]:
    """Runs a service of a machine, to which there is a token of each role.

    Args:
        home: The machine.
        files: How many files whoever starts it may have open; as many as here, if nothing is said.
    """
    created = {
        role: ("service", "token", "create", role, "--role", role) for role in ("reader", "writer", "admin")
    }
    tokens = {role: home.done(*words).stdout.strip() for role, words in created.items()}
    port = free_port()
    limit = "" if files is None else f"ulimit -Sn {files} && "
    starting = f"{limit}exec {shlex.quote(str(ZENML))} service up --port {port}"
    subprocess.run(["sh", "-c", starting], env=home.variables(), cwd=home.work, check=True, capture_output=True)
    try:
        yield Daemon(home, port, status_of(home)["pid"], tokens)
    finally:
        home.done("service", "down")


def free_port() -> int:
    """Returns a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """Asks a service on this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


def status_of(home: Home) -> dict[str, Any]:
    """Returns what `zenml service status` says."""
    return dict(json.loads(home.run("service", "status", "-o", "json").stdout)["service"])


def files_of(home: Home) -> list[Path]:
    """Returns what is in the folder of the service."""
    return sorted((home.config / "service").iterdir())


def certificate() -> bytes:
    """Returns a new key and a certificate of it for this machine, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed
