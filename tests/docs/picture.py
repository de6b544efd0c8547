"""The picture in the README: a terminal in which really happened what it shows.

``python -m tests.docs`` takes it anew; `test_picture.py` compares what can be read in it with a new run.
"""

from __future__ import annotations

import html
import io
import os
import pwd
import re
import tempfile
from collections import Counter
from pathlib import Path

import pexpect
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.docs.terminals import ROOT
from tests.support.program import ZENML, Home

FILE = ROOT / "docs" / "history.svg"
COLUMNS, LINES = 100, 40
BEFORE = (
    "zenml profile create team",
    "zenml profile set team",
    "zenml artifact-store register data --flavor=local --path=shared/data",
    "zenml stack register prod -a data -o default -m default --set",
    "zenml artifact-store update data --path=scratch --reason 'the disk is full'",
)
SHOWN = ("zenml history", "zenml undo --dry-run", "zenml undo", "zenml history --limit 2")


def taken() -> list[tuple[str, str]]:
    """Returns what is typed and what a terminal then shows, with its colours as ANSI codes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder).resolve())
        variables = home.variables(
            {"TERM": "xterm-256color", "COLORTERM": "truecolor", "ZENML_PAGER": "", "ZENML_SESSION": "docs"}
        )
        variables.pop("COLUMNS")
        variables["PATH"] = f"{ZENML.parent}{os.pathsep}{variables['PATH']}"
        return [(line, _typed(line, home, variables)) for line in (*BEFORE, *SHOWN)][len(BEFORE) :]


def _typed(line: str, home: Home, variables: dict[str, str]) -> str:
    quiet = {**variables, "ZENML_ENABLE_REPO_INIT_WARNINGS": "false"}
    terminal: pexpect.spawn[str] = pexpect.spawn(
        "bash", ["-c", line], env=quiet, cwd=str(home.work), encoding="utf-8", dimensions=(LINES, COLUMNS)
    )
    said = str(terminal.read()).replace("\r\n", "\n")
    terminal.close()
    assert terminal.exitstatus == 0, said
    said = re.sub(r"^Running with active profile: .*\n", "", said).replace(str(home.work), "/home/ann")
    user = pwd.getpwuid(os.getuid()).pw_name
    said = said.replace(f"ACTOR: {user}", "ACTOR: ann")  # where it is said once, under the table
    # in a table cells keep their width; a code of a colour ends in m
    return re.sub(rf"(?<=[ m]){re.escape(user)}(?=(\x1b\[[\d;]*m| )*│)", "ann".ljust(len(user)), said)


def drawn(session: list[tuple[str, str]]) -> str:
    """Returns a session as an SVG."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for number, (line, said) in enumerate(session):
        console.print(Text(f"{'' if number == 0 else chr(10)}$ {line}", style="bold"))
        console.print(Text.from_ansi(said.rstrip()))
    # no font is fetched from anywhere: what the reader's browser calls monospace will do
    template = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="history and undo", code_format=template, unique_id="zenml")


def read(svg: str) -> list[str]:
    """Returns the lines of text in a picture."""
    lines: dict[float, str] = {}
    for y, text in re.findall(r'<text class="[^"]*" [^>]*?y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        lines[float(y)] = lines.get(float(y), "") + html.unescape(text).replace("\xa0", " ")
    return [" ".join(line.split()) for _, line in sorted(lines.items())]


_VARYING = re.compile(r"\b(?:an?|\d+) (?:moment|seconds?|minutes?)\b|\b[k-z]{4}\b|[━─│┃┏┓┗┛┠┨┯┷┼]")


def words(svg: str) -> Counter[str]:
    """Returns the words in a picture; how wide a column is, and so where a line breaks, varies with the ages."""
    return Counter(word for line in read(svg) for word in _VARYING.sub(" ", line).split())


def write() -> None:
    """Takes the picture anew, unless it would say the same."""
    svg = drawn(taken())
    if not FILE.exists() or words(FILE.read_text()) != words(svg):
        FILE.write_text(svg)
