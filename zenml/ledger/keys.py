"""The keys that secrets are encrypted with.

Each secret has its own data key (AES-256-GCM), which is kept wrapped by the ledger's master key in
the ``keys`` table. Deleting that row destroys the secret and leaves every proof as it is.
"""

from __future__ import annotations

import contextlib
import errno
import hmac
import os
import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from zenml.documents.limits import KEY
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, NotAllowedError
from zenml.files.drafts import PRIVATE, put, sync
from zenml.projections.errors import full

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
        wrapped_before: Yields the data keys that were wrapped before, with their ids. A key that opens none of
            them wraps no further one, and none is made where there are some.
    """

    def __init__(self, path: str, *, lasting: bool = True) -> None:
        self._path = path
        self._lasting = lasting
        self._fits = False
        self.wrapped_before: Callable[[], Iterable[tuple[str, bytes]]] = tuple

    def seal(self, key_id: str, plaintext: str) -> tuple[str, bytes, bytes]:
        """Encrypts a value under a new data key.

        Returns:
            Nonce and ciphertext as hex, the wrapped data key, and the keyed digest of the value.

        Raises:
            DamagedLedgerError: The key is not the one that the ledger's secrets were sealed with, or is missing.
        """
        self._make_sure()
        data_key, context = os.urandom(_KEY_BYTES), key_id.encode()
        ciphertext = _encrypt(_aes(data_key), plaintext.encode(), context)
        return (
            ciphertext.hex(),
            _encrypt(_aes(self._wrapping), data_key, context),
            self.digest(plaintext),
        )

    def open(self, key_id: str, ciphertext: str, wrapped: bytes) -> str:
        """Returns the value of a secret.

        Raises:
            DamagedLedgerError: The keys do not fit the ciphertext.
        """
        self.wrapped_before = lambda: [(key_id, wrapped)]  # a secret is there, so no key is made
        text = self.opened(key_id, ciphertext, wrapped)
        if text is None:
            raise DamagedLedgerError(
                f"A secret cannot be decrypted with the key in {self.source}.",
                f"Restore {self._path}, or set {VARIABLE} to the key it was sealed with.",
            )
        return text

    def opened(self, key_id: str, ciphertext: str, wrapped: bytes) -> str | None:
        """Returns the value of a secret; None if its keys do not fit the ciphertext."""
        data_key = self.unwrap(key_id, wrapped)
        text = None if data_key is None else _decrypted(data_key, key_id, bytes.fromhex(ciphertext))
        return None if text is None else text.decode()

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes | None:
        """Returns a data key; None if another master key wrapped it, or it was altered."""
        return _decrypted(self._wrapping, key_id, wrapped)

    @property
    def source(self) -> str:
        """Where the key is, or would be."""
        return VARIABLE if os.environ.get(VARIABLE, "").strip() else self._path

    @property
    def text(self) -> str:
        """The key as the variable holds it. Raises what `fits` does."""
        return self._key.hex()

    @property
    def is_there(self) -> bool:
        """Whether there is a key; it may still be of no use."""
        return self.source == VARIABLE or os.path.exists(self._path)

    @property
    def readable_by_others(self) -> bool:
        """Whether others than the owner may read the file that holds the key."""
        if self.source == VARIABLE or sys.platform == "win32":
            return False
        try:
            return bool(os.stat(self._path).st_mode & 0o077)
        except OSError:
            return False

    def fits(self) -> bool:
        """Tells whether the key opens any of the data keys that were wrapped before, or there are none.

        Raises:
            LedgerError: There is no key, or it cannot be read.
        """
        wrapped = iter(self.wrapped_before())
        first = next(wrapped, None)
        return first is None or any(self.unwrap(*row) is not None for row in chain([first], wrapped))

    def _make_sure(self) -> None:
        if not self._fits and not self.fits():
            raise DamagedLedgerError(
                f"The key in {self.source} opens none of the ledger's secrets, so nothing is sealed with it.",
                f"Unset {VARIABLE}, or set it to the key that the secrets were sealed with."
                if self.source == VARIABLE
                else f"Restore {self._path} from a backup, or set {VARIABLE} to the key that was in it.",
            )
        self._fits = True

    def digest(self, plaintext: str) -> bytes:
        """Returns what shows whether two values are the same, to those who have the key."""
        return hmac.digest(self._digesting, plaintext.encode(), "sha256")

    @cached_property
    def _wrapping(self) -> bytes:
        return self._derived("wrap")

    @cached_property
    def _digesting(self) -> bytes:
        return self._derived("digest")

    def _derived(self, purpose: str) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

        return HKDFExpand(SHA256(), _KEY_BYTES, f"zenml ledger {purpose}".encode()).derive(self._key)

    @cached_property
    def _key(self) -> bytes:
        given = os.environ.get(VARIABLE, "").strip()
        if given:
            return self._parsed(given)
        try:
            if not os.path.exists(self._path):
                if self._is_needed:
                    raise DamagedLedgerError(
                        f"The key file {self._path} is missing, and there are secrets encrypted with its key.",
                        f"Restore it from a backup, or set {VARIABLE} to the key.",
                    )
                if not self._lasting:
                    return os.urandom(_KEY_BYTES)
                self._create()
            with open_file(self._path) as file:
                return self._parsed(file.read(KEY).decode("ascii", errors="replace").strip())
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

    @property
    def _is_needed(self) -> bool:
        return next(iter(self.wrapped_before()), None) is not None

    def _parsed(self, text: str) -> bytes:
        """Returns the key that a text holds.

        Raises:
            DamagedLedgerError: It holds none, and there are secrets that were sealed with one.
            InvalidValueError: It holds none.
        """
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) == _KEY_BYTES:
            return key
        message = f"{self.source} does not hold a key of {2 * _KEY_BYTES} hex digits."
        if self._is_needed:
            hint = f"Restore {self._path} from a backup, or set {VARIABLE} to the key that was used before."
            raise DamagedLedgerError(message, hint)
        if self.source == VARIABLE:
            raise InvalidValueError(message, f'Run "unset {VARIABLE}"; a key is made with the first secret.')
        raise InvalidValueError(message, f"Remove {self._path}; a key is made with the first secret.")

    def _create(self) -> None:
        """Makes the file, whole or not at all: two processes may try at once, and the first one wins."""
        folder = os.path.dirname(self._path)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        key = os.urandom(_KEY_BYTES).hex() + "\n"
        with contextlib.suppress(FileExistsError):
            put(self._path, key.encode(), mode=PRIVATE, replace=False, synced=True)
        # whoever made it: a power cut must not take the key and leave the secrets that were encrypted with it
        sync(folder)


def _aes(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _encrypt(cipher: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plaintext, context)


def _decrypted(key: bytes, context: str, sealed: bytes) -> bytes | None:
    """Returns what was encrypted; None if it was with another key or for something else, or was altered."""
    from cryptography.exceptions import InvalidTag

    try:
        return _aes(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError):  # of the wrong length
        return None
