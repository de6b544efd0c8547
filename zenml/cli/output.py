"""Answers for programs: JSON and YAML. docs/output.md says what is in them."""

from __future__ import annotations

import sys

from zenml.cli.streams import knows_all
from zenml.domain.visible import all_seen, is_seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
"""Of the shapes. Raised when a key goes or means something else; a new key may come at any time."""

TABLE = "table"
"""The output for people."""

FORMATS = (TABLE, "json", "yaml")
"""In which forms a command can answer."""


def emit(answer: dict[str, Any], output: str) -> None:
    """Prints an answer as JSON or YAML, the version of its shape first."""
    emit_value({"version": VERSION, **answer}, output)


def emit_value(document: Any, output: str) -> None:
    """Prints a document whose shape is somebody else's as JSON or YAML."""
    if output == "yaml":
        import yaml

        # the fast writer is there wherever PyYAML was installed as usual
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        widest = 2**31 - 1  # that libyaml takes: no line is folded
        yaml.dump(document, sys.stdout, dumper, sort_keys=False, allow_unicode=knows_all(sys.stdout), width=widest)
        return
    import json

    print(_escaped(json.dumps(document, ensure_ascii=not knows_all(sys.stdout), indent=2)))


def emit_line(answer: dict[str, Any]) -> None:
    """Prints an answer as one line of JSON."""
    import json

    print(_escaped(json.dumps({"version": VERSION, **answer}, ensure_ascii=not knows_all(sys.stdout))))


def _escaped(text: str) -> str:
    """Returns JSON text with escapes for what is not seen: no terminal is driven, and no value is changed."""
    if all_seen(text.replace("\n", "")):
        return text
    import json

    return "".join(
        char if char == "\n" or is_seen(text, index) else json.dumps(char)[1:-1].replace("\x7f", "\\u007f")
        for index, char in enumerate(text)
    )
