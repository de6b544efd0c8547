"""The terminal sessions in README.md and the documents: read, run, compared whole, written anew.

What a block is, its language says:

- `console` is a session with the installed program: a line that begins with `$ ` is typed, the lines up to the
  next one are what it answers, standard error included. All blocks of a page are one terminal, on one machine;
  `<!-- another machine -->` begins a new one.
- `python` is a script. It is run where it stands, and must succeed.
- `python title="a/file.py"` is a file to be added to the source, or one that is there, shown word for word.
  `diff title="a/file.py"` is an edit of one that is there: lines that stay, go and come, a line `@@` between one
  place and the next. They are carried out in a copy of the source, and the sessions of such a page are run with
  that copy, in its folder.
- `yaml title="a/file.yaml"` is a file that is written where the sessions run.
- `text`, `json`, `yaml`, `toml`, `sql` and `mermaid` are only shown. `shell` is allowed in one place: the section
  "Install and test" of README.md, whose lines CI runs. No other language is allowed, and no block without one.

They are run on a terminal of 80 columns. What differs from run to run (ids of changes, hashes) is bound where it
is first seen and must be the same from there on; times, ages, sizes of files, numbers of passed tests may be any.

To write the answers of all pages again, or of one:

    python -m tests.docs
    python -m tests.docs.sessions docs/history-and-undo.md

In a line that is new, ``<1>`` stands for the newest change then, ``<2>`` for the one before it,
and so on, and ``<-1>`` for the first of all.
"""

from __future__ import annotations

import json
import os
import pty
import random
import re
import shutil
import string
import subprocess
import sys
import termios
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.support.program import ZENML, Home

ROOT = Path(__file__).parents[2]
RUN = ("console", "python", "diff")
SHOWN = ("text", "json", "yaml", "toml", "sql", "mermaid")

FENCE = re.compile(r"^(?P<indent> *)(?:```|~~~)(?P<info>.*)\n(?P<body>(?:.*\n)*?) *(?:```|~~~)$", re.MULTILINE)
_BLOCK = re.compile(
    rf'^```(?P<kind>{"|".join(RUN)}|yaml(?= title))(?: title="(?P<title>.+?)")?\n(?P<body>(?:.*\n)*?)```$'
    r"|^(?P<another><!-- another machine -->)$",
    re.MULTILINE,
)
_LEFT_OUT = re.compile(r"^Running with active (profile|stack): .*\n", re.MULTILINE)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{6}Z)?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? [A-Z]+"
)
_SIZE = re.compile(r"\d+(\.\d)? [kKM]?B\b")
_PASSED = re.compile(r"\d+ passed in .*")
_VARIABLE = re.compile(
    r"(?P<hash>\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b)"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?P<change>(?<![\w/])[k-z]{4,18}(?!\w))"
)
_NAMED = re.compile(r"\bzenml (?:undo|redo|show) (?!kkkk\b)([k-z]{4,18})\b")
"""A change that is named in a line; ``kkkk`` stands for one that does not exist."""
_CODE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_BROKEN = re.compile(r"Traceback|Internal error|^\d+ failed|\d+ errors? in ", re.MULTILINE)
"""What no page may show: an example that does not work."""

_AGE = re.compile(r"\b(?:an?|\d+) (?:moment|second|minute)s?\b")
_BORDERS = re.compile(r"[━─│┃┏┓┗┛┠┨┯┷┼]+")
COLUMNS, LINES = 80, 1000
_RUNS = re.compile(r"[━─]+| +")

_SHOWN = "/home/ann"
"""What is shown of a machine's home."""

MARKDOWN = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [path for path in MARKDOWN if _BLOCK.search(path.read_text(encoding="utf-8"))]


class Block(NamedTuple):
    """Something in a page that is carried out: of a kind in `RUN`, or ``another`` machine."""

    kind: str
    title: str | None
    text: str


class _Ann(Home):
    """A machine whose home has a path as long as the one that is shown, so that tables cut and wrap it alike."""

    @property
    def home(self) -> Path:
        return self.base


@contextmanager
def machines(page: str) -> Iterator[Callable[[], Terminal]]:
    """Yields what makes the machines of a page; they are removed in the end."""
    bases: list[Path] = []

    def machine() -> Terminal:
        letters = string.ascii_lowercase + string.digits
        while True:
            base = Path("/tmp", "z" + "".join(random.choices(letters, k=len(_SHOWN) - len("/tmp/z"))))
            with suppress(FileExistsError):
                base.mkdir(mode=0o700)
                break
        bases.append(base)
        return Terminal(_Ann(base.resolve()), changes_the_source(page))

    try:
        yield machine
    finally:
        for base in bases:
            shutil.rmtree(base)


@dataclass
class Terminal:
    """A shell on a machine of its own, in which `zenml` is installed, as it is or as a page changes it."""

    home: Home
    changed: bool = False
    folder: Path = field(init=False)
    programs: Path = field(init=False, default=ZENML.parent)

    def __post_init__(self) -> None:
        self.folder = self.home.work
        if self.changed:
            self.programs = _copy_of_the_source(self.home.base / "python", self.folder)

    def type(self, line: str) -> str:
        """Runs a line and returns what it answers; the shell stays where it went."""
        where = self.home.base / "where"
        script = f"{line}\ncode=$?; pwd > {where}; exit $code"
        environment = self.home.variables({"ZENML_ENABLE_REPO_INIT_WARNINGS": "false", "ZENML_SESSION": "docs"})
        environment["PATH"] = f"{self.programs}{os.pathsep}{environment['PATH']}"
        shown = _on_a_screen(["bash", "-c", script], self.folder, environment)
        self.folder = Path(where.read_text().strip())
        said = _LEFT_OUT.sub("", shown)
        said = _instead(said, re.escape(str(self.home.home)), _SHOWN)
        # the last words of "the initialized repository root" are no name, whoever runs this
        said = _instead(said, rf"(?<!repository )\b{re.escape(local_user())}\b", "ann")
        said = re.sub(rf"\b{re.escape(os.uname().nodename)}\b", "laptop", said)
        assert not _BROKEN.search(said), said
        return said

    def carry_out(self, block: Block) -> None:
        """Runs a script, or changes the copy of the source."""
        if block.title is None:
            source = {"PYTHONPATH": str(self.home.work)} if self.changed else {}
            done = self.home.python(block.text, cwd=self.folder, env={"ZENML_SESSION": "docs", **source})
            assert done.exit == 0, done.report()
            return
        path = (self.folder if block.kind == "yaml" else self.home.work) / block.title
        if block.kind != "diff":
            if path.exists():
                assert block.text == path.read_text(encoding="utf-8"), f"{block.title} has changed"
            path.write_text(block.text, encoding="utf-8")
        else:
            path.write_text(edited(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")


def _on_a_screen(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Runs a command on a terminal of 80 columns at which nobody types; returns what it shows, without colours."""
    screen, theirs = pty.openpty()
    with open(screen, "rb", buffering=0) as mine:
        termios.tcsetwinsize(theirs, (LINES, COLUMNS))
        environment = {**environment, "TERM": "xterm-256color", "ZENML_PAGER": "cat"}
        environment.pop("COLUMNS", None)
        running = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = mine.read(65536)
            except OSError:  # the last one to hold the terminal has let go of it (Linux)
                break
            if not piece:
                break
            shown += piece
        running.wait(timeout=120)
    return _CODE.sub("", shown.decode().replace("\r\n", "\n"))


def local_user() -> str:
    """Returns the name that is shown as ``ann``."""
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


def _instead(said: str, pattern: str, shown: str) -> str:
    """Returns an answer with something in place of what is found; cells of tables keep their width."""

    def replaced(found: re.Match[str]) -> str:
        cell = found["cell"] or ""
        return shown + cell + " " * (len(found["found"]) - len(shown) if found["cell"] is not None else 0)

    return re.sub(rf"(?P<found>{pattern})(?P<cell>[^\n│┃]*?(?= [│┃]))?", replaced, said)


def _copy_of_the_source(python: Path, folder: Path) -> Path:
    """Copies the source into a folder, and returns that of the programs of a Python that uses this copy."""
    for name in ("zenml", "tests", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "README.md", folder)
    venv.create(python, symlinks=True)
    (packages,) = python.glob("lib/python*/site-packages")
    (packages / "source.pth").write_text("\n".join([str(folder), *(it for it in sys.path if "-packages" in it)]))
    program = python / "bin" / "zenml"
    program.write_text(f"#!{python}/bin/python\nfrom zenml.cli.entry import main\nmain()\n")
    program.chmod(0o755)
    return program.parent


def edited(text: str, edit: str) -> str:
    """Returns a text in which what a `diff` block says is done."""
    for place in re.split(r"^@@.*\n", edit, flags=re.MULTILINE):
        lines = [line if line.strip() else " \n" for line in place.splitlines(keepends=True)]
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"stands there {text.count(before)} times:\n{before}"
        text = text.replace(before, after)
    return text


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
    text = _SIZE.sub("SIZE", _PASSED.sub("PASSED", _AGE.sub("AGE", _TIME.sub("TIME", text))))
    if "┃" not in text:
        return text
    # how wide the ages are decides where a cell is continued, and what is said once for all rows: the words count
    words = _BORDERS.sub(" ", text.replace("In every row: ", "")).split()
    return " ".join(sorted({word.rstrip(":") for word in words}))


def blocks(page: str) -> list[Block]:
    """Returns what is carried out, in order."""
    return [_block(found) for found in _BLOCK.finditer(page)]


def _block(found: re.Match[str]) -> Block:
    return Block("another", None, "") if found["another"] else Block(found["kind"], found["title"], found["body"])


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
    with machines(page) as machine:
        terminal = machine()

        def answered(found: re.Match[str]) -> str:
            nonlocal terminal, is_same
            block = _block(found)
            if block.kind == "another":
                terminal = machine()
                return found[0]
            if block.kind != "console":
                terminal.carry_out(block)
                return found[0]
            lines = []
            for typed, answer in steps(block.text):
                assert not bound.unbound(typed), f"{path.name}: {typed}: write <1> for the newest change"
                line = re.sub(r"<(-?\d+)>", lambda nth: _newest(terminal, int(nth[1])), bound.typed(typed))
                said = terminal.type(line)
                before, now = bound.compared(answer, said)
                is_same = is_same and before == now and line == bound.typed(typed)
                lines.append(bound.back(f"$ {line}\n{said}"))
            return "```console\n" + "".join(lines) + "```"

        fresh = _BLOCK.sub(answered, page)
        if not is_same:
            path.write_text(fresh, encoding="utf-8")


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
