"""What may be shown of a setting that a view holds. Knows `json` alone, for commands that read."""

from __future__ import annotations

import json

from zenml.domain.secrecy import STARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def shown(text: str) -> Any:
    """Returns the value of a setting, given as the JSON text of what an event says of it.

    Secrets come back as stars, or as what stands in for them (a URL without its password); a value
    that was blanked as None.
    """
    setting = json.loads(text)
    if "key_id" in setting:
        setting = setting["masked"]
        if setting is None:
            return STARS
    return json.loads(setting["v"]) if "v" in setting else None


def is_secret(text: str) -> bool:
    """Tells whether a setting is stored encrypted."""
    return "key_id" in json.loads(text)
