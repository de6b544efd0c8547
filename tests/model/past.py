"""What was done: each change with its steps, and which of them are undone by which."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model.places import Place
from tests.model.world import Make, Step, World

PLAIN = ("change", "restore", "import", "migrate")
"""The kinds that plain undo takes back."""


@dataclass(frozen=True)
class Entry:
    """A change.

    Attributes:
        number: Its place in history, from 0 on.
        kind: As in the history: ``init``, ``change``, ``undo``, ``redo``, ``restore`` or ``outside``.
        steps: What it did.
        targets: The numbers of the changes it took back.
        place: Where it was made.
        root: The folder of the repository it was made in.
    """

    number: int
    kind: str
    steps: tuple[Step, ...]
    targets: frozenset[int]
    place: Place
    root: str | None

    def made_profiles(self) -> set[str]:
        return {step.key[1] for step in self.steps if step.key[0] == "profile" and isinstance(step, Make)}

    def concerns(self, profile: str | None, repository: str | None) -> bool:
        """Tells whether it is about this profile's contents, this repository's choice or the machine's."""
        for step in self.steps:
            kind, *ids = step.key
            if kind in ("machine", "profile", "active"):
                return True
            if ids[0] == (repository if kind == "repository" else profile):
                return True
        return False

    def is_by(self, place: Place) -> bool:
        return self.kind != "outside" and self.place.robot == place.robot


@dataclass
class Past:
    """All changes, oldest first.

    Attributes:
        entries: The changes.
        worlds: What there was after each of them.
    """

    entries: list[Entry] = field(default_factory=list)
    worlds: list[World] = field(default_factory=list)

    def clone(self) -> Past:
        return Past(list(self.entries), list(self.worlds))

    def add(self, entry: Entry, world: World) -> None:
        """Adds a change that led to a world."""
        self.entries.append(entry)
        self.worlds.append(world.clone())

    def undone_by(self, number: int) -> set[int]:
        """Returns the undos and redos in effect that took a change back; it is in effect if there is none."""
        return {it.number for it in self.entries if number in it.targets and not self.undone_by(it.number)}

    def in_effect(self) -> list[Entry]:
        """Returns the changes in effect, newest first."""
        return [entry for entry in reversed(self.entries) if not self.undone_by(entry.number)]

    def undoable(self, profile: str | None, repository: str | None) -> list[Entry]:
        """Returns what plain undo may take from a place, whoever made it, newest first."""
        return [it for it in self.in_effect() if it.kind in PLAIN and it.concerns(profile, repository)]

    def redoable(self, profile: str | None, repository: str | None) -> list[Entry]:
        """Returns the undos that plain redo may take: those that took something back but an undo."""
        return [
            it
            for it in self.in_effect()
            if it.kind == "undo"
            and it.concerns(profile, repository)
            and any(self.entries[target].kind in PLAIN for target in it.targets)
        ]
