"""The line to the service breaks at any packet of a change: it is recorded once, in both parts, or not at all.

The change is one of two ledgers: a stack is registered in the profile, and made the active one on this machine.
"""

from __future__ import annotations

import json
from itertools import product

import pytest

from tests.reliability.served.trial import Trial
from tests.support.network.relaying import Cut
from tests.support.sizes import SILENT_STEP
from tests.support.teams import RECORDED, UNKNOWN, listed

pytestmark = pytest.mark.slow

ANSWERS = {RECORDED, 1, 4, UNKNOWN}
TRIES = 3
"""So often a machine may be so busy that a hurried change does not even come as far as a silent cut."""


@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silent"])
def test_whatever_packet_is_cut_a_change_is_recorded_once_or_not_at_all(trial: Trial, silent: bool) -> None:
    trial.line.watch()
    trial.change()[1].exits(RECORDED)
    active = "s1"
    cuts = list(product(range(1, 1 + len(trial.line.packets[0])), (False, True)))
    assert len(cuts) >= 8  # a look, and what is asked for, each with its answer
    for packet, after in cuts[:: 2 * SILENT_STEP if silent else 1]:
        for _ in range(TRIES if silent else 1):
            trial.line.watch(Cut(packet, after, silent, connection=1))
            name, answer = trial.change(hurried=silent)
            assert answer.exit in ANSWERS, answer.report()
            if trial.line.was_cut or answer.exit == RECORDED:
                break
        assert trial.line.was_cut or answer.exit == RECORDED, answer.report()
        trial.line.watch()
        trial.line.drop()
        there = name in listed(trial.far)
        assert answer.exit == UNKNOWN or there == (answer.exit == RECORDED), answer.report()
        active = name if there else active
        chosen = json.loads(trial.far.done("stack", "get", "-o", "json").stdout)
        assert chosen["stack"]["name"] == active, answer.report()
    trial.check()


def test_what_is_lost_on_the_way_back_is_asked_for_again_by_its_id(trial: Trial) -> None:
    """The service has recorded it, the answer is lost: the same change is answered again, and nothing is twice."""
    trial.line.watch(Cut(rb"POST ", after=True, connection=1))
    name, answer = trial.change()
    assert trial.line.was_cut
    answer.exits(RECORDED)
    assert listed(trial.far).count(name) == 1
    trial.check()
