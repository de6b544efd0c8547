"""What undo and redo promise, for whatever was done: checked on the model while the program is held to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.model import draw
from tests.model.actual import shell
from tests.model.components import RegisterComponent
from tests.model.draw import STEPS
from tests.model.past import Entry
from tests.model.play import Play
from tests.model.profiles import CreateProfile, Initialize
from tests.model.stacks import RegisterStack, RenameStack
from tests.model.undoing import Redo, Undo
from tests.model.world import RefusedError, World
from tests.support.sizes import PROPERTIES

few = settings(
    max_examples=PROPERTIES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="CI" in os.environ,
    print_blob=True,
)
COMMANDS = st.lists(STEPS, min_size=1, max_size=7)
SEEN = [strategy for command, strategy in draw.COMMANDS.items() if command is not Initialize]
SEEN_FROM_HERE = st.lists(st.one_of(*SEEN), min_size=1, max_size=7)
"""Plain undo takes what concerns where one is; a folder that one is not in does not."""
INDEPENDENT = (
    RegisterComponent("orchestrator", "a", "x"),
    RegisterComponent("container_registry", "a", "x"),
    RenameStack("default", "t"),
    CreateProfile("p"),
    RegisterStack("s", (("orchestrator", "default"), ("artifact_store", "default"))),
)


def done(play: Play, commands: list[Any] | tuple[Any, ...]) -> list[Entry]:
    """Does what is asked; returns the changes, without what was refused or changed nothing."""
    made = []
    for command in commands:
        with suppress(RefusedError):
            made.append(play.ask(command))
    return [entry for entry in made if entry is not None]


def until_nothing_is_left(ask: Callable[[], Entry | None]) -> int:
    count = 0
    while ask() is not None:
        count += 1
    return count


@few
@given(SEEN_FROM_HERE)
def test_undo_of_everything_is_the_beginning_and_redo_of_everything_the_end(commands: list[Any]) -> None:
    with shell():
        play = Play()
        beginning = play.seen()
        made = done(play, commands)
        end = play.seen()
        assert until_nothing_is_left(lambda: play.ask(Undo())) == len(made)
        assert play.seen() == beginning
        assert until_nothing_is_left(lambda: play.ask(Redo())) == len(made)
        assert play.seen() == end


@few
@given(COMMANDS)
def test_everything_at_once_is_the_same_as_one_after_the_other(commands: list[Any]) -> None:
    with shell():
        play = Play()
        beginning = play.seen()
        made = done(play, commands)
        assume(made)
        end = play.seen()
        undone = play.ask(Undo(tuple(entry.number for entry in made)))
        assert undone is not None
        assert play.seen() == beginning
        play.ask(Redo((undone.number,)))
        assert play.seen() == end


@few
@given(st.permutations(range(len(INDEPENDENT))))
def test_independent_changes_may_be_undone_in_any_order(order: list[int]) -> None:
    with shell():
        play = Play()
        beginning = play.seen()
        made = done(play, INDEPENDENT)
        assert len(made) == len(order)
        end = play.seen()
        for index in order:
            assert play.ask(Undo((made[index].number,))) is not None
        assert play.seen() == beginning
        for index in order:
            assert play.ask(Redo((made[index].number,))) is not None
        assert play.seen() == end


@few
@given(COMMANDS, st.data())
def test_a_clean_undo_is_a_history_without_the_change(commands: list[Any], data: st.DataObject) -> None:
    with shell():
        play = Play()
        before = play.model.world.clone()
        made = done(play, commands)
        assume(made)
        taken = data.draw(st.sampled_from(made))
        try:
            play.ask(Undo((taken.number,)))
        except RefusedError:
            return  # the play has checked that undoing what the conflict names makes it clean
        assert play.seen() == without(before, made, taken)


def without(world: World, made: list[Entry], taken: Entry) -> World:
    """Returns what there is if a change was never made."""
    for entry in made:
        for step in entry.steps if entry is not taken else ():
            if step.key[0] == "active":
                world.setdefault(step.key, {})
            # a value that was written over the taken one's, and went back to the first one later
            with suppress(RefusedError):
                world.take(step, None)
    kept_contents(world, taken)
    return world.visible()


def kept_contents(world: World, taken: Entry) -> None:
    """A profile that was never created has no choice of its own."""
    for profile in taken.made_profiles():
        world.pop(("active", profile), None)
