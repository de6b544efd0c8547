from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.model.machine import Game
from tests.support.sizes import GAME_STEPS, GAMES

TestGame = Game.TestCase
TestGame.settings = settings(
    max_examples=GAMES,
    stateful_step_count=GAME_STEPS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize="CI" in os.environ,  # the same games each time; elsewhere new ones
    print_blob=True,
    report_multiple_bugs=False,
)
