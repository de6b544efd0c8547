"""A service that really runs, and what one asks of it."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.program import Home


class Answer(NamedTuple):
    """What a service answered."""

    status: int
    headers: dict[str, str]
    body: str


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
