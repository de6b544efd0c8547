"""The keys that secrets are encrypted with.

Each secret has a data key of its own (AES-256-GCM), which stands wrapped by the ledger's master key in
the ``keys`` table. Deleting that row destroys the secret and leaves every proof as it is.
"""

from __future__ import annotations

import contextlib
import errno
import hmac
import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from zenml.documents.limits import KEY
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, NotAllowedError
from zenml.projections.unusable import full

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VARIABLE = "ZENML_LEDGER_KEY"
_KEY_BYTES = 32
_NONCE_BYTES = 12  # as NIST SP 800-38D recommends for GCM


class MasterKey:
    """The key that wraps the data keys: from `ZENML_LEDGER_KEY` (64 hex digits), else a file of mode 0600.

    Args:
        path: The file.
        lasting: Whether a key that is made is written to the file; not where things are only tried out.

    Attributes:
        may_be_new: Whether the file may be made; not where secrets already need the one that was lost.
    """

    def __init__(self, path: str, *, lasting: bool = True) -> None:
        self._path = path
        self._lasting = lasting
        self.may_be_new = True

    def seal(self, key_id: str, plaintext: str) -> tuple[str, bytes, bytes]:
        """Encrypts a value under a new data key.

        Returns:
            Nonce and ciphertext as hex, the wrapped data key, and the keyed digest of the value.
        """
        data_key, context = os.urandom(_KEY_BYTES), key_id.encode()
        ciphertext = _encrypt(_aes(data_key), plaintext.encode(), context)
        return (
            ciphertext.hex(),
            _encrypt(_aes(self._derived("wrap")), data_key, context),
            self.digest(plaintext),
        )

    def open(self, key_id: str, ciphertext: str, wrapped: bytes) -> str:
        """Returns the value of a secret.

        Raises:
            DamagedLedgerError: The keys do not fit the ciphertext.
        """
        from cryptography.exceptions import InvalidTag

        context, sealed = key_id.encode(), bytes.fromhex(ciphertext)
        try:
            data_key = _decrypt(_aes(self._derived("wrap")), wrapped, context)
            return _decrypt(_aes(data_key), sealed, context).decode()
        except InvalidTag as error:
            raise DamagedLedgerError(
                "A secret cannot be decrypted with the key at hand.",
                f"Restore {self._path}, or set {VARIABLE} to the key it was written with.",
            ) from error

    def digest(self, plaintext: str) -> bytes:
        """Returns what tells whether two values are the same, to those who have the key."""
        return hmac.digest(self._derived("digest"), plaintext.encode(), "sha256")

    def _derived(self, purpose: str) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

        return HKDFExpand(SHA256(), _KEY_BYTES, f"zenml ledger {purpose}".encode()).derive(self._key)

    @cached_property
    def _key(self) -> bytes:
        given = os.environ.get(VARIABLE, "").strip()
        if given:
            return _parsed(given, VARIABLE)
        try:
            if not os.path.exists(self._path):
                if not self.may_be_new:
                    raise DamagedLedgerError(
                        f"The key file {self._path} is missing, and there are secrets encrypted with its key.",
                        f"Restore it from a backup, or set {VARIABLE} to the key.",
                    )
                if not self._lasting:
                    return os.urandom(_KEY_BYTES)
                self._create()
            with open_file(self._path) as file:
                return _parsed(file.read(KEY).decode("ascii", errors="replace").strip(), self._path)
        except UnreadableFileError as error:
            raise NotAllowedError(
                f"The key file {self._path} cannot be used: {error}.",
                f"Make it readable, or set {VARIABLE} to the key.",
            ) from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise full(self._path) from error
            raise NotAllowedError(
                f"The key file {self._path} cannot be used: {error.strerror}.",
                f"Make it readable, or set {VARIABLE} to the key.",
            ) from error

    def _create(self) -> None:
        """Makes the file, whole or not at all: two processes may try at once, and the first one wins."""
        folder = os.path.dirname(self._path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        draft = f"{self._path}.{os.urandom(8).hex()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(os.urandom(_KEY_BYTES).hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, self._path)
        finally:
            os.unlink(draft)
        if sys.platform != "win32":
            # a power cut must not take the key and leave the secrets that were encrypted with it
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _parsed(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise InvalidValueError(
            f"{source} does not hold a key of {2 * _KEY_BYTES} hex digits.",
            "Make one with: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return key


def _aes(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _encrypt(cipher: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plaintext, context)


def _decrypt(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
