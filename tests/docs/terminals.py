"""A shell in which the sessions of the documents are typed: what it answers, as a page shows it."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import termios
import venv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.support import forks
from tests.support.program import ZENML, Home
from tests.support.sizes import FULL

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 80, 1000

_LEFT_OUT = re.compile(r"^Running with active (profile|stack): .*\n", re.MULTILINE)
_CODE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_BROKEN = re.compile(r"Traceback|Internal error|^\d+ failed|\d+ errors? in ", re.MULTILINE)
"""What no page may show: an example that does not work."""


class Alias(NamedTuple):
    """What a page calls something that has another name where the page is run, preferably one as long.

    Attributes:
        shown: What it is called in the page.
        real: What it is called in truth.
        is_typed: Whether it is known by that name in lines that are typed, too.
    """

    shown: str
    real: str
    is_typed: bool = True


@dataclass
class Terminal:
    """A shell on a machine of its own, in which `zenml` is installed, as it is or as a page changes it.

    Attributes:
        home: The machine.
        user: Who sits there, as it is shown.
        changed: Whether the page changes the source.
        is_named: Whether programs on the machine are told these names; else they tell those of the developer's.
        aliases: What has another name in the page.
    """

    home: Home
    user: str
    changed: bool = False
    is_named: bool = False
    aliases: Sequence[Alias] = ()
    folder: Path = field(init=False)
    programs: Path = field(init=False, default=ZENML.parent)

    def __post_init__(self) -> None:
        self.folder = self.home.work
        if self.changed:
            self.programs = _copy_of_the_source(self.home.base / "python", self.folder)

    def type(self, line: str) -> str:
        """Runs a line and returns what it answers; the shell stays where it went."""
        for alias in self.aliases:
            line = line.replace(alias.shown, alias.real) if alias.is_typed else line
        where = self.home.base / "where"
        script = f"{line}\ncode=$?; pwd > {where}; exit $code"
        environment = self.home.variables({"ZENML_ENABLE_REPO_INIT_WARNINGS": "false", "ZENML_SESSION": "docs"})
        programs = [self.programs] if FULL or self.changed else [forks.programs(), self.programs]
        environment["PATH"] = os.pathsep.join([*map(str, programs), environment["PATH"]])
        shown = _on_a_screen(["bash", "-c", script], self.folder, environment)
        self.folder = Path(where.read_text().strip())
        said = self._shown(_LEFT_OUT.sub("", shown))
        assert not _BROKEN.search(said), said
        return said

    def _shown(self, said: str) -> str:
        said = _instead(said, re.escape(str(self.home.home)), f"/home/{self.user}")
        for alias in self.aliases:
            said = said.replace(alias.real, alias.shown)
        if self.is_named:
            return said
        # the last words of "the initialized repository root" are no name, whoever runs this
        said = _instead(said, rf"(?<!repository )\b{re.escape(local_user())}\b", self.user)
        return re.sub(rf"\b{re.escape(os.uname().nodename)}\b", "laptop", said)

    def carry_out(self, title: str | None, kind: str, text: str) -> None:
        """Runs a script, or changes the copy of the source."""
        if title is None:
            source = {"PYTHONPATH": str(self.home.work)} if self.changed else {}
            done = self.home.python(text, cwd=self.folder, env={"ZENML_SESSION": "docs", **source})
            assert done.exit == 0, done.report()
            return
        path = (self.folder if kind == "yaml" else self.home.work) / title
        if kind != "diff":
            if path.exists():
                assert text == path.read_text(encoding="utf-8"), f"{title} has changed"
            path.write_text(text, encoding="utf-8")
        else:
            path.write_text(edited(path.read_text(encoding="utf-8"), text), encoding="utf-8")


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
