"""The letters of changes: commands show as few as are unambiguous, which is more now and then."""

from __future__ import annotations

import json
import re

from tests.support.program import Home


def every(home: Home) -> list[str]:
    """Returns the letters of each change in full, newest first."""
    return [
        change["letters"] for change in json.loads(home.done("history", "--all", "-o", "json").stdout)["changes"]
    ]


def newest(home: Home) -> str:
    """Returns the letters of the newest change in full."""
    return str(json.loads(home.done("history", "-n", "1", "-o", "json").stdout)["changes"][0]["letters"])


def in_full(text: str, *changes: str) -> str:
    """Returns what was said with the letters of these changes in full."""

    def full(match: re.Match[str]) -> str:
        return next((letters for letters in changes if letters.startswith(match[0])), match[0])

    return re.sub(r"\b[k-z]{4,}\b", full, text)
