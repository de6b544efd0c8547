"""What happened in the profiles that pages are shown of: to people who work, and to people who mean no good."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

from tests.page.runs import begun_here, end, note_here, run_letters
from tests.support.people import being
from tests.support.program import Home
from zenml.ledger.change import Change
from zenml.repository import Repository

IMAGE = '"><img src=x onerror=alert(1)>'
SCRIPT = "<script>alert(1)</script>"
TURNED = "turned \u202eround"
LONG = "x" * 128
NAMES = (
    "<script>alert(1)<script>",
    IMAGE,
    "'><svg onload=alert(1)>",
    "{{ 7*7 }}{% x %}",
    "&lt;b&gt;",
    "?x#y%2F..",
    LONG,
)
REASONS = (
    f"</p></title>{SCRIPT}",
    IMAGE,
    "javascript:alert(1)",
    TURNED,
    "two\nlines and \x1b[31m red",
    "W" * 900,
)
SECRET = "correct-horse-battery"


Act = Callable[[Repository], Change | None]


class Story(NamedTuple):
    """A profile in which something happened.

    Attributes:
        home: Whose it is.
        changes: The letters of changes and runs, by what they are in the story.
    """

    home: Home
    changes: dict[str, str]


class Telling:
    """Does what a story consists of, and remembers the letters of the changes.

    Attributes:
        changes: The letters, by name.
    """

    def __init__(self) -> None:
        self.changes: dict[str, str] = {}

    def __call__(self, name: str, act: Act, reason: str | None = None) -> None:
        """Does something, by a command and for a reason."""
        change = act(Repository(notify=lambda sentence: None, reason=reason, command=("stack", "update", "prod")))
        assert change is not None, name
        self.changes[name] = change.letters

    def run(
        self,
        name: str,
        command: tuple[str, ...],
        called: str | None,
        parameters: Mapping[str, Any] | None = None,
        *,
        exit_code: int | None = 0,
        reason: str | None = None,
    ) -> None:
        """Has a run happen, with notes; without an exit code it goes on. Its letters are kept as ``run_NAME``."""
        run = begun_here(command, called, parameters, reason)
        note_here(run, called or "model", called or "model")
        if exit_code is not None:
            end(run, exit_code)
        self.changes[f"run_{name}"] = run_letters(run)


def work(home: Home) -> Story:
    """Tells of three people who register stacks, run things, change their minds, and undo what another one did."""
    with _in(home) as tell:
        with being("ana"):
            stores = {"path": "s3://acme-data", "key": "AKIAEXAMPLE", "secret": SECRET}
            tell("store", lambda it: it.register_component("artifact_store", "data", "s3", stores))
            tell("pipelines", lambda it: it.register_component("orchestrator", "cluster", "kubeflow", {}))
            tell(
                "stack", lambda it: it.combine_stack("prod", {"artifact_store": "data", "orchestrator": "cluster"})
            )
            tell("active", lambda it: it.activate_stack("prod"), "training runs there from today on")
            tell("label", lambda it: it.put_label("before-the-move"))
            tell.run("good", ("python", "train.py", "--epochs", "3"), "nightly", {"epochs": 3})
        with being("ben"):
            move = {"path": "s3://acme-archive"}
            tell("moved", lambda it: it.update_component("artifact_store", "data", move), "the bucket is full")
            turn = {"secret": f"{SECRET}-2"}
            tell(
                "turned",
                lambda it: it.update_component("artifact_store", "data", turn),
                "keys are turned each quarter",
            )
            tell.run("bad", ("python", "train.py"), "nightly", exit_code=3, reason="to be quicker")
            tell.run("goes_on", (), None, exit_code=None)
            tell("trial", lambda it: it.register_component("orchestrator", "trial", "local", {}))
            tell("tried", lambda it: it.update_stack("prod", {"orchestrator": "trial"}), "to try something")
        with being("chiara"):
            undone = tell.changes["tried"]
            tell("undone", lambda it: it.undo(undone, any_actor=True), "a trial does not belong into prod")
            tell("renamed", lambda it: it.rename_component("orchestrator", "trial", "sandbox"))
    return Story(home, tell.changes)


def mischief(home: Home) -> Story:
    """Tells of somebody whose names, values and reasons are meant for browsers."""
    with _in(home) as tell, being(IMAGE, host=SCRIPT):
        for number, name in enumerate(NAMES):
            tell(f"name_{number}", _register("artifact_store", name, {"path": f"/{name}"}))
            tell(f"value_{number}", _update("artifact_store", name, {"path": f"/2/{IMAGE}/{name}"}))
        for number, reason in enumerate(REASONS):
            tell(f"reason_{number}", _register("orchestrator", f"o{number}", {}), reason)
        parts = {"artifact_store": IMAGE, "orchestrator": "o1"}
        tell("stack", lambda it: it.combine_stack(NAMES[0], parts))
        tell("active", lambda it: it.activate_stack(NAMES[0]))
        tell.run("hostile", (*NAMES, *REASONS), IMAGE, {SCRIPT: TURNED}, reason=REASONS[0])
        tell.run("nameless", (SCRIPT, LONG * 20), None, exit_code=1)
    return Story(home, tell.changes)


def _register(kind: str, name: str, parameters: dict[str, str]) -> Act:
    return lambda it: it.register_component(kind, name, "local", parameters)


def _update(kind: str, name: str, parameters: dict[str, str]) -> Act:
    return lambda it: it.update_component(kind, name, parameters)


@contextmanager
def _in(home: Home) -> Iterator[Telling]:
    where = os.getcwd()
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        os.chdir(home.work)
        try:
            yield Telling()
        finally:
            os.chdir(where)
