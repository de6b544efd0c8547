"""Compares what the program does with what is pinned in a JSON file beside this one.

To write the files after a change of behaviour that is wanted, and then to review their differences:

    REFRESH_PINS=1 .venv/bin/python -m pytest tests/pins

``calls.json`` is not among them: nothing in it may ever change.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

REFRESH = "REFRESH_PINS"


def check(name: str, found: dict[str, Any], *, depth: int = 2) -> None:
    """Checks that a file says what was found; writes it instead if the environment asks for that.

    Args:
        name: The file, without its ending.
        found: Anything that JSON has.
        depth: How many levels of it are spread over lines; what is deeper has one line.
    """
    file = Path(__file__).with_name(f"{name}.json")
    if REFRESH in os.environ:
        file.write_text(_text(found, depth) + "\n", encoding="utf-8")
    pinned = pinned_in(name)
    found = json.loads(json.dumps(found))
    refresh = "if that is wanted, REFRESH_PINS=1 writes it anew: see tests/pins/pinned.py"
    assert sorted(found) == sorted(pinned), f"what is pinned is missing, or what is there is not pinned; {refresh}"
    assert found == pinned, refresh
    assert list(found) == list(pinned), refresh


def pinned_in(name: str) -> dict[str, Any]:
    """Returns what a file says."""
    pinned: dict[str, Any] = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    return pinned


def _text(value: Any, depth: int, indent: str = "\n") -> str:
    if not depth or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent} "
    if isinstance(value, list):
        lines = [_text(item, depth - 1, inner) for item in value]
    else:
        lines = [f"{json.dumps(key)}: {_text(item, depth - 1, inner)}" for key, item in value.items()]
    begin, end = "[]" if isinstance(value, list) else "{}"
    return f"{begin}{inner}{f',{inner}'.join(lines)}{indent}{end}"
