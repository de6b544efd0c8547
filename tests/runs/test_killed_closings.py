"""A process is killed while it closes a year of shared runs, or deletes them: what is recorded stays true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.runs.closed import close_2025, opened_2025, recorded_2025, run_in_2025, store_of_closed, stored
from tests.runs.recording import note, on
from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import Steps
from tests.support.sizes import FULL
from zenml.domain.errors import NotAllowedError
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.locked import LockedRuns
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.transactions import RecordingTransaction

pytestmark = pytest.mark.slow

STEPS: Steps = (
    (SharedDatabase, "claim"),
    (LockedShared, "set_moved_to"),
    (LockedShared, "commit"),
    (LockedRuns, "finish"),
    (RecordingTransaction, "finish_views"),
    (LockedShared, "remove_events"),
    (RunsFile, "delete"),
)
"""Before each and after each it can be killed."""


@pytest.fixture(params=KINDS if FULL else KINDS[1:2])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str) -> Iterator[str]:
    with fresh_url(kind) as url:
        yield url


def test_a_year_that_is_closed_and_deleted_is_so_after_the_same_command_again(tmp_path: Path, kind: str) -> None:
    step, states = 1, list[tuple[bool, str | None]]()
    while True:
        with fresh_url(kind) as url:
            one, other = (shared.machine(tmp_path / f"{name}-{step}", name, "ann") for name in ("one", "other"))
            for home in (one, other):
                shared._make(home, "team", url)
            run = run_in_2025(one, "first")
            stale = opened_2025(other)
            stale.catch_up()
            was_killed = moves.killed_at(step, lambda one=one: close_2025(one, delete=True), STEPS)  # type: ignore[misc]
            with suppress(NotAllowedError):
                stale.append([note(run.run_id, "late")])
            size, moved_to, count = stored(url)
            row = recorded_2025(other)
            states.append((row.size is not None, moved_to))
            assert row.size in (None, size), "nothing was added to what was closed"
            assert count == (0 if moved_to == "removed" else size)
            close_2025(one, delete=True)
            assert recorded_2025(other).size == size
            assert stored(url) == (size, "removed", 0)
            assert not Path(store_of_closed(one).path).exists()
            with on(other) as repository:
                assert [run.name for run in repository.runs()] == ["first"]
                assert repository.verify().ok
        if not was_killed:
            break
        step += 1
    seen = list(dict.fromkeys(states))
    assert seen == [(False, None), (False, "closed"), (True, "closed"), (True, "removed")]
