"""Reads a session's data file: which commands ran where, and everything they answered."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from posixpath import join, normpath

HERE = Path(__file__).parent
PRELUDE = "# prelude: "
# `$ zenml …`, `/tmp/zenml$ zenml …`, `stefan@aspyre2:/tmp$ zenml …`
PROMPT = re.compile(r"^(?:\w+@\w+:)?(?P<folder>/\S*)?\$ (?P<command>.+)$")
UNNAMED = "/tmp"  # where the bare prompt `$` stands: any folder outside a repository


@dataclass(frozen=True)
class Step:
    """One command of a session.

    Attributes:
        folder: Where it ran, as the seed names it.
        command: The line that was typed.
        answer: What the seed shows below it, without the blank line before the next prompt.
    """

    folder: str
    command: str
    answer: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The command line after the program's name."""
        program, *words = shlex.split(self.command)
        assert program == "zenml", self.command
        return tuple(words)

    @property
    def changes_folder(self) -> bool:
        return self.command.startswith("cd ")


@dataclass(frozen=True)
class Session:
    """One terminal session of the seeds.

    Attributes:
        name: The name of its data file.
        prelude: Commands that bring a new machine to where the session begins; not compared.
        steps: The session itself.
    """

    name: str
    prelude: tuple[Step, ...]
    steps: tuple[Step, ...]


def parse(name: str, text: str) -> Session:
    """Returns the session written in `text`.

    Raises:
        ValueError: If a line before the first prompt is neither a comment nor blank, or if a `cd` does not
            lead to where the next prompt stands.
    """
    prelude: list[Step] = []
    steps: list[Step] = []
    for line in text.splitlines():
        if prompt := PROMPT.match(line):
            steps.append(Step(prompt["folder"] or UNNAMED, prompt["command"], ()))
        elif steps:
            last = steps[-1]
            steps[-1] = Step(last.folder, last.command, (*last.answer, line))
        elif line.startswith(PRELUDE):
            prelude.append(Step(UNNAMED, line.removeprefix(PRELUDE), ()))
        elif line and not line.startswith("# "):
            raise ValueError(f"{name}: {line!r} stands before the first prompt")
    for step, following in pairwise(steps):
        target = normpath(join(step.folder, step.command.removeprefix("cd ")))
        if step.changes_folder and target != following.folder:
            raise ValueError(f"{name}: {step.command!r} does not lead to {following.folder}")
    return Session(name, tuple(prelude), tuple(_without_blank_end(step) for step in steps))


def sessions() -> list[Session]:
    """Returns every session beside this file, in order of their names."""
    files = sorted(HERE.glob("*.txt"))
    return [parse(file.stem, file.read_text(encoding="utf-8")) for file in files]


def _without_blank_end(step: Step) -> Step:
    answer = list(step.answer)
    while answer and not answer[-1]:
        answer.pop()
    return Step(step.folder, step.command, tuple(answer))
