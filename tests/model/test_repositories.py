"""Repositories that go and come back, and what is in their folders meanwhile."""

from __future__ import annotations

import pytest

from tests.model.actual import shell
from tests.model.places import Place
from tests.model.play import OUTSIDE, Play
from tests.model.profiles import Initialize, SpoilFile
from tests.model.undoing import Redo, Undo
from tests.model.world import RefusedError


@pytest.mark.parametrize("place", [OUTSIDE, Place("one")], ids=["outside", "inside"])
@pytest.mark.parametrize("command", [Redo, Undo])
def test_a_folder_that_was_initialised_again_stays_one_repository(
    command: type[Redo | Undo], place: Place
) -> None:
    with shell():
        play = Play()
        first = play.ask(Initialize("one"))
        assert first is not None
        undo = play.ask(Undo((first.number,)))
        assert undo is not None
        play.ask(Initialize("one"))
        with pytest.raises(RefusedError):
            play.ask(command((undo.number,)), place)
        assert play.ask(command((undo.number,), cascade=True), OUTSIDE)


def test_a_file_that_could_not_be_read_is_kept_when_the_folder_is_no_repository_any_more() -> None:
    with shell():
        play = Play()
        first = play.ask(Initialize("one"))
        assert first is not None
        undo = play.ask(Undo((first.number,)))
        assert undo is not None
        play.happen(SpoilFile("one", missing=False))
        play.ask(Undo((undo.number,)))
        play.ask(Undo((first.number,)))
        kept = play.actual.file("one").with_suffix(".yaml.unreadable")
        assert kept.read_text(encoding="utf-8") == "["
