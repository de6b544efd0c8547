"""Plays random histories in which stacks have notes, and asks everything that follows from the declarations.

Run as a program of its own: the declarations have to be complete before anything reads them.
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.property import stack_notes

stack_notes.declare()

import yaml  # noqa: E402

from tests.ledger.machines import Machine  # noqa: E402
from zenml.application import stacks  # noqa: E402
from zenml.documents import profile  # noqa: E402
from zenml.documents.files import read_document  # noqa: E402
from zenml.domain.errors import LedgerError, UnknownSecretError  # noqa: E402
from zenml.ledger.change import Change  # noqa: E402
from zenml.snapshot.exports import profile_export  # noqa: E402

Notes = dict[str, str | None]
"""The stacks, and their notes: all that this model knows."""

NAMES = ("a", "b", "c")
STEPS = ("register", "note", "note", "note", "rename", "delete", "undo", "restore", "apply")
PARTS = {"artifact_store": "default", "metadata_store": "default", "orchestrator": "default"}


class Game:
    """One history, and what notes there must be after each change."""

    def __init__(self, base: Path, seed: int) -> None:
        self.machine, self.random = Machine(base), random.Random(seed)
        self.here = self.machine.repository()
        self.notes: Notes = {"default": None}
        self.past: list[tuple[str, Notes]] = []
        self.record(stacks.combine_stack, "a", PARTS, after={"a": None}, activate=False)

    def record(self, case: Callable[..., None], *args: object, after: Notes, gone: str = "", **named: Any) -> None:
        """Records a call if the rules allow it, and takes note of what there must be then."""
        try:
            change = self.here._recorded(case)(*args, **named)
        except LedgerError:
            return
        if change is not None:
            self.notes = {**self.notes, **after}
            self.notes.pop(gone, None)
            self.remember()

    def remember(self) -> None:
        newest = self.here.history(limit=1)[0]
        self.past.append((newest.letters, dict(self.notes)))

    def step(self) -> None:
        name, other = self.random.sample(NAMES, 2)
        text = self.random.choice((None, "x", "y", '{"v": 1}', "https://ann:secret@host"))
        match self.random.choice(STEPS):
            case "register":
                self.record(stacks.combine_stack, name, PARTS, after={name: None}, activate=False)
            case "note":
                self.record(stack_notes.note_stack, name, text, after={name: text})
            case "rename":
                self.record(stacks.rename_stack, name, other, after={other: self.notes.get(name)}, gone=name)
            case "delete":
                self.record(stacks.delete_stack, name, after={}, gone=name)
            case "undo" if len(self.past) > 1:
                self.here.undo(self.past[-1][0])
                self.notes = dict(self.past[-2][1])
                self.remember()
            case "restore":
                self.again(lambda point: self.here.restore(point))
            case "apply":
                self.again(self.apply)

    def again(self, make: Callable[[str], Change | None]) -> None:
        """Makes the profile again what it was at some point."""
        point, notes = self.random.choice(self.past)
        try:
            change = make(point)
        except UnknownSecretError:  # the file has it as stars, and another value is there now
            return
        if change is not None:
            self.notes = dict(notes)
            self.remember()
        assert self.notes == notes, "nothing was changed, although something is different"

    def apply(self, point: str) -> Change | None:
        file = self.machine.base / "exported.yaml"
        file.write_text(self.here.at(point).ask(profile_export))
        return self.here.apply(read_document(str(file)), prune=True)

    def check(self) -> None:
        """Everything that can be asked says what the model knows."""
        shown = {name: masked(note) for name, note in self.notes.items()}
        assert notes_in(self.here.ask(profile_export)) == shown
        for name, note in shown.items():
            lines = {line.field: line.value for line in self.here.blame("stack", name, own=True)}
            assert lines.get("note") == note, (name, lines)
        point, _ = self.random.choice(self.past)
        one, other = self.here.at(point).ask(profile_export), self.here.ask(profile_export)
        differences = self.here.diff(point).differences
        assert bool(differences) == (one.split("\n", 1)[1] != other.split("\n", 1)[1]), differences

    def leave_alone(self) -> None:
        """A file that does not name notes leaves them as they are; a plan of it does, too."""
        stacks = [profile.StackDocument(name=name, components=PARTS) for name in sorted(self.notes)]
        document = profile.ProfileDocument(stacks=stacks)
        assert "note" not in f"{document!r} {document.to_json()}", "it would have another hash than before"
        assert self.here.apply(document) is None
        assert self.here.apply_plan(self.here.plan(document)) is None

    def finish(self) -> None:
        """What is kept is what follows from the events, and every look into the past shows what was there."""
        self.leave_alone()
        for point, notes in self.past:
            there = notes_in(self.here.at(point).ask(profile_export))
            assert there == {name: masked(note) for name, note in notes.items()}
        before = self.machine.tables()
        self.here.rebuild()
        assert self.machine.tables() == before
        assert self.here.verify().ok
        out = io.BytesIO()
        self.here.export_record(out)
        told = [
            line for line in map(json.loads, out.getvalue().splitlines()) if "note" in (line.get("after") or {})
        ]
        noted = {("update", "stack")} if any(filter(None, self.notes_ever())) else set()  # chance may note nothing
        assert {(line["action"], line["entity"]["type"]) for line in told} == noted
        assert any("note of stack '" in change.summary for change in self.here.history()) == bool(noted)

    def notes_ever(self) -> list[str | None]:
        """Returns every note that some stack had at some time."""
        return [note for _, notes in self.past for note in notes.values()]


def masked(note: str | None) -> str | None:
    return note.replace("secret", "***") if note else None


def notes_in(document: str) -> Notes:
    return {stack["name"]: stack.get("note") for stack in yaml.safe_load(document)["stacks"]}


def main(base: Path, seeds: int, steps: int) -> None:
    for seed in range(seeds):
        folder = base / str(seed)
        os.environ["ZENML_CONFIG_PATH"] = str(folder / "config")
        folder.mkdir()
        game = Game(folder, seed)
        for _ in range(steps):
            game.step()
            game.check()
        game.finish()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
