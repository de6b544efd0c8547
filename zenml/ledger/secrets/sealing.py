"""Turns plain values into what events may hold: salted, and encrypted where they are secret."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Set
from typing import Any

from zenml.documents.limits import DEPTH
from zenml.domain.errors import InvalidValueError
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.secrecy import STARS, hidden_in, is_secret_reference, masked, means_secret
from zenml.domain.values import Salted, Secret, Setting
from zenml.evidence import canonical
from zenml.ledger.ids import new_id, new_salt
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.wrapping import KEY_BYTES, decrypted, encrypted
from zenml.stores.protocol import KeyRow


class NewSecret:
    """A secret that was sealed, and is in no ledger yet: its data key is wrapped when that is known."""

    __slots__ = ("data_key", "text")  # and no text of its own: no traceback shows what is in it

    def __init__(self, data_key: bytes, text: str) -> None:
        self.data_key = data_key
        self.text = text


class Sealer:
    """Seals the values of one change.

    Attributes:
        keyring: Wraps the keys of secrets, each with that of the ledger it comes into.
        keys: The secrets sealed so far, by the ids of their data keys.
        plaintexts: What was sealed as a secret, to keep it out of the recorded command line.
    """

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self.keys: dict[str, NewSecret] = {}
        self.plaintexts: set[str] = set()

    def salted(self, value: Any) -> Salted:
        """Returns a value with a new salt."""
        return Salted(s=new_salt(), v=_text(value))

    def setting(self, value: Any, *, secret: bool = False, named: bool = False) -> Setting:
        """Returns a setting; it is encrypted as a whole if it is a secret or has one in it.

        Args:
            value: The value.
            secret: Whether it is a secret whatever it holds.
            named: Whether its name is that of a secret, which it is if it is a text.
        """
        secret = secret and not is_secret_reference(value)
        shown = masked(value, secret=named)
        if not secret and shown == value:
            return self.salted(value)
        key_id, text = new_id(), _text(value)
        data_key = os.urandom(KEY_BYTES)
        ciphertext = encrypted(data_key, key_id, text.encode()).hex()
        self.keys[key_id] = NewSecret(data_key, text)
        self.plaintexts |= set(texts_in(value)) if secret else hidden_in(value, secret=named)
        return Secret(
            key_id=key_id,
            ciphertext=self.salted(ciphertext),
            masked=None if secret or shown == STARS else self.salted(shown),
        )

    def adopt(self, secret: Secret, data_key: bytes) -> None:
        """Takes a secret that was sealed elsewhere as one of this change.

        Args:
            secret: The secret.
            data_key: The data key that opens it.

        Raises:
            InvalidValueError: It does not, or what is in it is not JSON text.
        """
        text = _opened(secret, data_key)
        known = self.keys.get(secret.key_id)
        if known is not None and known.text != text:
            raise _not_openable()
        value = json.loads(text)
        self.keys[secret.key_id] = NewSecret(data_key, text)
        self.plaintexts |= set(texts_in(value)) if secret.masked is None else hidden_in(value)

    def wrapped(self, key_id: str, ledger_id: str) -> KeyRow:
        """Returns the data key of a secret as it is kept for the ledger that the secret comes into.

        For a ledger that a service keeps that is the data key itself: the service wraps it, no file here has it.

        Raises:
            NotAllowedError: The ledger is shared, and its key is not here.
            DamagedLedgerError: The key is not the one that the ledger's secrets were sealed with, or is missing.
        """
        if self.keyring.is_served(ledger_id):
            return KeyRow(key_id, self.keys[key_id].data_key, b"")
        key, secret = self.keyring.key_for(ledger_id), self.keys[key_id]
        key.make_sure()
        return KeyRow(key_id, key.key.wrap(key_id, secret.data_key), key.digest(secret.text))

    def settings(
        self, values: Mapping[str, Any], secrets: Set[str], plain: Set[str] = frozenset()
    ) -> dict[str, Setting]:
        """Returns parameters as settings.

        Args:
            values: The values, by the names of the parameters.
            secrets: The names of those that are secret.
            plain: The names of those that are not, whatever they are called.
        """
        return {
            name: self.setting(value, secret=name in secrets, named=name not in plain and means_secret(name))
            for name, value in values.items()
        }


def _opened(secret: Secret, data_key: bytes) -> str:
    """Returns the JSON text in a secret. Raises `InvalidValueError`."""
    try:
        opened = decrypted(data_key, secret.key_id, bytes.fromhex(getattr(secret.ciphertext, "value", "")))
        text = (opened or b"").decode()
        value = json.loads(text)
        if is_nested_deeper(value, DEPTH):
            raise _not_openable()
        canonical.text(value)
    except (TypeError, ValueError, RecursionError):
        raise _not_openable() from None
    return text


def _not_openable() -> InvalidValueError:
    return InvalidValueError("A secret cannot be opened with the data key that came with it.")


def _text(value: Any) -> str:
    """Returns a value as JSON text.

    Raises:
        InvalidValueError: It has none.
    """
    try:
        return canonical.text(value)
    except canonical.CanonicalError as error:
        if isinstance(value, str) and value.startswith(("/", "file:///")):  # a path is not a secret
            raise InvalidValueError(
                f"The path {value} is not UTF-8 text, and cannot be recorded.",
                "Give the folder another name, or name another folder.",
            ) from error
        raise InvalidValueError(
            f"A value cannot be stored: {str(error)[:1].lower()}{str(error)[1:]}.",
            "Give text, numbers below 2**53, lists or mappings.",
        ) from error


def texts_in(value: Any) -> list[str]:
    """Returns the texts of a JSON value, of whatever is in it."""
    match value:
        case dict():
            return [text for inner in value.values() for text in texts_in(inner)]
        case list() | tuple():
            return [text for inner in value for text in texts_in(inner)]
        case _:
            return [str(value)]
