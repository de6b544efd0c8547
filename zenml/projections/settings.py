"""What may be shown of a setting that a view holds. Imports nothing before it is asked."""

from __future__ import annotations

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
    import json

    setting = json.loads(text)
    if "key_id" in setting:
        setting = setting["masked"]
        if setting is None:
            from zenml.domain.secrecy import STARS

            return STARS
    return json.loads(setting["v"]) if "v" in setting else None
