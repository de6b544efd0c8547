"""Signing with a key of an ssh-agent: a real one, and ones that do not answer as they should."""

from __future__ import annotations

import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread

import pytest

from tests.ledger.machines import Machine
from zenml.custody import ssh_agent
from zenml.custody.signing_key import signing_key, signing_keys
from zenml.custody.ssh_agent import VARIABLE, agent_key
from zenml.domain.errors import LedgerError, NotAllowedError, NotFoundError
from zenml.evidence.verify import ed25519_holds

needs_agent = pytest.mark.skipif(
    shutil.which("ssh-agent") is None and not os.environ.get("CI"), reason="needs ssh-agent (openssh-client)"
)


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Starts an agent without keys; gives a folder for them."""
    folder = Path(mkdtemp(prefix="agent"))  # the path of a socket has to be short
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(folder / "socket")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setenv(VARIABLE, str(folder / "socket"))
    yield folder
    process.terminate()
    process.wait(10)
    process.stdout.close()
    shutil.rmtree(folder)


def added(folder: Path, name: str = "key", kind: str = "ed25519") -> str:
    """Adds a new key to the agent, and returns its fingerprint."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(folder / name)], check=True)
    subprocess.run(["ssh-add", "-q", str(folder / name)], check=True)
    shown = subprocess.run(["ssh-keygen", "-lf", str(folder / name)], check=True, capture_output=True, text=True)
    return shown.stdout.split()[1]


@needs_agent
def test_an_agent_signs_with_the_key_that_was_chosen(machine: Machine, agent: Path) -> None:
    added(agent, "another")
    fingerprint, here = added(agent), machine.repository()
    here.ledger_origin()
    assert here.signing_key().use_agent(fingerprint).change is None
    key = signing_key(str(machine.config), make=True)
    assert key.source == f"the ssh-agent's key {fingerprint}"
    assert ed25519_holds(key.public, b"message", key.sign(b"message"))
    assert not (machine.config / "keys").exists()


@needs_agent
def test_another_key_of_the_agent_is_named_by_the_one_before(machine: Machine, agent: Path) -> None:
    here, first = machine.repository(), added(agent)
    here.ledger_origin()
    here.signing_key().use_agent(first)
    old = signing_key(str(machine.config), make=True)
    done = here.signing_key().use_agent(added(agent, "second"))
    assert done.change is not None
    assert len(done.statements) == 1
    assert signing_keys(str(machine.config), make=True)[1].public == old.public
    with pytest.raises(NotAllowedError) as caught:
        here.signing_key().rotate()
    assert caught.value.code == "key_not_in_a_file"


@needs_agent
def test_a_key_that_the_agent_lost_is_asked_for_and_no_other_one_signs(machine: Machine, agent: Path) -> None:
    here, fingerprint = machine.repository(), added(agent)
    here.signing_key().use_agent(fingerprint)
    subprocess.run(["ssh-add", "-q", "-D"], check=True)
    with pytest.raises(NotFoundError, match=re.escape(f"The ssh-agent has no key {fingerprint}")):
        signing_key(str(machine.config), make=True)
    assert not (machine.config / "keys").exists()


@needs_agent
def test_a_key_of_another_kind_is_refused(agent: Path) -> None:
    fingerprint = added(agent, kind="ecdsa")
    with pytest.raises(NotAllowedError, match="is not an Ed25519 key"):
        agent_key(fingerprint)


def test_without_an_agent_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(NotFoundError, match="There is no ssh-agent"):
        agent_key("SHA256:x")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nobody"))
    with pytest.raises(NotFoundError, match="No ssh-agent answers"):
        agent_key("SHA256:x")


def text(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def framed(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def identities(*blobs: bytes) -> bytes:
    return framed(b"\x0c" + struct.pack(">I", len(blobs)) + b"".join(text(blob) + text(b"") for blob in blobs))


@contextmanager
def hostile(monkeypatch: pytest.MonkeyPatch, *answers: bytes, hang: bool = False) -> Iterator[None]:
    """Runs an agent that answers each connection with these bytes."""
    folder = mkdtemp(prefix="agent")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/socket")
        server.listen()
        monkeypatch.setenv(VARIABLE, f"{folder}/socket")
        kept: list[socket.socket] = []

        def serve() -> None:
            for answer in answers:
                connection, _ = server.accept()
                connection.recv(65536)
                with suppress(OSError):
                    connection.sendall(answer)
                if hang:
                    kept.append(connection)
                else:
                    connection.close()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield
        thread.join(10)
        for connection in kept:
            connection.close()
    shutil.rmtree(folder)


ANSWERS = {
    "nothing": b"",
    "half a length": b"\0\0",
    "a huge answer": b"\xff\xff\xff\xff" + b"\x0c" * 1000,
    "an empty answer": framed(b""),
    "a refusal": framed(b"\x05"),
    "another kind": framed(b"\x0e"),
    "no count": framed(b"\x0c\0"),
    "more keys than there are": framed(b"\x0c\xff\xff\xff\xff"),
    "a key longer than the answer": framed(b"\x0c\0\0\0\x01\xff\xff\xff\xff"),
    "garbage": framed(b"\x0c" + os.urandom(4000)),
    "cut short": identities(b"x" * 100)[:-20],
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_agent_that_answers_anything_else_is_refused(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    with hostile(monkeypatch, ANSWERS[answer]), pytest.raises(LedgerError, match="ssh-agent"):
        agent_key("SHA256:x")


def test_an_agent_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_agent, "_ANSWER", 0.2)
    with (
        hostile(monkeypatch, b"\0\0\0", hang=True),
        pytest.raises(NotAllowedError, match="does not answer within"),
    ):
        agent_key("SHA256:x")


def fingerprint_of(blob: bytes) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"SHA256:{b64encode(sha256(blob).digest()).decode().rstrip('=')}"


def test_a_security_key_and_a_key_of_small_order_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    security = text(b"sk-ssh-ed25519@openssh.com") + text(bytes(32)) + text(b"ssh:")
    small = text(b"ssh-ed25519") + text(bytes(32))
    for blob, sentence in ((security, "one of a security key"), (small, "no verifier takes")):
        with hostile(monkeypatch, identities(blob)), pytest.raises(NotAllowedError, match=sentence):
            agent_key(fingerprint_of(blob))


def test_a_signature_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    blob = text(b"ssh-ed25519") + text(private.public_key().public_bytes_raw())
    right = text(b"ssh-ed25519") + text(private.sign(b"message"))
    wrong = text(b"ssh-ed25519") + text(private.sign(b"another message"))
    short = text(b"ssh-ed25519") + text(b"short")
    signatures = [framed(b"\x0e" + text(signature)) for signature in (right, wrong, short)]
    with hostile(monkeypatch, identities(blob), *signatures):
        key = agent_key(fingerprint_of(blob))
        assert len(key.sign(b"message")) == 64
        for _ in range(2):
            with pytest.raises(NotAllowedError, match="is not a signature with that key"):
                key.sign(b"message")
