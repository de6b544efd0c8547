"""What is a secret: one table for every flavor, file, message and command line. Pure functions over values."""

from __future__ import annotations

from zenml.domain.secret_places import STARS, Starring, is_secret_reference, means_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Final

__all__ = [
    "NOT_SECRET",
    "SECRET",
    "STARS",
    "has_reference",
    "has_stars",
    "hidden_in",
    "is_in_clear",
    "is_secret_reference",
    "masked",
    "means_secret",
    "without_passwords",
    "without_secrets",
]

_SHORT = 4  # characters: shorter secrets are looked for as whole words alone, or all would be stars


class SecretMarker:
    """Says of a parameter whether it is a secret; there are two, `SECRET` and `NOT_SECRET`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


SECRET: Final = SecretMarker("SECRET")
"""Marks a secret parameter of a flavor: ``license: Annotated[str | None, SECRET] = None``."""

NOT_SECRET: Final = SecretMarker("NOT_SECRET")
"""Marks a parameter that only sounds like one: ``pull_secret: Annotated[str | None, NOT_SECRET] = None``."""


def masked(value: Any, *, secret: bool = False) -> Any:
    """Returns a JSON value with ``***`` in the places of its secrets; equal to the value if it has none.

    Args:
        value: The value.
        secret: Whether what holds it has the name of a secret.
    """
    return Starring(whole=True).value(value, secret=secret)


def hidden_in(value: Any, *, secret: bool = False) -> frozenset[str]:
    """Returns the texts that `masked` replaces by stars."""
    starring = Starring(whole=True)
    starring.value(value, secret=secret)
    return frozenset(starring.hidden)


def is_in_clear(name: str, setting: Mapping[str, Any], *, secret: bool = False, plain: bool = False) -> bool:
    """Tells whether a setting has a secret in it and is not encrypted: it was recorded before that was known.

    Args:
        name: The parameter.
        setting: What events and views hold: a salted value, a blank or a secret.
        secret: Whether the parameter's flavor says that it is secret.
        plain: Whether the flavor says that it is none, whatever it is called.
    """
    if "v" not in setting:
        return False
    import json

    return shows_secret(name, json.loads(setting["v"]), secret=secret, plain=plain)


def shows_secret(name: str, value: Any, *, secret: bool, plain: bool) -> bool:
    """Tells whether a value in clear has a secret in it; takes what `is_in_clear` does, and the value itself."""
    if secret and not is_secret_reference(value):
        return True
    return bool(masked(value, secret=not plain and means_secret(name)) != value)


def has_stars(value: Any) -> bool:
    """Tells whether a value stands for a secret that is not shown."""
    match value:
        case str():
            return value == STARS or (STARS in value and STARS in masked(value.replace(STARS, "probe")))
        case dict():
            return any(map(has_stars, value.values()))
        case list() | tuple():
            return any(map(has_stars, value))
        case _:
            return False


def has_reference(value: Any) -> bool:
    """Tells whether a JSON value names a secret, ``{{name.key}}``, at any depth."""
    match value:
        case dict():
            return any(map(has_reference, value.values()))
        case list() | tuple():
            return any(map(has_reference, value))
        case _:
            return is_secret_reference(value)


def without_passwords(text: str, *, whole: bool = False) -> str:
    """Returns the text with ``***`` for the secrets that can be recognized by the text around them.

    Args:
        text: The text.
        whole: Whether it is a value or a word of a command line, and not prose: a blank or a quotation mark in a
            password does not end it then.
    """
    return Starring(whole=whole).text(text)


def without_secrets(text: str, plaintexts: Iterable[str]) -> str:
    """Returns prose without secrets.

    Args:
        text: What somebody wrote, or an error says.
        plaintexts: Values that are known for secrets; others are recognized by the text around them.
    """
    import re  # here: most commands show no prose

    # longest first: a secret may be the beginning of another one
    for secret in sorted(filter(None, plaintexts), key=len, reverse=True):
        pattern = re.escape(secret)
        text = re.sub(pattern if len(secret) >= _SHORT else rf"(?<!\w){pattern}(?!\w)", STARS, text)
    return without_passwords(text)
