"""The model as a whole: it says what a command leads to, before the program is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.model.following import follow
from tests.model.past import Entry, Past
from tests.model.places import FOLDERS, NO_FILE, Active, File, Files, Place, profile_of_machine, resolve
from tests.model.world import MACHINE, Fields, Key, Make, RefusedError, Remove, Set, Step, World


@dataclass
class Model:
    """What there is and how it came about.

    Attributes:
        world: Everything there is.
        files: What the files of folders say.
        written: By repository, what its file said when file and record agreed last.
        past: What was done.
        ids: Numbers for new things.
        unreadable: The folders whose file is no YAML.
        kept: Those in which such a file was kept beside the one that took its place.
    """

    world: World = field(default_factory=lambda: World({MACHINE: {}}))
    files: Files = field(default_factory=dict)
    written: dict[str, File] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    unreadable: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def clone(self) -> Model:
        files = dict(self.files), dict(self.written)
        folders = set(self.unreadable), set(self.kept)
        return Model(self.world.clone(), *files, self.past.clone(), self.ids, *folders)

    def write(self, folder: str, file: File) -> None:
        """Writes a file as the program does: nothing that somebody else wrote is lost."""
        if folder in self.unreadable:
            self.unreadable.remove(folder)
            self.kept.add(folder)
        self.files[folder] = file

    def remove_file(self, folder: str) -> None:
        """Makes a folder an ordinary one again, as the program does: what somebody else put there stays."""
        self.unreadable.discard(folder)
        self.files.pop(folder, None)
        if folder in self.kept:
            self.files[folder] = NO_FILE

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
            after.write(draft.root, settled)
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
        after.past.add(entry, after.world)
        follow(after, entry)
        vars(self).update(vars(after))
        return entry

    def names(self, record: Fields) -> File:
        """Returns what a file says of a choice."""
        profile = self.world["profile", record["profile"]]["name"]
        stack = self.world.get(("stack", record["profile"], record.get("stack") or ""))
        return File(profile, stack["name"] if stack else None)


class Draft:
    """A change while it is made.

    Attributes:
        model: The model as it is within the change.
        known: How many changes there were when it began.
        steps: What it did so far.
        targets: The numbers of the changes it takes back.
        profile: The profile in use.
        root: Its folder, if one is in a repository.
        here: The repository one is in, as it is recorded.
        in_block: Whether it is a change of several commands.
    """

    def __init__(self, model: Model, place: Place, *, takes_back: bool) -> None:
        self.model, self.place, self.takes_back = model, place, takes_back
        self.known = len(model.past.entries)
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
        past = self.model.past
        entry = Entry(len(past.entries), "outside", tuple(steps), frozenset(), self.place, self.root)
        past.add(entry, self.world)

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
