"""Writers are killed at any moment: what was acknowledged stays, and nothing is ever there by half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.reliability.states import PARTS, check_whole, query, reasons, stacks
from tests.support.program import ZENML, Home
from tests.support.sizes import KILLS
from tests.support.tables import active

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL and no process group"),
]

SEED = 20240229
SESSION = {"ZENML_SESSION": "one terminal"}  # every process leads a session of its own, to be killed with it


@dataclass
class Model:
    """What must be true, as far as exit codes tell.

    Attributes:
        kept: Stacks that were acknowledged and never taken back.
        undone: Stacks whose undo was acknowledged.
        steps: The reasons of all acknowledged steps.
        chosen: The stacks that may be the repository's choice: a killed command may have chosen or not.
        orchestrators: Those that the stack ``changing`` may have.
    """

    kept: list[str] = field(default_factory=lambda: ["default", "changing"])
    undone: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    chosen: set[str] = field(default_factory=lambda: {"default"})
    orchestrators: set[str] = field(default_factory=lambda: {"default"})


class Writer:
    """Runs one command after the other, and kills each at some moment or lets it finish."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home, self.folder = home, folder
        self.random = Random(SEED)
        self.usual: dict[str, float] = {}
        self.killed = 0

    def step(self, name: str, *words: str, spare: bool = False) -> bool:
        """Runs a command and returns whether it was acknowledged.

        Args:
            name: The reason it records.
            words: The command line.
            spare: Do not kill it.
        """
        verb = " ".join(words[:2])
        if verb not in self.usual or spare:
            return self._finish(self._start(name, words), verb)
        process = self._start(name, words)
        try:
            process.wait(self.random.uniform(0, 1.2 * self.usual[verb]))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.killed += 1
            assert process.returncode in (0, -signal.SIGKILL)
            return process.returncode == 0
        return self._finish(process, None)

    def _start(self, name: str, words: tuple[str, ...]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(ZENML), *words],
            cwd=self.folder,
            env=self.home.variables({**SESSION, "ZENML_REASON": name}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _finish(self, process: subprocess.Popen[str], verb: str | None) -> bool:
        began = time.monotonic()
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output  # no kill before this one makes a command fail
        if verb:
            self.usual[verb] = time.monotonic() - began
        return True


def write(writer: Writer, model: Model) -> None:
    """Registers, undoes, chooses and updates in turn until enough processes were killed."""
    number = 0
    while writer.killed < KILLS or not model.undone:  # few kills may hit every undo
        number += 1
        if writer.step(f"keep {number}", "stack", "register", f"keep-{number}", *PARTS):
            model.steps.append(f"keep {number}")
            model.kept.append(f"keep-{number}")
        if writer.step(f"gone {number}", "stack", "register", f"gone-{number}", *PARTS):
            model.steps.append(f"gone {number}")
            if writer.step(f"undo {number}", "undo"):
                model.steps.append(f"undo {number}")
                model.undone.append(f"gone-{number}")
        choice = writer.random.choice(model.kept)
        model.chosen.add(choice)
        if writer.step(f"set {number}", "stack", "set", choice):
            model.chosen = {choice}
        part = writer.random.choice(["default", "second"])
        model.orchestrators.add(part)
        if writer.step(f"update {number}", "stack", "update", "changing", "-o", part):
            model.orchestrators = {part}


def test_what_was_acknowledged_survives_kills(used: Home) -> None:
    project = used.folder("project")
    used.done("init", cwd=project)
    used.done("orchestrator", "register", "second", "--flavor", "local")
    used.done("stack", "register", "changing", *PARTS)
    writer, model = Writer(used, project), Model()
    write(writer, model)

    answer = used.done("stack", "list", cwd=project)
    listed = {row["STACK NAME"]: row["ORCHESTRATOR"] for row in answer.rows}
    assert set(model.kept) <= listed.keys()
    assert not set(model.undone) & listed.keys()
    assert listed["changing"] in model.orchestrators
    assert active(answer.rows, "STACK NAME")[0] in model.chosen
    recorded = reasons(used)
    assert len(recorded) == len(set(recorded))  # nothing was done twice
    assert [step for step in recorded if step in set(model.steps)] == model.steps
    assert query(used, "SELECT DISTINCT kind FROM changes ORDER BY 1") == [("change",), ("init",), ("undo",)]
    check_whole(used)

    writer.step("the end", "stack", "set", "default", spare=True)
    writer.step("the end", "stack", "register", "afterwards", *PARTS, spare=True)
    assert active(used.done("stack", "list", cwd=project).rows, "STACK NAME") == ["default"]
    assert "afterwards" in stacks(used)
