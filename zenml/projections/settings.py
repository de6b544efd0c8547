"""What may be shown of a setting that a view holds. Imports little: a reading command needs it."""

from __future__ import annotations

from zenml.domain.plain_json import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REDACTED = "(redacted)"
"""Stands for a value that was blanked, where people see it."""


def display_value(text: str) -> Any:
    """Returns the value of a setting, given as the JSON text of what an event says of it.

    Secrets come back as stars, or as what replaces them (a URL without its password); a value
    that was blanked as None.
    """
    setting = load(text)
    if "key_id" in setting:
        setting = setting["masked"]
        if setting is None:
            from zenml.domain.secrecy import STARS

            return STARS
    return load(setting["v"]) if "v" in setting else None
