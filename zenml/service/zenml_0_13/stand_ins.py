"""What is shown in the place of a secret to those who may not read it: ``***:<id of its data key>``.

Clients send back whole what they were shown. Stars alone would take the place of the password then; a stand-in
says which secret is meant. It means that one only where the secret was: anywhere else it would give it away.
"""

from __future__ import annotations

import json
from typing import Any

from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import STARS, has_stars


def stand_in(setting: str) -> Any:
    """Returns what stands for a secret.

    Args:
        setting: The secret, as a view holds it; of a value with secrets in it the rest is shown.
    """
    secret = json.loads(setting)
    text = f"{STARS}:{secret['key_id']}"
    masked = secret["masked"]
    return text if masked is None or "v" not in masked else _with(text, json.loads(masked["v"]))


def _with(text: str, shown: Any) -> Any:
    match shown:
        case str():
            return shown.replace(STARS, text)
        case dict():
            return {key: _with(text, inner) for key, inner in shown.items()}
        case list():
            return [_with(text, inner) for inner in shown]
        case _:
            return shown


def stands_for(value: Any, setting: str | None) -> bool:
    """Tells whether a value that was sent stands for a secret, given as a view holds it."""
    return setting is not None and "key_id" in json.loads(setting) and value == stand_in(setting)


def has_stand_in(value: Any) -> bool:
    """Tells whether a value that was sent is not one, but stands for one, or for a part of it."""
    match value:
        case str():
            return f"{STARS}:" in value or has_stars(value)
        case dict():
            return any(map(has_stand_in, value.values()))
        case list():
            return any(map(has_stand_in, value))
        case _:
            return False


def not_meant(name: str, parameter: str) -> InvalidValueError:
    """Returns the error that stars which were sent stand for no secret that may be meant there."""
    return InvalidValueError(f"The stars in '{parameter}' of '{name}' are not its secret: give the value.")
