"""The story that ``zenml quickstart`` tells, and the folder in which it happens."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from zenml import paths
from zenml.domain.errors import CONFLICT, AlreadyExistsError, LedgerError, NotAllowedError


class StoryStep(NamedTuple):
    """A part of the story.

    Attributes:
        text: What is printed before it.
        typed: The command line, without the program's name. ``{change}`` is the change that the
            step with ``named`` made, ``{folder}`` for the folder in which the tour happens.
        ends: The exit code that belongs to the story.
        named: Whether a later step names the change that this one makes.
    """

    text: str
    typed: str
    ends: int = 0
    named: bool = False


STORY = (
    StoryStep(
        "A stack says what pipelines run on. The first command makes one for this machine.",
        "stack list",
    ),
    StoryStep("A profile keeps sets of stacks apart: by team, by customer, by experiment.", "profile create team"),
    StoryStep("From here on, everything you register belongs to this profile.", "profile set team"),
    StoryStep(
        "A stack is made of components. This one says where artifacts go, and why it is here.",
        "artifact-store register data --flavor=local --path={folder}/artifacts --reason='a disk of our own'",
        named=True,
    ),
    StoryStep("And this one says what runs the steps.", "orchestrator register docker --flavor=local_docker"),
    StoryStep(
        "Together they make a stack. --set also makes it the active one.",
        "stack register dev -a data -o docker --set",
    ),
    StoryStep("A short answer to what is active, for a shell's prompt.", "status"),
    StoryStep("Now a mistake: artifacts go to the wrong folder.", "artifact-store update data --path=/wrong"),
    StoryStep("Nothing is overwritten. Every change is recorded, with who, when and why.", "history"),
    StoryStep("You can look at each one: what it changed, and whether it can be undone.", "show"),
    StoryStep(
        "You can also look at any point in the past: this was the state before the mistake.",
        "artifact-store describe data --at {change}",
    ),
    StoryStep("What has changed since then?", "diff {change} --only artifact-store/data"),
    StoryStep("So undo the mistake. The undo is a change too: nothing is forgotten.", "undo"),
    StoryStep(
        "Who gave each field its value? What an undo put back is shown with the change that first set it.",
        "blame artifact-store data",
    ),
    StoryStep(
        "An older change can be undone too, if nothing depends on it. Here something does: the undo is refused, "
        "nothing is changed, and the hint says what would work.",
        "undo {change}",
        ends=CONFLICT,
    ),
    StoryStep("The proof: the whole record is unaltered, in order and complete.", "audit verify"),
    StoryStep(
        "Finally, an export for an auditor: here a report to review and sign. For other programs there are CSV, "
        "OCSF and more.",
        "audit export --all --format html --out {folder}/review.html",
    ),
)


@contextmanager
def stage(keep: str | None) -> Iterator[Path]:
    """Gives the folder in which the tour happens; it is gone afterwards unless it is to be kept.

    Raises:
        AlreadyExistsError: The folder to be kept has something in it.
        NotAllowedError: It cannot be made.
    """
    if keep is None:
        from zenml.documents.throw_away import throw_away_folder

        with throw_away_folder("quickstart") as name:
            yield Path(name)
        return
    folder = Path(paths.from_the_root(keep)).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        used = any(folder.iterdir())
    except OSError as error:
        raise NotAllowedError(f"{folder} cannot be used: {error.strerror}.", "Name a new folder.") from error
    if used:
        raise AlreadyExistsError(f"{folder} is not empty.", "Name a new folder.")
    yield folder


class Guide:
    """Runs the commands of the story, each as a process of its own, as somebody would.

    Args:
        folder: Where the tour happens. Nothing is written outside of it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._change = ""
        self._home = folder / "home"
        self._home.mkdir()

    def typed(self, step: StoryStep) -> str:
        """Returns the command line of a step, as it is typed after the program's name."""
        return step.typed.format(folder=shlex.quote(str(self._folder)), change=self._change)

    def run(self, step: StoryStep) -> None:
        """Runs the command of a step; its output goes where this process's output goes.

        Raises:
            LedgerError: The command ended with another exit code.
        """
        typed = self.typed(step)
        sys.stdout.flush()
        ended = self._start(shlex.split(typed), None).returncode
        if ended != step.ends:
            raise LedgerError(
                f"The tour ends here: 'zenml {typed}' ended with exit code {ended}, not {step.ends}.",
                'Run "zenml quickstart --keep DIR" to look at the result.',
            )
        if step.named:
            newest = self._start(["history", "--limit", "1", "--output", "json"], subprocess.PIPE)
            self._change = json.loads(newest.stdout)["changes"][0]["change"]

    def _start(self, words: list[str], output: int | None) -> subprocess.CompletedProcess[bytes]:
        """Runs a command; with a pipe for its output only its answer counts, and nothing is printed."""
        # -P: a folder called zenml where this happens to run must not be taken for the program
        return subprocess.run(
            [sys.executable, "-P", "-m", "zenml", *words],
            cwd=self._home,
            env=self._environment(),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )

    def _environment(self) -> dict[str, str]:
        ours = {name: text for name, text in os.environ.items() if not name.startswith("ZENML_")}
        return {
            **ours,
            "HOME": str(self._home),
            "XDG_STATE_HOME": str(self._folder / "state"),
            paths.CONFIG_VARIABLE: str(self._folder / "config"),
            "ZENML_SESSION": "quickstart",
            "ZENML_PAGER": "",
            "ZENML_ENABLE_REPO_INIT_WARNINGS": "false",
        }
