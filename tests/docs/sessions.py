"""The terminal sessions in README.md and the documents: read, run, compared whole, written anew.

What a block is, its language says:

- `console` is a session with the installed program: a line that begins with `$ ` is typed, the lines up to the
  next one are what it answers, standard error included. All blocks of a page are one terminal, on one machine,
  unless a comment directs otherwise (`tests/docs/scenes.py`).
- `python` is a script. It is run where it stands, and must succeed.
- `python title="a/file.py"` is a file to be added to the source, or one that is there, shown word for word.
  `diff title="a/file.py"` is an edit of one that is there: lines that stay, go and come, a line `@@` between one
  place and the next. They are carried out in a copy of the source, and the sessions of such a page are run with
  that copy, in its folder.
- `yaml title="a/file.yaml"` is a file that is written where the sessions run.
- `text`, `json`, `yaml`, `toml`, `sql` and `mermaid` are only shown. `shell` is allowed in one place: the section
  "Install and test" of README.md, whose lines CI runs. No other language is allowed, and no block without one.

They are run on a terminal of 80 columns. What differs from run to run (ids of changes, hashes) is bound where it
is first seen and must be the same from there on; times, ages, sizes of files, numbers of passed tests, and the
Python and the platform that a run had may be any.

To write the answers of all pages again, or of one:

    python -m tests.docs
    python -m tests.docs.sessions docs/history-and-undo.md

In a line that is new, ``<1>`` stands for the newest change then, ``<2>`` for the one before it,
and so on, and ``<-1>`` for the first of all.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.docs.scenes import DIRECTION, Scene
from tests.docs.terminals import ROOT, Terminal

RUN = ("console", "python", "diff")
SHOWN = ("text", "json", "yaml", "toml", "sql", "mermaid")

FENCE = re.compile(r"^(?P<indent> *)(?:```|~~~)(?P<info>.*)\n(?P<body>(?:.*\n)*?) *(?:```|~~~)$", re.MULTILINE)
_BLOCK = re.compile(
    rf'^```(?P<kind>{"|".join(RUN)}|yaml(?= title))(?: title="(?P<title>.+?)")?\n(?P<body>(?:.*\n)*?)```$'
    rf"|^<!-- (?P<direction>{DIRECTION}) -->$",
    re.MULTILINE,
)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:?\d\d:?\d\d(\.\d{6}Z)?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? [A-Z]+"
)
_SIZE = re.compile(r"\d+(\.\d)? [kKM]?B\b")
_PASSED = re.compile(r"\d+ passed in .*")
_VARIABLE = re.compile(
    r"(?P<hash>\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b)"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?P<key>\b[0-9a-f]{8}\b)|(?P<change>(?<![\w/])[k-z]{4,18}(?!\w))"
    r"|(?P<packed>(?<=[\s+:])[A-Za-z0-9+/]{43,}={0,2})"
)
_NAMED = re.compile(r"\bzenml (?:undo|redo|show) (?!kkkk\b)([k-z]{4,18})\b")
"""A change that is named in a line; ``kkkk`` stands for one that does not exist."""

_SOFTWARE = re.compile(r"Python \d+\.\d+\.\w+, \w+ \w+")
_AGE = re.compile(r"\b(?:an?|\d+(?:\.\d)?) (?:moment|second|minute)s?\b")
_ANY = {_TIME: "TIME", _AGE: "AGE", _PASSED: "PASSED", _SIZE: "SIZE", _SOFTWARE: "SOFTWARE"}
"""What may be anything, in the order in which it is told from the rest."""

_BORDERS = re.compile(r"[━─│┃┏┓┗┛┠┨┯┷┼]+")
_RUNS = re.compile(r"[━─]+| +")

MARKDOWN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [path for path in MARKDOWN if _BLOCK.search(path.read_text(encoding="utf-8"))]


class Block(NamedTuple):
    """Something in a page that is carried out: of a kind in `RUN`, or a ``direction``."""

    kind: str
    title: str | None
    text: str


@dataclass
class Bound:
    """What stands in a page for what a run shows, as far as it was seen."""

    names: dict[str, str] = field(default_factory=dict)

    def typed(self, line: str) -> str:
        """Returns a line of the page with the ids of this run."""
        return re.sub(r"(?<!\w)[k-z]{4,18}(?!\w)", lambda found: self.names.get(found[0], found[0]), line)

    def unbound(self, line: str) -> list[str]:
        """Returns the changes that a line names and no answer before it has shown."""
        return [name for name in _NAMED.findall(line) if name not in self.names]

    def back(self, text: str) -> str:
        """Returns a text of this run with the ids of the page, as far as it had them."""
        shown = {run: page for page, run in self.names.items()}
        return _VARIABLE.sub(lambda found: shown.get(found[0], found[0]), text)

    def compared(self, page: str, run: str) -> tuple[str, str]:
        """Returns both in one form; what is new is bound on the way."""
        # in YAML an id stands in quotes where its digits would make a number
        page, run = (
            re.sub(r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"(?=\n)', r"\1", it) for it in (page, run)
        )
        return _alike(self._plain(page, page, run)), _alike(_RUNS.sub(" ", run))

    def _plain(self, text: str, page: str, run: str) -> str:
        shown, seen = _VARIABLE.finditer(page), list(_VARIABLE.finditer(run))
        for one, other in zip(shown, seen, strict=False):
            if one.lastgroup == other.lastgroup:
                self.names.setdefault(one[0], other[0])
        return _RUNS.sub(" ", _VARIABLE.sub(lambda found: self.names.get(found[0], found[0]), text))


def _alike(text: str) -> str:
    for pattern, name in _ANY.items():
        text = pattern.sub(name, text)
    if "┃" not in text:
        return text
    # how wide the ages are decides where a cell is continued, and what is said once for all rows: the words count
    words = _BORDERS.sub(" ", text.replace("In every row: ", "")).split()
    return " ".join(sorted({word.rstrip(":") for word in words}))


def blocks(page: str) -> list[Block]:
    """Returns what is carried out, in order."""
    return [_block(found) for found in _BLOCK.finditer(page)]


def _block(found: re.Match[str]) -> Block:
    if found["direction"]:
        return Block("direction", None, found["direction"])
    return Block(found["kind"], found["title"], found["body"])


def changes_the_source(page: str) -> bool:
    """Tells whether a page shows how the source is changed."""
    return any(block.title and block.kind != "yaml" for block in blocks(page))


def steps(block: str) -> list[tuple[str, str]]:
    """Returns what is typed in a block and what is answered."""
    found = re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    return [(typed, answer) for typed, answer in found]


def write(path: Path) -> None:
    """Writes the answers of a page, all of one run so that times agree; nothing if they are still the same."""
    page, bound, is_same = path.read_text(encoding="utf-8"), Bound(), True
    with Scene(changes_the_source(page)) as scene:

        def answered(found: re.Match[str]) -> str:
            nonlocal is_same
            block = _block(found)
            if block.kind != "console":
                carry_out(block, scene)
                return found[0]
            lines = []
            for typed, answer in steps(block.text):
                assert not bound.unbound(typed), f"{path.name}: {typed}: write <1> for the newest change"
                line = re.sub(r"<(-?\d+)>", lambda nth: _newest(scene.terminal, int(nth[1])), bound.typed(typed))
                said = scene.terminal.type(line)
                before, now = bound.compared(answer, said)
                is_same = is_same and before == now and line == bound.typed(typed)
                lines.append(bound.back(f"$ {line}\n{said}"))
            return "```console\n" + "".join(lines) + "```"

        fresh = _BLOCK.sub(answered, page)
        if not is_same:
            path.write_text(fresh, encoding="utf-8")


def carry_out(block: Block, scene: Scene) -> None:
    """Carries out what is no session."""
    if block.kind == "direction":
        scene.direct(block.text)
    else:
        scene.terminal.carry_out(block.title, block.kind, block.text)


def _newest(terminal: Terminal, nth: int) -> str:
    """Returns the name of a change, counted from the newest on: ``<1>`` in a page without its answers yet."""
    return str(
        json.loads(terminal.type("zenml history --all -o json 2>/dev/null"))["changes"][
            nth - 1 if nth > 0 else nth
        ]["change"]
    )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        write(Path(name))
