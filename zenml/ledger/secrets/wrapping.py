"""What keys do: a key wraps data keys, and a data key encrypts one secret. Knows no file."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
HEX_DIGITS = 2 * KEY_BYTES
_NONCE_BYTES = 12  # as NIST SP 800-38D recommends for GCM
_CHECKED = b"zenml key check"
_FINGERPRINT = 8  # hex digits by which people compare two keys


class WrappingKey:
    """A key that wraps data keys.

    Args:
        key: Its 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def new(cls) -> WrappingKey:
        """Returns a key that nobody else has."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parsed(cls, text: str) -> WrappingKey | None:
        """Returns the key that 64 hex digits say; None if the text is something else."""
        try:
            key = bytes.fromhex(text.strip())
        except ValueError:
            return None
        return cls(key) if len(key) == KEY_BYTES else None

    @property
    def text(self) -> str:
        """The key as 64 hex digits."""
        return self._key.hex()

    @property
    def fingerprint(self) -> str:
        """What tells keys apart, and says nothing else about them."""
        return sha256(self._key).hexdigest()[:_FINGERPRINT]

    def check_value(self, ledger_id: str) -> bytes:
        """Returns what proves to those who know it that somebody has the key of a ledger."""
        return hmac.digest(self._key, _CHECKED + ledger_id.encode(), "sha256")

    def wrap(self, key_id: str, data_key: bytes) -> bytes:
        """Returns a data key, encrypted for the row of this id."""
        return encrypted(self._wrapping, key_id, data_key)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes | None:
        """Returns a data key; None if another key wrapped it, or it was altered."""
        return decrypted(self._wrapping, key_id, wrapped)

    def opens_any(self, wrapped_keys: Iterable[tuple[str, bytes]]) -> bool:
        """Tells whether it wrapped at least one of some data keys."""
        return any(self.unwrap(*row) is not None for row in wrapped_keys)

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
        """Returns a key for one purpose: HKDF-Expand (RFC 5869, section 2.3) of one block, which a key is."""
        return hmac.digest(self._key, f"zenml ledger {purpose}".encode() + b"\1", "sha256")


def encrypted(key: bytes, context: str, plaintext: bytes) -> bytes:
    """Returns a nonce and what was encrypted; nobody can pass it off as what belongs to another context."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _aes(key).encrypt(nonce, plaintext, context.encode())


def decrypted(key: bytes, context: str, sealed: bytes) -> bytes | None:
    """Returns what was encrypted; None if it was with another key or for something else, or was altered."""
    from cryptography.exceptions import InvalidTag

    try:
        return _aes(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError):  # of the wrong length
        return None


def _aes(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
