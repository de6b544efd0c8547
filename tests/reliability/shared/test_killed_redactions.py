"""A redaction in a shared profile is killed at any of its steps: the value is gone everywhere, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.machines import Row
from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.moves import Steps, killed_at
from tests.support.program import Home
from tests.support.removals import Place, bytes_of, places, redact
from tests.support.sizes import FULL
from zenml import paths
from zenml.projections import stored_events
from zenml.projections.database import open_still
from zenml.stores.recorder import LedgerDatastore
from zenml.stores.shared.pending import PendingParts
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import read_place
from zenml.stores.transactions import RecordingTransaction

pytestmark = pytest.mark.slow

CANARY = "canary.example.com/customer"
ASK = {"ZENML_FRESH": "0"}
STEPS: Steps = (
    (PendingParts, "put"),
    (LockedShared, "append"),
    (LockedShared, "blank"),
    (LockedShared, "commit"),
    (RecordingTransaction, "finish_views"),
    (LedgerDatastore, "emptied_log"),
    (PendingParts, "remove"),
)


@pytest.fixture(params=KINDS if FULL else KINDS[1:2])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


def rows(home: Home) -> list[Row]:
    with open_still(paths.ledger_file(str(home.config))) as database:
        return [
            Row(row.rowid, row.ledger_id, row.position, row.topic, row.text.decode())
            for row in stored_events.events(database)
        ]


def upstream(url: str, ledger_id: str) -> bool:
    """Tells whether the database has the value."""
    with closing(SharedDatabase(read_place(url), patience=10)) as database:
        return any(CANARY.encode() in event.state for event in database.events(ledger_id, 0))


def values(home: Home) -> dict[str, list[Place]]:
    """Returns where the value is, by ledger: in the shared one, and in the machine's."""
    stored = rows(home)
    found = {ledger_id: places(stored, ledger_id, CANARY) for ledger_id in {row.ledger_id for row in stored}}
    return {ledger_id: those for ledger_id, those in found.items() if those}


def test_a_redaction_that_is_killed_is_done_everywhere_or_nowhere(tmp_path: Path, url: str) -> None:
    one, other = shared.machine(tmp_path / "one", "one"), shared.machine(tmp_path / "other", "other")
    for home in (one, other):
        home.done("profile", "create", "team", "--store-type", "sql", "--url", url, "--set")
    ledger_id = shared._profile(one, "team").profile_ledger_id
    step, outcomes = 0, list[bool]()
    while True:
        step += 1
        with moves.on(one) as repository, repository.change(reason=f"{CANARY} {step}"):
            repository.register_component("container_registry", f"r{step}", "default", {"uri": f"{CANARY}/{step}"})
            parts = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}
            repository.combine_stack(f"s{step}", parts, activate=True)
        other.done("stack", "list", env=ASK)
        wanted = values(one)
        assert len(wanted) == 2

        def work(wanted: dict[str, list[Place]] = wanted) -> None:
            with moves.on(one) as repository:
                redact(repository, wanted)

        was_killed = killed_at(step, work, STEPS)
        is_there = upstream(url, ledger_id)
        outcomes.append(is_there)
        for home in (one, other):
            home.done("stack", "list", env=ASK)
        if is_there:
            assert was_killed
            assert values(one) == wanted
            assert list(values(other)) == [ledger_id]
            with moves.on(one) as repository:
                redact(repository, wanted)
            other.done("stack", "list", env=ASK)
        assert values(one) == values(other) == {}
        one.done("stack", "rename", f"s{step}", f"renamed{step}")  # what was killed may have left a log
        assert bytes_of(one.config, CANARY) == bytes_of(other.config, CANARY) == {}
        if not was_killed:
            break
    assert outcomes == sorted(outcomes, reverse=True), "from the commit on it is gone"
    assert (outcomes[0], outcomes[-1], len(outcomes) > 12) == (True, False, True)
