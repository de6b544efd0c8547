"""JSON as `json` reads and writes it, without importing that: it brings `re` and `enum`, for a third of a read.

What reads and quotes texts in C is the same. Whatever is not plain is left to `json`.
"""

from __future__ import annotations

from _json import encode_basestring, encode_basestring_ascii, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class _Decoding:
    """How values are read: as `json.loads` does."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.__getitem__


def _no_number(text: str) -> Any:
    raise ValueError(f"JSON has no {text}")


class _StrictDecoding(_Decoding):
    """The same, but NaN and Infinity are errors."""

    parse_constant = staticmethod(_no_number)


_scan: Callable[[str, int], tuple[Any, int]] = make_scanner(_Decoding)  # type: ignore[arg-type]
_scan_strictly: Callable[[str, int], tuple[Any, int]] = make_scanner(_StrictDecoding)  # type: ignore[arg-type]


def load(text: str) -> Any:
    """Returns the value of a JSON text. Raises what `json.loads` does."""
    try:
        value, end = _scan(text, 0)
        if end == len(text):
            return value
    except (StopIteration, TypeError):
        pass
    import json

    return json.loads(text)


def load_strictly(text: str) -> Any:
    """Returns the same; raises `ValueError` also for ``NaN`` and ``Infinity``, which are not JSON."""
    try:
        value, end = _scan_strictly(text, 0)
        if end == len(text):
            return value
    except (StopIteration, TypeError):
        pass
    import json

    return json.loads(text, parse_constant=_no_number)


def dump(value: Any) -> str:
    """Returns a value as JSON for programs, without blanks; keys are texts.

    Args:
        value: What JSON has: texts, numbers, booleans, None, lists and dictionaries.
    """
    return _text(value, "", "", ":", encode_basestring)


def dump_indented(value: Any, *, ascii: bool = False) -> str:
    """Returns a value as JSON that people can read, a step of two blanks for what is in it; keys are texts.

    Args:
        value: As for `dump`.
        ascii: Escape all other letters.
    """
    return _text(value, "\n", "  ", ": ", encode_basestring_ascii if ascii else encode_basestring)


def _text(value: Any, line: str, step: str, colon: str, quoted: Callable[[str], str]) -> str:
    """Returns a value whose further lines begin with ``line``, and those of what is in it a step further."""
    if isinstance(value, str):
        return quoted(value)
    within = line + step
    if isinstance(value, dict):
        items = [
            f"{quoted(key)}{colon}{_text(inner, within, step, colon, quoted)}" for key, inner in value.items()
        ]
        return f"{{{within}{f',{within}'.join(items)}{line}}}" if items else "{}"
    if isinstance(value, (list, tuple)):
        items = [_text(inner, within, step, colon, quoted) for inner in value]
        return f"[{within}{f',{within}'.join(items)}{line}]" if items else "[]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    import json

    return json.dumps(value)
