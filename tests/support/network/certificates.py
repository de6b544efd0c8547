"""Certificates for a day, made by the command `openssl`: of an authority, and those that it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """The files of a certificate and of its key."""

    file: Path
    key: Path


class Authority:
    """Whoever signs certificates.

    Attributes:
        certificate: What those have who trust it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self.certificate = self._made(name, "-addext", "keyUsage=critical,keyCertSign")

    def issued(self, name: str) -> Certificate:
        """Returns a certificate for a user of this name, or for a server of this address."""
        address = ("-addext", f"subjectAltName=IP:{name}") if name[0].isdigit() else ()
        signed = ("-CA", str(self.certificate.file), "-CAkey", str(self.certificate.key))
        return self._made(name, *signed, *address, "-addext", "basicConstraints=critical,CA:FALSE")

    def _made(self, name: str, *words: str) -> Certificate:
        made = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        new = ("-x509", "-days", "1", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        where = ("-out", str(made.file), "-keyout", str(made.key))
        subprocess.run(
            ["openssl", "req", *new, "-subj", f"/CN={name}", *where, *words], check=True, capture_output=True
        )
        return made
