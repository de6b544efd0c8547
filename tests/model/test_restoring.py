"""Whatever was done: any point can be gone back to, as a whole or in part, and that can be undone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.model import components as c
from tests.model import draw
from tests.model import profiles as p
from tests.model import stacks as s
from tests.model.actual import shell
from tests.model.labels import DeleteLabel, PutLabel
from tests.model.places import Place
from tests.model.play import OUTSIDE, Play
from tests.model.restoring import Restore, contents
from tests.model.test_properties import done, few
from tests.model.undoing import Undo
from tests.model.world import RefusedError, World

PARTS = (("orchestrator", "a"), ("artifact_store", "default"))
LIVED = (
    c.RegisterComponent("orchestrator", "a", "x"),
    c.RegisterComponent("metadata_store", "b", "x", secret=True),
    c.RegisterFlavor("x"),
    s.RegisterStack("s", PARTS, activate=True),
    c.UpdateComponent("orchestrator", "a", "y"),
    PutLabel("v1", 1),
    p.CreateProfile("p"),
    p.ActivateProfile("p"),
    p.ActivateProfile("default"),
    p.RenameProfile("default", "q"),
    p.Initialize("one"),
)
MARKED = (0, 4, 8)
"""The beginning, the registration of a stack, and a point at which another profile was active."""

OFTEN_MET = st.one_of(
    st.builds(c.UpdateComponent, st.just("orchestrator"), st.just("a"), draw.VALUES, draw.OFTEN),
    st.builds(c.UpdateComponent, st.just("metadata_store"), st.just("b"), draw.VALUES),
    st.builds(c.RenameComponent, st.just("orchestrator"), draw.NAMES, draw.NAMES),
    st.builds(c.RegisterComponent, st.just("orchestrator"), draw.NAMES, draw.MAYBE),
    st.builds(c.RegisterOwn, draw.NAMES),
    st.builds(s.UpdateStack, st.sampled_from(["s", "t"]), draw.SOME),
    st.builds(s.RenameStack, draw.STACKS, draw.STACKS),
    st.builds(s.DeleteStack, draw.STACKS),
    st.builds(s.ActivateStack, draw.STACKS),
    st.builds(s.RegisterStack, draw.STACKS, st.just(PARTS), draw.OFTEN),
    st.builds(PutLabel, draw.LABELS, draw.CHANGES),
    st.builds(p.RenameProfile, st.just("q"), draw.PROFILES),
    st.builds(p.ActivateProfile, draw.PROFILES),
    st.builds(c.RegisterFlavor, draw.VALUES),
    st.builds(c.DeleteFlavor),
    st.builds(DeleteLabel, draw.LABELS),
)
"""Commands about what there is after `LIVED`."""


@few
@given(
    st.lists(OFTEN_MET, min_size=4, max_size=10),
    st.lists(st.integers(1, 16), min_size=2, max_size=4, unique=True),
    st.sampled_from([(("stack", "s"),), (("orchestrator", "a"),)]) | draw.THINGS,
    st.sampled_from([OUTSIDE, Place("one")]),
)
def test_any_point_can_be_gone_back_to(
    commands: list[Any], points: list[int], only: tuple[tuple[str, str], ...], place: Place
) -> None:
    with shell():
        play = Play()
        done(play, [*LIVED, *commands])
        for number in {*MARKED, *(min(point, len(play.model.past.entries) - 1) for point in points)}:
            back(play, Restore(number), place)
            back(play, Restore(number, everything=True), place)
            if only:
                back(play, Restore(number, only=only), place)
        back(play, Restore(0, "v1"), place)


def back(play: Play, command: Restore, place: Place) -> None:
    """Goes back, compares that with what there was, and undoes it; then things are as they were."""
    with play.saved(), suppress(RefusedError):
        before, profile = play.seen(), play.model.active(place).profile
        entry = play.ask(command, place)
        if not command.only and command.label is None:
            then = play.model.past.worlds[command.number]
            restored = [key[1] for key in then if key[0] == "profile"] if command.everything else [profile]
            for its in restored:
                assert its_own(play.model.world, str(its)) == its_own(then, str(its))
        if entry is not None:
            play.ask(Undo((entry.number,)), place)
            assert play.seen() == before


def its_own(world: World, profile: str) -> object:
    """Returns what a profile has; a flavor of the same class stays, whatever its id."""
    things = contents(world, profile)
    flavors = sorted(repr(it) for key, it in things.items() if key[0] == "flavor")
    return flavors, {key: it for key, it in things.items() if key[0] != "flavor"}
