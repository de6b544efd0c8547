"""YAML of the plainest kind: what our own files are made of, written and recognised without a parser.

Importing PyYAML takes longer than bare Python takes to start, and its emitter was 70 % of the time of a
change in a profile of 150 stacks (decision 6). Whatever is not plain is left to PyYAML.
"""

from __future__ import annotations

from _json import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
"""What YAML 1.1 or 1.2 takes for something else than text."""


def is_word(text: str) -> bool:
    """Tells whether a text means itself in YAML without quotes: ASCII letters, digits, ``-`` and ``_``."""
    letters = text.replace("-", "").replace("_", "")
    return text.isascii() and letters.isalnum() and text[0].isalpha() and text.lower() not in _WORDS


class _Texts(dict[str, str]):
    """How texts are written: most of a profile's are written many times."""

    def __missing__(self, text: str) -> str:
        self[text] = written = text if is_word(text) else _quoted(text)
        return written


def dump(value: dict[str, Any]) -> str:
    """Returns a mapping of JSON values as YAML 1.2 in block style, keys in their order."""
    lines: list[str] = []
    _block(value, "", lines, _Texts())
    return "".join(lines)


def _block(value: dict[str, Any] | list[Any], indent: str, lines: list[str], texts: _Texts) -> None:
    """Adds the lines of what is in a mapping or a list."""
    inside = indent + "  "
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):
                lines.append(f"{indent}{texts[key]}: {texts[inner]}\n")
            elif inner and isinstance(inner, (dict, list)):
                lines.append(f"{indent}{texts[key]}:\n")
                _block(inner, inside, lines, texts)
            else:
                lines.append(f"{indent}{texts[key]}: {_scalar(inner)}\n")
        return
    for inner in value:
        if inner and isinstance(inner, (dict, list)):
            first = len(lines)
            _block(inner, inside, lines, texts)
            lines[first] = f"{indent}- {lines[first][len(inside) :]}"
        else:
            lines.append(f"{indent}- {texts[inner] if isinstance(inner, str) else _scalar(inner)}\n")


def _quoted(text: str) -> str:
    """Returns a text in one line; JSON is YAML as long as every character may stand in a YAML file."""
    written = encode_basestring(text)
    return written if written.isprintable() else _left_to_yaml(text)


def _scalar(value: Any) -> str:
    """Returns a value that is no text in one line."""
    if value is None or isinstance(value, (bool, int)) or value in ({}, []):
        import json

        return json.dumps(value)
    return _left_to_yaml(value)


def _left_to_yaml(value: Any) -> str:
    import yaml

    style = '"' if isinstance(value, str) else None
    return str(yaml.safe_dump(value, default_style=style, width=1 << 20)).split("\n")[0]
