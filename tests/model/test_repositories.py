"""A repository that comes back does not stand beside another one in its folder."""

from __future__ import annotations

import pytest

from tests.model.actual import shell
from tests.model.places import Place
from tests.model.play import OUTSIDE, Play
from tests.model.profiles import Initialize
from tests.model.undoing import Redo, Undo
from tests.model.world import RefusedError


@pytest.mark.parametrize("place", [OUTSIDE, Place("one")], ids=["outside", "inside"])
@pytest.mark.parametrize("wish", [Redo, Undo])
def test_a_folder_that_was_initialised_again_stays_one_repository(wish: type[Redo | Undo], place: Place) -> None:
    with shell():
        play = Play()
        first = play.ask(Initialize("one"))
        assert first is not None
        undo = play.ask(Undo((first.number,)))
        assert undo is not None
        play.ask(Initialize("one"))
        with pytest.raises(RefusedError):
            play.ask(wish((undo.number,)), place)
        assert play.ask(wish((undo.number,), cascade=True), OUTSIDE)
