"""Answers for programs: JSON, YAML, and names alone. docs/output.md says what is in them."""

from __future__ import annotations

import sys

from zenml.cli.screen.streams import knows_all
from zenml.domain.plain_json import dump_indented
from zenml.domain.visible import all_seen, is_seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
"""Of the shapes. Raised when a key goes or means something else; a new key may come at any time."""

TABLE = "table"
"""The output for people."""

WIDE = "wide"
"""The same, and tables keep all columns, however narrow the terminal is."""

NAME = "name"
"""The output for scripts: one name a line. Only commands that answer with things that have names know it."""

FORMATS = (TABLE, WIDE, "json", "yaml", NAME)
"""The forms in which a command can answer; `zenml history` has ``jsonl`` too."""


def chosen(output: str) -> str:
    """Returns the form in which to answer, for what was typed: a wide table is a table that is not fitted."""
    if output != WIDE:
        return output
    from zenml.cli.screen.showing import keep_whole

    keep_whole()
    return TABLE


def emit(answer: dict[str, Any], output: str) -> None:
    """Prints an answer as JSON or YAML, the version of its shape first; or only the names in it."""
    if output == NAME:
        print("".join(f"{name}\n" for name in _names(answer)), end="")
        return
    emit_value({"version": VERSION, **answer}, output)


def emit_value(document: Any, output: str) -> None:
    """Prints a document whose shape is somebody else's as JSON or YAML."""
    if output == "yaml":
        import yaml

        # the fast writer is there wherever PyYAML was installed as usual
        fastest: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        # what an answer has twice is written twice: no reader has to know of anchors
        dumper = type("Dumper", (fastest,), {"ignore_aliases": lambda self, data: True})
        widest = 2**31 - 1  # that libyaml takes: no line is folded
        yaml.dump(document, sys.stdout, dumper, sort_keys=False, allow_unicode=knows_all(sys.stdout), width=widest)
        return
    print(_escape(dump_indented(document, ascii=not knows_all(sys.stdout))))


def _names(answer: dict[str, Any]) -> list[str]:
    """Returns what to type to name each of the things that an answer is about, which is its last key."""
    from zenml.domain.component_types import reference
    from zenml.domain.typed_names import NAMED

    *_, (key, subject) = answer.items()
    things = subject if isinstance(subject, list) else [subject] if subject else []
    names = [next(thing[key] for key in ("run", "name", "label", "change") if key in thing) for thing in things]
    if (kind := key.removesuffix("s")) in NAMED:
        return [reference(kind, name) for name in names]
    return [
        reference(thing["type"], name) if "flavor" in thing else name
        for thing, name in zip(things, names, strict=True)
    ]


def emit_line(answer: dict[str, Any]) -> None:
    """Prints an answer as one line of JSON."""
    import json

    print(_escape(json.dumps({"version": VERSION, **answer}, ensure_ascii=not knows_all(sys.stdout))))


def _escape(text: str) -> str:
    """Returns JSON text with escapes for what is not seen: no terminal is driven, and no value is changed."""
    if all_seen(text.replace("\n", "")):
        return text
    import json

    return "".join(
        char if char == "\n" or is_seen(text, index) else json.dumps(char)[1:-1].replace("\x7f", "\\u007f")
        for index, char in enumerate(text)
    )
