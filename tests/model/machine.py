"""Whatever people do in whatever order: the program does what the model says."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.model.actual import shell
from tests.model.components import RegisterComponent
from tests.model.draw import BACK, BLOCKS, DEEDS, LABELS, OFTEN, PLACES, STEPS, THINGS
from tests.model.places import Place
from tests.model.play import OUTSIDE, Play
from tests.model.profiles import CreateProfile, Initialize
from tests.model.restoring import Restore
from tests.model.stacks import RegisterStack
from tests.model.undoing import Rebuild, Redo, Undo
from tests.model.world import RefusedError

PARTS = (("orchestrator", "a"), ("artifact_store", "default"))


class Game(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(shell())
        self.play = Play()

    def teardown(self) -> None:
        self.stack.close()

    def ask(self, command: object, place: Place, dry: bool = False) -> None:
        with suppress(RefusedError):
            self.play.ask(command, place, dry=dry)

    @initialize(lived=st.booleans())
    def begin(self, lived: bool) -> None:
        if lived:
            self.ask(RegisterComponent("orchestrator", "a", "x"), OUTSIDE)
            self.ask(RegisterStack("s", PARTS), OUTSIDE)
            self.ask(CreateProfile("p"), OUTSIDE)
            self.ask(Initialize("one"), OUTSIDE)

    @rule(command=STEPS, place=PLACES, dry=OFTEN)
    def command(self, command: object, place: Place, dry: bool) -> None:
        self.ask(command, place, dry)

    @rule(command=BLOCKS, place=PLACES, dry=OFTEN)
    def block(self, command: object, place: Place, dry: bool) -> None:
        self.ask(command, place, dry)

    @rule(deed=DEEDS)
    def by_hand(self, deed: object) -> None:
        self.play.happen(deed)

    def numbers(self, back: list[int]) -> tuple[int, ...]:
        newest = len(self.play.model.past.entries) - 1
        return tuple(dict.fromkeys(max(newest - it, 0) for it in back))

    @rule(
        back=BACK,
        place=PLACES,
        between=OFTEN,
        count=st.none() | st.integers(1, 3),
        cascade=OFTEN,
        any_actor=OFTEN,
        dry=OFTEN,
    )
    def undo(
        self,
        back: list[int],
        place: Place,
        between: bool,
        count: int | None,
        cascade: bool,
        any_actor: bool,
        dry: bool,
    ) -> None:
        numbers = self.numbers(back)
        between = between and len(numbers) == 2
        command = Undo(numbers, between, None if numbers else count, cascade, any_actor)
        self.ask(command, place, dry)

    @rule(back=BACK, place=PLACES, count=st.none() | st.integers(1, 3), cascade=OFTEN, any_actor=OFTEN, dry=OFTEN)
    def redo(
        self, back: list[int], place: Place, count: int | None, cascade: bool, any_actor: bool, dry: bool
    ) -> None:
        numbers = self.numbers(back)
        self.ask(Redo(numbers, None if numbers else count, cascade, any_actor), place, dry)

    @rule(
        back=st.integers(0, 12),
        label=st.none() | LABELS,
        only=st.just(()) | THINGS,
        everything=OFTEN,
        place=PLACES,
        dry=OFTEN,
    )
    def restore(
        self,
        back: int,
        label: str | None,
        only: tuple[tuple[str, str], ...],
        everything: bool,
        place: Place,
        dry: bool,
    ) -> None:
        number = max(len(self.play.model.past.entries) - 1 - back, 0)
        self.play.restore(Restore(number, label, only, everything), place, dry=dry)

    @rule()
    def rebuild(self) -> None:
        before = self.play.actual.views()
        self.ask(Rebuild(), OUTSIDE)
        assert self.play.actual.views() == before
