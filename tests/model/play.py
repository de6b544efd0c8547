"""The model and the program side by side: whatever is wished, both are asked, and compared whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from tests.model import profiles
from tests.model.actual import Actual
from tests.model.dry import compared
from tests.model.model import Draft, Model
from tests.model.past import Entry
from tests.model.places import Place
from tests.model.restoring import Restore
from tests.model.undoing import Redo, Undo, take_back
from tests.model.world import RefusedError, World
from zenml.domain import errors

ERRORS: dict[str, type[errors.LedgerError] | tuple[type[errors.LedgerError], ...]] = {
    "missing": errors.NotFoundError,
    "taken": errors.AlreadyExistsError,
    "invalid": errors.NotAllowedError,
    "in use": errors.InUseError,
    "active": errors.ActiveError,
    "changed": errors.ConflictError,
    "conflict": errors.UndoConflictError,
    "not mine": errors.OtherActorError,
    "elsewhere": errors.OtherSessionError,
    "first run": (errors.NotAllowedError, errors.UndoConflictError),  # whatever is met first
}
"""What the program raises where the model refuses."""
OUTSIDE = Place()


class Play:
    """A game of one model and one machine."""

    def __init__(self) -> None:
        self.model, self.actual = Model(), Actual()
        self.model.make(OUTSIDE, profiles.first_run)
        self.check()

    def ask(self, command: Any, place: Place = OUTSIDE, *, dry: bool = False) -> Entry | None:
        """Has a command fulfilled by both; returns what the model recorded.

        Raises:
            RefusedError: Both refuse it. Nothing has changed.
        """
        reason = "a reason" if getattr(command, "any_actor", False) else None
        rehearsed = compared(self.actual, command, place, reason) if dry else None
        before = self.actual.everything()
        error, change = None, None
        try:
            change = command.ask(self.actual.here(place, reason=reason), self.actual)
        except errors.LedgerError as found:
            error = found
        if rehearsed is not None:
            rehearsed(change, error)
        noted = len(self.model.past.entries), dict(self.model.files)
        try:
            takes_back = isinstance(command, Undo | Redo)
            entry = self.model.make(place, self._told(command, change), takes_back=takes_back)
        except RefusedError as refused:
            if self._is_somebody_elses(command, place, refused.why, error):
                refused.why = "not mine"
            self._check_refusal(refused.why, error, change)
            assert self.actual.everything() == before, "what is refused changes nothing"
            if isinstance(error, errors.UndoConflictError) and not Play.depth:
                self._check_conflict(command, place, error)
            raise
        if error is not None:
            raise AssertionError(f"the model allows it: {entry}") from error
        if entry is None:
            assert change is None, change
            settled = noted != (len(self.model.past.entries), self.model.files)
            assert settled or self.actual.everything() == before, "what changes nothing writes nothing"
        else:
            assert change is not None, entry
            assert change.kind == entry.kind
        self.check()
        self.check_next(place)
        if entry is not None:
            assert change is not None
            assert change.letters == self.actual.letters[entry.number]
        return entry

    def restore(self, command: Restore, place: Place, *, dry: bool) -> None:
        """Goes back, and tries whether an undo of that leads to where it began; then things are as they were."""
        before, number = self.seen(), len(self.model.past.entries)
        try:
            entry = self.ask(command, place, dry=dry)
        except RefusedError:
            return
        if entry is None or entry.number > number:  # a file that was edited was recorded before
            return
        with self.saved(), suppress(RefusedError):
            self.ask(Undo((number,), any_actor=True), place)
            assert self.seen() == before
        if command.only or self.model.active(place).profile is None:
            return  # names mean other things by now, or a variable names nothing
        assert self.ask(command, place) is None, "it is there already"

    def _told(self, command: Any, change: Any) -> Any:
        """Returns what the model is to do: with a cascade, the program says what goes too."""
        if not getattr(command, "cascade", False) or change is None:
            return command.tell

        def tell(draft: Draft) -> None:
            asked = command.targets(draft)
            ids = {row.change_id: number for number, row in enumerate(self._rows())}
            taken = [draft.model.past.entries[ids[target]] for target in change.targets]
            rest = [it for it in asked if it not in taken and not draft.model.past.undone_by(it.number)]
            take_back(draft, [*taken, *rest], change.kind, any_actor=command.any_actor)
            assert draft.targets == {it.number for it in taken}, "of the rest nothing was there to take back"

        return tell

    def _rows(self) -> list[Any]:
        return self.actual.here(OUTSIDE).history(everything=True, reverse=True)

    def _is_somebody_elses(self, command: Any, place: Place, why: str, error: errors.LedgerError | None) -> bool:
        """Tells whether a cascade is refused since what is in the way, and would go too, is somebody else's."""
        cascades = getattr(command, "cascade", False) and not command.any_actor
        if why != "conflict" or not cascades or not isinstance(error, errors.OtherActorError):
            return False
        return any(not entry.is_by(place) for entry in self.model.past.in_effect())

    def _check_refusal(self, why: str, error: errors.LedgerError | None, change: Any) -> None:
        assert isinstance(error, ERRORS[why]), (why, repr(error), change)

    def _check_conflict(self, command: Undo | Redo, place: Place, error: errors.UndoConflictError) -> None:
        """What a conflict names can be undone, and then the command is granted; a cascade does the same."""
        if not command.numbers:
            command = replace(command, numbers=tuple(it.number for it in self._meant(command, place)), count=None)
        command = replace(command, any_actor=True, cascade=False)
        if not error.later:
            self._check_hopeless(command, place)
            return
        if any(it not in self.actual.letters for it in error.later):
            return  # the refused change had seen a file that was edited: the next change records that anew
        later = Undo(tuple(map(self.actual.letters.index, error.later)), any_actor=True)
        assert list(later.numbers) == sorted(later.numbers, reverse=True)
        with self.saved():
            assert self.ask(later, place)
            self.ask(command, place)
            one_by_one = _by_folder(self.model.world.visible())
        with self.saved():
            assert self.ask(replace(command, cascade=True), place)
            assert _by_folder(self.model.world.visible()) == one_by_one
        for number in later.numbers:
            with self.saved():
                rest = tuple(it for it in later.numbers if it != number)
                self._check_needed(command, place, rest, number)

    def _check_needed(self, command: Undo | Redo, place: Place, rest: tuple[int, ...], number: int) -> None:
        """Each change that is named is in the way: without its undo the command is refused, or the others' is."""
        try:
            if rest:
                self.ask(Undo(rest, any_actor=True), place)
            self.ask(command, place)
        except RefusedError:
            return
        raise AssertionError(f"change {number} was not in the way of {command}")

    def _meant(self, command: Undo | Redo, place: Place) -> list[Entry]:
        return command.targets(Draft(self.model.clone(), place, takes_back=True))

    def _check_hopeless(self, command: Undo | Redo, place: Place) -> None:
        """No undo of what came later would help."""
        kinds = {self.model.past.entries[number].kind for number in command.numbers}
        if len(command.numbers) > 1 and kinds & {"undo", "redo"}:
            return  # what these bring back may be in the way of the others, and is not in effect yet
        first = min(command.numbers)
        model = self.model.clone()
        # the changes that are named are undone together: what one brings back may be in the way of the rest
        others = [entry.number for entry in model.past.in_effect() if entry.number not in command.numbers]
        later = [number for number in others if number > first]
        for number in later:
            with suppress(RefusedError):
                model.make(place, Undo((number,), any_actor=True).tell, takes_back=True)
        try:
            model.make(place, command.tell, takes_back=True)
        except RefusedError:
            return
        raise AssertionError(f"undoing {later} would have helped")

    @contextmanager
    def saved(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        model, letters, ids = self.model.clone(), list(self.actual.letters), dict(self.actual.ids)
        Play.depth += 1
        name = f"saved {Play.depth}"
        self.actual.save(name)
        try:
            yield
        finally:
            Play.depth -= 1
            self.model, self.actual.letters, self.actual.ids = model, letters, ids
            self.actual.restore(name, keep=False)

    depth = 0

    def happen(self, deed: Any) -> None:
        """Lets something be done by hand."""
        deed.happen(self.model, self.actual)

    def check(self) -> None:
        """Compares everything."""
        expected = self.model.world.visible()
        found_world = self.actual.world(expected)
        assert found_world == expected, different(found_world, expected)
        assert self.actual.files() == self.model.files
        found, past = self.actual.history(), self.model.past
        assert [it[:2] for it in found] == [(it.kind, it.targets) for it in past.entries]
        for (*_, undone_by, repository, session, host), entry in zip(found, past.entries, strict=True):
            by = past.undone_by(entry.number)
            assert undone_by in by if by else undone_by is None, (entry.number, undone_by, by)
            assert (repository, session, host) == (entry.root, entry.place.session, entry.place.host)

    def check_next(self, place: Place) -> None:
        """What the history calls next to undo is what plain undo would try to take."""
        try:
            expected = [entry.number for entry in self._meant(Undo(), place)]
        except RefusedError:
            expected = []
        assert self.actual.next_to_undo(place) == expected

    def seen(self) -> World:
        """Returns what can be seen, for comparing."""
        return self.model.world.visible()


def different(program: World, model: World) -> str:
    """Returns what is not the same in both, for the report of a failure."""
    keys = sorted(program.keys() | model.keys(), key=str)
    lines = [f"{it}: program {program.get(it)}, model {model.get(it)}" for it in keys]
    return "\n".join(line for line, it in zip(lines, keys, strict=True) if program.get(it) != model.get(it))


def _by_folder(visible: Any) -> dict[Any, Any]:
    """Returns what is visible with repositories by their folders: one that is observed twice has another id."""
    return {("repository", it["folder"]) if key[0] == "repository" else key: it for key, it in visible.items()}
