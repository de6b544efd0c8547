"""A process is killed while it redacts in shared runs: the value is gone everywhere, or nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.runs.recording import MadeUpProfile
from tests.runs.redacted import SECRET, said, secret_note
from tests.support import moves
from zenml.domain.run_events import RunValuesRedacted
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.locked import LockedRuns
from zenml.stores.runs.stored import events_in
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared

STEPS = (
    (SharedDatabase, "head"),
    (LockedRuns, "append"),
    (LockedShared, "append"),
    (LockedShared, "blank"),
    (LockedShared, "commit"),
    (LockedRuns, "finish"),
    (RunsFile, "emptied_log"),
)
"""Before each and after each it can be killed."""


def test_a_redaction_that_is_killed_is_done_everywhere_or_nowhere(place: MadeUpProfile) -> None:
    step, outcomes = 1, list[bool]()
    far, near = place.machine("far"), place.machine("near")
    while True:
        text = f"{SECRET}-{step}-end"
        far.append([secret_note(place.run_id, text)])
        near.catch_up()
        position = place.size()
        values = [(position, "/note/uri")]
        assert text.encode() in place.state_at(position)
        was_killed = moves.killed_at(step, lambda values=values: place.machine("far").redact(values, said), STEPS)  # type: ignore[misc]
        is_there = text.encode() in place.state_at(position)
        outcomes.append(is_there)
        assert place.size() == position + (not is_there), "it is gone and recorded, or neither"
        far.redact(values, said)
        assert place.size() == position + 1, "whoever repeats it does the rest, and nothing twice"
        near.catch_up()
        for machine in (far, near):
            assert text.encode() not in bytes_beside(machine.path)
            (*_, last) = events_in(machine.path, 0, 10_000)
            assert last.topic == RunValuesRedacted.TOPIC
        if not was_killed:
            break
        step += 1
    assert outcomes == sorted(outcomes, reverse=True), "from the commit on it is gone"
    assert (outcomes[0], outcomes[-1], len(outcomes) > 2 * len(STEPS)) == (True, False, True)


def bytes_beside(path: str) -> bytes:
    """Returns the bytes of a file, and of what SQLite keeps beside it."""
    file = Path(path)
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
