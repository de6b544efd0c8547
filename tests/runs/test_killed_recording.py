"""A process is killed while it records something of a run: all of it is recorded, or nothing, and others go on."""

from __future__ import annotations

from tests.runs.recording import MadeUpProfile, note
from tests.support import moves
from zenml.stores.runs.locked import LockedRuns
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared

STEPS = (
    (SharedDatabase, "head"),
    (LockedRuns, "append"),
    (LockedShared, "append"),
    (LockedShared, "commit"),
    (LockedRuns, "finish"),
)
"""Before each and after each it can be killed."""


def test_what_is_recorded_of_a_run_is_so_before_or_after_the_process_was_killed(place: MadeUpProfile) -> None:
    step, recorded = 1, list[str]()
    while True:
        killed, next_one = note(place.run_id, f"killed-{step}"), note(place.run_id, f"next-{step}")
        was_killed = moves.killed_at(step, lambda one=killed: place.machine("far").append([one]), STEPS)  # type: ignore[misc]
        there = place.recorded()
        assert there in (recorded, [*recorded, killed.note.name]), step  # type: ignore[union-attr]
        place.machine("far").append([killed, next_one])  # as what was spooled is recorded later
        recorded = [*recorded, f"killed-{step}", f"next-{step}"]
        assert place.recorded() == recorded, step
        if not was_killed:
            assert step > 2 * len(STEPS)
            return
        step += 1
