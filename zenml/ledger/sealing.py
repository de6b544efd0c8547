"""Turns plain values into what events may hold: salted, and encrypted where they are secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import is_secret_reference, without_passwords
from zenml.domain.values import Salted, Secret, Setting
from zenml.evidence import canonical
from zenml.ledger.ids import new_id, new_salt
from zenml.ledger.keys import MasterKey
from zenml.stores.local import KeyRow


class Sealer:
    """Seals the values of one change.

    Attributes:
        keys: The data keys of the secrets sealed so far, by id.
        plaintexts: What was sealed as a secret, to keep it out of the recorded command line.
    """

    def __init__(self, master_key: MasterKey) -> None:
        self._master_key = master_key
        self.keys: dict[str, KeyRow] = {}
        self.plaintexts: set[str] = set()

    def salted(self, value: Any) -> Salted:
        """Returns a value with a new salt."""
        return Salted(s=new_salt(), v=_text(value))

    def setting(self, value: Any, *, secret: bool = False) -> Setting:
        """Returns a setting; it is encrypted if it is secret or has a URL with a password in it."""
        secret = secret and not is_secret_reference(value)
        masked = _masked(value)
        if not secret and masked == value:
            return self.salted(value)
        key_id, text = new_id(), _text(value)
        ciphertext, wrapped, digest = self._master_key.seal(key_id, text)
        self.keys[key_id] = KeyRow(key_id, wrapped, digest)
        if secret:
            self.plaintexts.update(_strings(value))
        return Secret(
            key_id=key_id,
            ciphertext=self.salted(ciphertext),
            masked=None if secret else self.salted(masked),
        )

    def settings(self, values: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, Setting]:
        """Returns parameters as settings."""
        return {name: self.setting(value, secret=name in secrets) for name, value in values.items()}


def _text(value: Any) -> str:
    """Returns a value as JSON text.

    Raises:
        InvalidValueError: It has none.
    """
    try:
        return canonical.text(value)
    except canonical.CanonicalError as error:
        raise InvalidValueError(
            f"A value cannot be stored: {str(error)[:1].lower()}{str(error)[1:]}.",
            "Give text, numbers below 2**53, lists or mappings.",
        ) from error


def _masked(value: Any) -> Any:
    """Returns a JSON value with all passwords of URLs starred out."""
    match value:
        case str():
            return without_passwords(value, whole=True)
        case dict():
            return {key: _masked(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_masked(inner) for inner in value]
        case _:
            return value


def _strings(value: Any) -> list[str]:
    match value:
        case dict():
            return [text for inner in value.values() for text in _strings(inner)]
        case list() | tuple():
            return [text for inner in value for text in _strings(inner)]
        case _:
            return [str(value)]
