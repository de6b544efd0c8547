"""Authorities that say when they saw something: made of programs that nobody here wrote."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.audit.anchors.peers import ok, server

_SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = test TSA
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamping]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """A time-stamping authority made of ``openssl ts``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "settings").write_text(_SETTINGS)
        (folder / "serial").write_text("01\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "settings", "-subj"]
        self._openssl(
            "req", "-x509", *key, "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem", "-extensions", "ca"
        )
        self._openssl("req", "-new", *key, "/CN=test TSA", "-keyout", "tsa.key", "-out", "tsa.csr")
        signing = "-req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 2 -extfile settings -extensions stamping"
        self._openssl("x509", *signing.split(), "-out", "tsa.pem")
        self.ca = str(folder / "ca.pem")

    def token(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        asking = ["-reply", "-config", "settings", "-section", "one", "-queryfile", "query", "-out", "token"]
        self._openssl("ts", *asking)
        return (self.folder / "token").read_bytes()

    @contextmanager
    def serving(self, make: Callable[[bytes], bytes] | None = None) -> Iterator[str]:
        answer = make or self.token
        with server(lambda head, body: ok(answer(body), "application/timestamp-reply")) as url:
            yield url

    def _openssl(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
