"""Undo, redo, and several commands as one change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.model.model import Draft
from tests.model.past import Entry
from tests.model.world import RefusedError

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository

CONTENTS = ("component", "stack", "flavor", "label")


def take_back(draft: Draft, targets: list[Entry], kind: str, *, any_actor: bool) -> None:
    """Takes changes back as one change: each step turned round, the last one first.

    Only those of which something was still there count as taken back.
    """
    targets = [it for it in targets if not draft.model.past.undone_by(it.number)]
    if any(it.kind == "init" for it in targets):
        raise RefusedError("first run")
    if not all(it.is_by(draft.place) or it.kind == "outside" or any_actor for it in targets):
        raise RefusedError("not mine")
    taken = set()
    for entry in sorted(targets, key=lambda it: -it.number):
        before = len(draft.steps)
        made = entry.made_profiles()  # what is in a profile stays in it
        for step in reversed(entry.steps):
            if step.key[0] in CONTENTS and step.key[1] in made:
                continue
            try:
                draft.take(step.back())
            except RefusedError as error:
                raise RefusedError("conflict") from error
        if len(draft.steps) > before:
            taken.add(entry.number)
    draft.kind, draft.targets = kind, taken


def newest(draft: Draft, found: list[Entry], count: int, *, any_actor: bool) -> list[Entry]:
    """Returns the newest of somebody's own; what was made out of reach is not taken by accident."""
    mine = [it for it in found if any_actor or it.is_by(draft.place)][:count]
    for entry in mine if not any_actor else ():
        if not draft.place.reaches(entry.place) or entry.root not in (None, draft.root):
            raise RefusedError("elsewhere")
    return mine


@dataclass(frozen=True)
class Undo:
    """Takes changes back: by number, all between two numbers, or the newest.

    Attributes:
        numbers: Which, as in the history of the model.
        between: Two changes are both ends of a range.
        count: How many of the newest; None for one, or for those that are named.
        cascade: And what stands on them.
        any_actor: Whoever made them.
    """

    numbers: tuple[int, ...] = ()
    between: bool = False
    count: int | None = None
    cascade: bool = False
    any_actor: bool = False

    def targets(self, draft: Draft) -> list[Entry]:
        """Returns the changes that are meant."""
        past = draft.model.past
        here = draft.here[1] if draft.here else None
        found = past.undoable(draft.profile, here)
        if not self.numbers:
            return newest(draft, found, self.count or 1, any_actor=self.any_actor)
        ends = [past.entries[number] for number in self.numbers]
        if self.between:
            first, last = min(self.numbers), max(self.numbers)
            ends += [entry for entry in found if first < entry.number < last]
        return ends

    def tell(self, draft: Draft) -> None:
        take_back(draft, self.targets(draft), "undo", any_actor=self.any_actor)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        words = [actual.letters[number] for number in self.numbers]
        if self.between:
            words = ["..".join(words)]
        return here.undo(*words, count=self.count, cascade=self.cascade, any_actor=self.any_actor)


@dataclass(frozen=True)
class Redo:
    """Brings back what was undone: named by itself or by its undo, or what the newest undos took."""

    numbers: tuple[int, ...] = ()
    count: int | None = None
    cascade: bool = False
    any_actor: bool = False

    def targets(self, draft: Draft) -> list[Entry]:
        past, profile = draft.model.past, draft.profile
        if not self.numbers:
            found = past.redoable(profile, draft.here[1] if draft.here else None)
            return newest(draft, found, self.count or 1, any_actor=self.any_actor)
        undos = []
        for number in self.numbers:
            entry = past.entries[number]
            if entry.kind != "undo":
                by = past.undone_by(number)
                if not by:
                    raise RefusedError("invalid")  # it is in effect
                assert len(by) == 1, "several undos have taken it back"
                entry = past.entries[by.pop()]
            undos.append(entry)
        return undos

    def tell(self, draft: Draft) -> None:
        take_back(draft, self.targets(draft), "redo", any_actor=self.any_actor)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        words = [actual.letters[number] for number in self.numbers]
        return here.redo(*words, count=self.count, cascade=self.cascade, any_actor=self.any_actor)


@dataclass(frozen=True)
class Rebuild:
    """All views are made anew, which changes nothing."""

    def tell(self, draft: Draft) -> None:
        pass

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        here.rebuild()
        return None


@dataclass(frozen=True)
class Block:
    """Several commands as one change; those that are refused are left out, or spoil it all.

    Attributes:
        commands: What is asked, in order.
        forgiving: Whether the program that commands goes on after a refusal.
    """

    commands: tuple[Any, ...]
    forgiving: bool = False

    def tell(self, draft: Draft) -> None:
        draft.in_block = True
        for command in self.commands:
            try:
                with draft.whole():
                    command.tell(draft)
            except RefusedError:
                if not self.forgiving:
                    raise

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        from zenml.domain.errors import LedgerError

        with here.change("together") as work:
            for command in self.commands:
                try:
                    assert command.ask(here, actual) is None
                except LedgerError:
                    if not self.forgiving:
                        raise
        return work.recorded
