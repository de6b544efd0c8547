"""Asks a running ssh-agent to sign with a key that it never shows (draft-ietf-sshm-ssh-agent).

Only plain Ed25519 keys: those of security keys (sk-) sign other bytes than those they are given.
"""

from __future__ import annotations

import os
import struct
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import NotAllowedError, NotFoundError
from zenml.evidence.verify import Malformed, ed25519_holds, parsed_key

if TYPE_CHECKING:
    import socket

VARIABLE = "SSH_AUTH_SOCK"
_PLAIN = b"ssh-ed25519"
_MOST = 256 * 1024  # bytes of an answer: a list of hundreds of keys has less
_ANSWER, _CONFIRM = 10, 120  # seconds: a machine that answers, and a person who is asked (ssh-add -c)
_LIST, _LISTED, _SIGN, _SIGNED = 11, 12, 13, 14


class AgentKey(NamedTuple):
    """A key that an agent holds.

    Attributes:
        blob: The public key as SSH writes it.
        fingerprint: ``SHA256:…``, as ``ssh-add -l`` prints it.
        public: The 32 bytes of an Ed25519 key.
    """

    blob: bytes
    fingerprint: str
    public: bytes

    def sign(self, message: bytes) -> bytes:
        """Returns the signature of a message, 64 bytes.

        Raises:
            NotAllowedError: The agent does not sign, or not with this key.
        """
        answer = _asked(_SIGN, _string(self.blob) + _string(message) + struct.pack(">I", 0), _SIGNED, _CONFIRM)
        form, signature = _strings(next(_strings_of(answer, 1)), 2)
        if form != _PLAIN or not ed25519_holds(self.public, message, signature):
            raise _strange("what it answered is not a signature with that key")
        return signature


def agent_key(fingerprint: str) -> AgentKey:
    """Returns a key of the agent.

    Args:
        fingerprint: ``SHA256:…``.

    Raises:
        NotFoundError: No agent runs, or it does not have the key.
        NotAllowedError: The key is of another kind, or the agent does not answer as it should.
    """
    answer = _asked(_LIST, b"", _LISTED, _ANSWER)
    if len(answer) < 4:
        raise _strange("its answer is cut short")
    count = struct.unpack(">I", answer[:4])[0]
    cells = _strings_of(answer[4:], 2 * count)
    for blob, _comment in zip(cells, cells, strict=True):
        found = f"SHA256:{b64encode(sha256(blob).digest()).decode().rstrip('=')}"
        if found == fingerprint:
            return AgentKey(blob, fingerprint, _public(blob, fingerprint))
    raise NotFoundError(
        f"The ssh-agent has no key {fingerprint}.", 'Add it with "ssh-add"; "ssh-add -l" lists what it has.'
    )


def _public(blob: bytes, fingerprint: str) -> bytes:
    kind = next(_strings_of(blob, 1), b"")
    if kind.startswith(b"sk-"):
        raise NotAllowedError(
            f"The key {fingerprint} is one of a security key, which signs other bytes than it is given.",
            'Make a plain one: "ssh-keygen -t ed25519".',
        )
    if kind != _PLAIN:
        raise NotAllowedError(
            f"The key {fingerprint} is not an Ed25519 key.", 'Make one: "ssh-keygen -t ed25519".'
        )
    _, public = _strings(blob, 2)
    check_public(public)
    return public


def check_public(public: bytes) -> None:
    """Makes sure that a public key is one that verifiers take.

    Raises:
        NotAllowedError: It is not: it has small order, or is not written in the one way.
    """
    from zenml.evidence.notes import key_line

    try:
        parsed_key(key_line("any", public))
    except Malformed as error:
        raise NotAllowedError("That key is one that no verifier takes: it is not a sound Ed25519 key.") from error


def _asked(kind: int, content: bytes, wanted: int, patience: float) -> bytes:
    """Returns what the agent answers, without its kind."""
    until = time.monotonic() + patience
    try:
        with _connection(patience) as agent:
            agent.sendall(struct.pack(">IB", len(content) + 1, kind) + content)
            (length,) = struct.unpack(">I", _received(agent, 4, until))
            if not 1 <= length <= _MOST:
                raise _strange("its answer is too long" if length else "its answer is empty")
            answer = _received(agent, length, until)
    except TimeoutError as error:
        raise _strange(f"it does not answer within {patience:.0f} seconds") from error
    except OSError as error:
        raise NotFoundError(
            f"No ssh-agent answers at {os.environ[VARIABLE]}: {error.strerror or error}.",
            f"Start one, and set {VARIABLE}.",
        ) from error
    if answer[0] != wanted:
        raise _strange("it refuses" if answer[0] == 5 else "its answer is of another kind")
    return answer[1:]


@contextmanager
def _connection(patience: float) -> Iterator[socket.socket]:
    import socket

    path = os.environ.get(VARIABLE)
    if not path or not hasattr(socket, "AF_UNIX"):
        raise NotFoundError(f"There is no ssh-agent: {VARIABLE} is not set.", 'Start one: eval "$(ssh-agent)".')
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.settimeout(patience)
        agent.connect(path)
        yield agent


def _received(agent: socket.socket, length: int, until: float) -> bytes:
    """Returns so many bytes; however slowly they come, not later than promised."""
    parts: list[bytes] = []
    while length:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        agent.settimeout(left)
        part = agent.recv(min(length, 65536))
        if not part:
            raise _strange("its answer is cut short")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(data: bytes, count: int) -> tuple[bytes, ...]:
    return tuple(_strings_of(data, count))


def _strings_of(data: bytes, count: int) -> Iterator[bytes]:
    """Yields strings as SSH writes them: each behind its length (RFC 4251, section 5)."""
    at = 0
    for _ in range(count):
        if at + 4 > len(data):
            raise _strange("its answer is cut short")
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise _strange("its answer is cut short")
        yield data[at + 4 : end]
        at = end


def _strange(what: str) -> NotAllowedError:
    return NotAllowedError(f"The ssh-agent at {os.environ.get(VARIABLE)} does not sign: {what}.", "")
