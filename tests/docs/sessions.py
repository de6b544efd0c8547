"""The terminal sessions in the documents: read, run against the installed program, compared whole, written anew.

A session is a block of the language `console`: a line that begins with `$ ` is typed, the lines up to the next
one are what it answers, standard error included. All blocks of a page are one terminal, on one machine;
`<!-- another machine -->` begins a new one. Blocks of the language `python` are run where they stand, and must
succeed. What differs from run to run (ids of changes, hashes) is bound where it is first seen and must be the
same from there on; times may be any. To write the answers anew:

    python -m tests.docs.sessions docs/history-and-undo.md

In a line that is new, ``<1>`` stands for the newest change then, ``<2>`` for the one before it,
and so on, and ``<-1>`` for the first of all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.program import ZENML, Home

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if re.search(r"^```(console|python)$", page.read_text(), re.MULTILINE)
]
"""Every page with something in it that is run."""

_BLOCK = re.compile(
    r"^```console\n(?P<console>.*?)^```$|^```python\n(?P<python>.*?)^```$|^(?P<another><!-- another machine -->)$",
    re.MULTILINE | re.DOTALL,
)
_LEFT_OUT = re.compile(r"^Running with active (profile|stack): .*\n", re.MULTILINE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{6}Z)?")
_VARIABLE = re.compile(
    r"(?P<hash>[0-9a-f]{64})"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|(?P<change>(?<!\w)[k-z]{4,18}(?!\w))"
)
_RUNS = re.compile(r"[━─]+| +")


@dataclass
class Terminal:
    """A shell in which `zenml` is installed, on a machine of its own."""

    home: Home
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.home.work

    def type(self, line: str) -> str:
        """Runs a line and returns what it answers; the shell stays where it went."""
        where = self.home.base / "where"
        script = f"{line}\ncode=$?; pwd > {where}; exit $code"
        environment = self.home.variables({"ZENML_ENABLE_REPO_INIT_WARNINGS": "false", "ZENML_SESSION": "docs"})
        environment["PATH"] = f"{ZENML.parent}{os.pathsep}{environment['PATH']}"
        finished = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        self.folder = Path(where.read_text().strip())
        said = _LEFT_OUT.sub("", finished.stdout.decode()).replace(str(self.home.base), "/home/ann")
        user, host = re.escape(local_user()), re.escape(os.uname().nodename)
        said = re.sub(rf"(?<=│ ){user}\b", "ann".ljust(len(user)), said)  # in a table cells keep their width
        said = re.sub(rf"\b{host}\b", "laptop", re.sub(rf"\b{user}\b", "ann", said))
        assert "Traceback" not in said, said
        return said

    def run(self, script: str) -> None:
        """Runs a Python script."""
        done = self.home.python(script, cwd=self.folder, env={"ZENML_SESSION": "docs"})
        assert done.exit == 0, done.report()


def local_user() -> str:
    """Returns the name that is shown as ``ann``."""
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


@dataclass
class Bound:
    """What stands in a page for what a run shows, as far as it was seen."""

    names: dict[str, str] = field(default_factory=dict)

    def typed(self, line: str) -> str:
        """Returns a line of the page with the ids of this run."""
        return re.sub(r"(?<!\w)[k-z]{4,18}(?!\w)", lambda found: self.names.get(found[0], found[0]), line)

    def compared(self, page: str, run: str) -> tuple[str, str]:
        """Returns both in one form; what is new is bound on the way."""
        return _TIME.sub("TIME", self._plain(page, page, run)), _TIME.sub("TIME", _RUNS.sub(" ", run))

    def _plain(self, text: str, page: str, run: str) -> str:
        shown, seen = _VARIABLE.finditer(page), list(_VARIABLE.finditer(run))
        for one, other in zip(shown, seen, strict=False):
            if one.lastgroup == other.lastgroup:
                self.names.setdefault(one[0], other[0])
        return _RUNS.sub(" ", _VARIABLE.sub(lambda found: self.names.get(found[0], found[0]), text))


def blocks(page: str) -> list[tuple[str, str]]:
    """Returns the kinds and texts of what is run, in order: `console`, `python`, and `another` machine."""
    return [(str(found.lastgroup), found[str(found.lastgroup)]) for found in _BLOCK.finditer(page)]


def steps(block: str) -> list[tuple[str, str]]:
    """Returns what is typed in a block and what is answered."""
    found = re.findall(r"^\$ (.*(?:\\\n.*)*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    return [(typed, answer) for typed, answer in found]


def write(path: Path) -> None:
    """Writes the answers of a page anew."""
    page, bound = path.read_text(), Bound()
    with tempfile.TemporaryDirectory() as folder:
        machines = iter(range(100))

        def machine() -> Terminal:
            base = Path(folder, str(next(machines))).resolve()
            base.mkdir()
            return Terminal(Home(base))

        terminal = machine()

        def answered(found: re.Match[str]) -> str:
            nonlocal terminal
            if found["another"]:
                terminal = machine()
            if found["console"] is None:
                return found[0]
            lines = []
            for typed, answer in steps(found["console"]):
                line = re.sub(r"<(-?\d+)>", lambda nth: _newest(terminal, int(nth[1])), bound.typed(typed))
                said = terminal.type(line)
                bound.compared(answer, said)
                lines.append(f"$ {line}\n{said}")
            return "```console\n" + "".join(lines) + "```"

        path.write_text(_BLOCK.sub(answered, page))


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
