"""YAML of the plainest kind: what our own files are made of, written and recognised without a parser.

Importing PyYAML takes longer than bare Python takes to start, and its emitter was 70 % of the time of a
change in a profile of 150 stacks (decision 6). Whatever is not plain is left to PyYAML.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
"""What YAML 1.1 or 1.2 takes for something else than text."""


def is_word(text: str) -> bool:
    """Tells whether a text means itself in YAML without quotes: ASCII letters, digits, ``-`` and ``_``."""
    letters = text.replace("-", "").replace("_", "")
    return text.isascii() and letters.isalnum() and text[0].isalpha() and text.lower() not in _WORDS


def dump(value: dict[str, Any]) -> str:
    """Returns a mapping of JSON values as YAML 1.2 in block style, keys in their order."""
    return "".join(f"{line}\n" for line in _lines(value, ""))


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner and isinstance(inner, (dict, list)):
                yield f"{indent}{_scalar(key)}:"
                yield from _lines(inner, indent + "  ")
            else:
                yield f"{indent}{_scalar(key)}: {_scalar(inner)}"
    else:
        for inner in value:
            if inner and isinstance(inner, (dict, list)):
                first, *rest = _lines(inner, indent + "  ")
                yield f"{indent}- {first.removeprefix(indent + '  ')}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(inner)}"


def _scalar(value: Any) -> str:
    """Returns a value in one line; JSON is YAML as long as every character may stand in a YAML file."""
    if isinstance(value, str) and is_word(value):
        return value
    import json

    if value is None or isinstance(value, (str, bool, int)) or value in ({}, []):
        text = json.dumps(value, ensure_ascii=False)
        if text.isprintable():
            return text
    import yaml

    style = '"' if isinstance(value, str) else None
    return str(yaml.safe_dump(value, default_style=style, width=1 << 20)).split("\n")[0]
