"""The model as a whole: it says what a wish leads to, before the program is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.model.past import Entry, Past
from tests.model.places import FOLDERS, NO_FILE, Active, File, Files, Place, profile_of_machine, resolve
from tests.model.world import MACHINE, Fields, Key, Make, RefusedError, Remove, Set, Step, World


@dataclass
class Model:
    """What there is and how it came about."""

    world: World = field(default_factory=lambda: World({MACHINE: {}}))
    files: Files = field(default_factory=dict)
    written: dict[str, File] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def clone(self) -> Model:
        return Model(self.world.clone(), dict(self.files), dict(self.written), self.past.clone(), self.ids)

    def active(self, place: Place) -> Active:
        return resolve(self.world, place, self.files, self.written, None)

    def make(self, place: Place, tell: Callable[[Draft], None], *, takes_back: bool = False) -> Entry | None:
        """Makes a change; returns what is recorded of it, None if it changes nothing.

        Args:
            place: Where it is made.
            tell: Does it.
            takes_back: It is an undo or a redo, which makes no folder a repository beforehand.

        Raises:
            RefusedError: A law forbids it; the model is as before.
        """
        after = self.clone()
        draft = Draft(after, place, takes_back=takes_back)
        tell(draft)
        settled = draft.settled()
        if settled is not None and draft.root is not None:
            after.files[draft.root] = settled
            if draft.here:
                after.written[draft.here[1]] = settled
        if not draft.steps:
            if settled is not None:
                vars(self).update(vars(after))
            return None
        number = len(after.past.entries)
        entry = Entry(
            number, draft.kind or "change", tuple(draft.steps), frozenset(draft.targets), place, draft.root
        )
        after.past.entries.append(entry)
        after.follow(entry)
        vars(self).update(vars(after))
        return entry

    def follow(self, entry: Entry) -> None:
        """Writes the files of the repositories whose choice, or the name of what they chose, is another one."""
        for step in entry.steps:
            if step.key[0] == "repository" and step.key not in self.world and isinstance(step, Remove | Make):
                folder = step.fields["folder"]
                if self.world.find("repository", folder=folder) is None:
                    self.files.pop(folder, None)
        before = self._names_before(entry)
        for key, record in self.world.items():
            if key[0] == "repository" and ("profile", record["profile"]) in self.world:
                chosen = any(step.key == key for step in entry.steps)
                if chosen or self._renamed(entry, key, record):
                    self.written[key[1]] = self.files[record["folder"]] = self.names(record)
                else:
                    self._follow_profile(entry, key, record["folder"], before)

    def _names_before(self, entry: Entry) -> dict[str, str]:
        """Returns the profiles that a change gave other names, by the names they had before it."""
        before: dict[str, str] = {}
        for step in entry.steps:
            if isinstance(step, Set) and step.key[0] == "profile" and step.key[1] not in before.values():
                before[step.old] = step.key[1]
        return {name: key for name, key in before.items() if ("profile", key) in self.world}

    def _follow_profile(self, entry: Entry, key: Key, folder: str, before: dict[str, str]) -> None:
        """Puts the new name of a profile into a file that means it, whatever is recorded of the repository."""
        file = self.files.get(folder)
        renamed = {step.key for step in entry.steps if isinstance(step, Set) and step.key[0] == "profile"}
        if file is None or file.profile is None or not renamed:
            return
        profile = before.get(file.profile)
        found = ("profile", profile) if profile else self.world.profile_of(file.profile)
        if found in renamed and found in self.world:
            new = File(self.world[found]["name"], file.stack)
            if self.written.get(key[1]) == file:
                self.written[key[1]] = new
            self.files[folder] = new

    def _renamed(self, entry: Entry, key: Key, record: Fields) -> bool:
        """Tells whether the chosen stack has another name than the file says, and nobody edited that."""
        renamed = any(
            isinstance(step, Set)
            and step.key[0] == "stack"
            and step.key[2] == record.get("stack")
            and step.field == "name"
            for step in entry.steps
        )
        return renamed and self.files.get(record["folder"]) == self.written.get(key[1])

    def names(self, record: Fields) -> File:
        """Returns what a file says of a choice."""
        profile = self.world["profile", record["profile"]]["name"]
        stack = self.world.get(("stack", record["profile"], record.get("stack") or ""))
        return File(profile, stack["name"] if stack else None)


class Draft:
    """A change while it is made.

    Attributes:
        model: The model as it is within the change.
        steps: What it did so far.
        targets: The numbers of the changes it takes back.
        profile: The profile in use.
        root: Its folder, if one is in a repository.
        here: The repository one is in, as it is recorded.
        in_block: Whether it is a change of several wishes.
    """

    def __init__(self, model: Model, place: Place, *, takes_back: bool) -> None:
        self.model, self.place, self.takes_back = model, place, takes_back
        self.steps: list[Step] = []
        self.targets: set[int] = set()
        self.kind: str | None = None
        self.in_block = False
        self.root = place.folder if place.folder in model.files else None
        now = model.active(place)
        self._profile, self.here = now.profile, now.repository
        self._now = now
        self._chosen: set[str] = set()
        self._observe(now, now.observed)
        self._before = dict(self.world[self.here]) if self.here else None

    @property
    def world(self) -> World:
        return self.model.world

    @property
    def profile(self) -> str:
        if self._profile is None:
            raise RefusedError("missing")
        return self._profile

    def go_on(self) -> None:
        """Goes on in the profile that is active by now."""
        self._profile = self.active().profile

    def choosing(self) -> None:
        """Notes what is in effect, before somebody chooses something else alone."""
        if self._now.instead is not None and not self.in_block:
            self._observe(self._now, self._now.instead)
            self._before = dict(self.world[self.here]) if self.here else None

    def chose(self, what: str) -> None:
        """Notes that the repository has chosen, be it what is recorded already."""
        self._chosen.add(what)
        self._before = {}

    def settled(self) -> File | None:
        """Returns what the repository's file is to say, where it does not and no choice that is new does it."""
        if not self._chosen or self.here is None or any(step.key == self.here for step in self.steps):
            return None
        record = self.world[self.here]
        if ("profile", record["profile"]) not in self.world:
            return None
        file, names = self.model.files.get(self.place.folder or ""), self.model.names(record)
        if file is not None and file != File(None, None):
            same_stack = "stack" not in self._chosen or file.stack == names.stack
            leaves_it = file.profile is None and "profile" not in self._chosen
            if same_stack and (leaves_it or file.profile == names.profile):
                return None
        return names

    def _observe(self, now: Active, observed: tuple[str, str | None] | None) -> None:
        """Notes what the repository's file says, as a change of somebody outside."""
        folder = self.place.folder
        if folder not in self.model.files:
            return
        profile = now.profile or profile_of_machine(self.world)
        if observed is None and self.here is None and profile is not None and not self.takes_back:
            observed = (profile, None)
        if observed is None:
            return
        profile, stack = observed
        steps: list[Step]
        if self.here is None:
            self.here = ("repository", self.new_id("repository"))
            record = {"folder": folder, "profile": profile} | ({"stack": stack} if stack else {})
            steps = [Make(self.here, record)]
        else:
            record = self.world[self.here]
            # the profile is the first to be taken back
            steps = [
                Set(self.here, "stack", record.get("stack"), stack),
                Set(self.here, "profile", record["profile"], profile),
            ]
        for step in steps:
            self.world.take(step, None)
        self.world.chosen_as[self.here] = self.world["profile", profile]["name"]
        file = self.model.files[folder]
        if observed == now.instead:
            self.model.written[self.here[1]] = self.model.names(self.world[self.here])
        elif file is not NO_FILE:
            self.model.written[self.here[1]] = file
        past = self.model.past.entries
        past.append(Entry(len(past), "outside", tuple(steps), frozenset(), self.place, self.root))

    def new_id(self, kind: str) -> str:
        return f"{kind} {next(self.model.ids)}"

    def take(self, step: Step) -> None:
        """Carries a step out and notes it, if it changes anything."""
        if self.world.take(step, self.here):
            self.steps.append(step)

    def set(self, key: Key, name: str, new: Any) -> None:
        """Gives a field of a thing another value."""
        self.take(Set(key, name, self.world[key].get(name), new))

    def remove(self, key: Key) -> None:
        self.take(Remove(key, dict(self.world[key])))

    def active(self) -> Active:
        """Returns what is active within the change."""
        return resolve(self.world, self.place, self.model.files, self.model.written, self._before)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Makes what is done inside happen as a whole, or not at all."""
        world, steps, profile = self.world.clone(), list(self.steps), self._profile
        try:
            yield
        except RefusedError:
            self.model.world, self.steps, self._profile = world, steps, profile
            raise


assert set(FOLDERS) == {"one", "other"}
