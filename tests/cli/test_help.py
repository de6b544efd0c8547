"""The lines that `--help` lists commands with."""

from __future__ import annotations

import re

from tests.docs.reference import commands

LISTED = re.compile(r"^  [a-z-]+ {2,}(?P<text>\S.*)$", re.MULTILINE)


def test_every_line_is_a_whole_sentence() -> None:
    lines: dict[str, str] = {}
    for words, command, text in commands():
        _, named, listed = text.partition("\nCommands:\n")
        if named and words != "zenml":
            lines |= {f"{words}: {it['text']}": it["text"] for it in LISTED.finditer(listed)}
        if words != "zenml":
            first = (command.help or "").partition("\n\n")[0]
            lines[f"{words} --help"] = first
    wrong = [line for line, text in lines.items() if text.endswith("...") or not text.endswith(".")]
    assert not wrong
