from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.model.machine import Game

TestGame = Game.TestCase
TestGame.settings = settings(
    max_examples=int(os.environ.get("MODEL_EXAMPLES", "30")),
    stateful_step_count=int(os.environ.get("MODEL_STEPS", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    derandomize="CI" in os.environ,  # the same games each time; elsewhere new ones
    print_blob=True,
    report_multiple_bugs=False,
)
