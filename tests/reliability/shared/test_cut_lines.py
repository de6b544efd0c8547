"""The line to the database breaks at any packet of a change: it is recorded once or not, as its answer says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.shared.trial import Trial
from tests.support.network.lines import Line
from tests.support.network.packets import COMMIT, LOCK, places
from tests.support.network.relaying import Cut
from tests.support.sizes import FULL, SILENT_CUTS
from tests.support.teams import RECORDED, UNKNOWN

pytestmark = pytest.mark.slow

BREAKS = [(False, False), (True, True)]
if FULL:
    BREAKS += [(True, False), (False, True)]
"""Whether the packet arrives at which the line breaks, and whether the line stays broken."""


@pytest.fixture
def trial(tmp_path: Path, database: str, line: Line) -> Trial:
    return Trial(tmp_path, database, line)


@pytest.mark.parametrize(("after", "last"), BREAKS)
def test_a_change_whose_line_breaks_is_recorded_as_it_says(trial: Trial, after: bool, last: bool) -> None:
    for place in places(trial.packets(), answers=FULL):
        trial.cut(Cut(place.packet, after, connection=place.connection, last=last))
    trial.check()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_change_whose_commit_is_lost_is_looked_for_and_unknown_if_that_cannot_be(
    trial: Trial, after: bool
) -> None:
    commits = trial.connection_of(COMMIT)
    trial.cut(Cut(COMMIT, after, connection=commits)).exits(RECORDED)
    trial.cut(Cut(COMMIT, after, connection=commits, last=True)).exits(UNKNOWN)
    trial.check()


@pytest.mark.parametrize("last", [False, True], ids=["once", "for good"])
def test_a_change_whose_line_goes_silent_is_recorded_as_it_says(trial: Trial, last: bool) -> None:
    changing = trial.connection_of(LOCK)
    at_the_point = [(COMMIT, True), (COMMIT, False), (LOCK, True)]
    cuts = [
        *(Cut(packet, after, silent=True, connection=changing, last=last) for packet, after in at_the_point),
        *(Cut(place.packet, True, True, place.connection, last) for place in places(trial.packets())),
    ]
    for cut in cuts[:SILENT_CUTS]:
        trial.cut(cut)
    trial.check()
