"""What the formats that have a JSON document in each line have in common."""

from __future__ import annotations

import json
from typing import Any

_encoded = json.JSONEncoder(separators=(",", ":")).encode


def line(document: dict[str, Any]) -> str:
    """Returns a document as one line of ASCII: no character of a name can drive a terminal that shows it."""
    return f"{_encoded(document)}\n"
