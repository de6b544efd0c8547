"""What a run notes of itself: where else it is shown, what it made and used, and how its steps ended."""

from __future__ import annotations

import re
from contextlib import closing

from zenml.domain.errors import InvalidValueError, NotAllowedError, RunNotFoundError
from zenml.domain.names import check_name
from zenml.domain.run_events import RunArtifact, RunLink, RunNoted, RunStep
from zenml.ledger.ids import utc_now
from zenml.projections import machine
from zenml.projections.runs import ledgers
from zenml.runs.looking.files import RecordedRuns, years
from zenml.runs.recording.opening import open_runs
from zenml.runs.running.started import salted, storable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.runs.running.masking import Mask
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stores.runs.store import RunsStore

MOST = 1_000
"""Notes that a run can have: more are data, and belong where the engine keeps its data."""

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})")

Artifact = tuple[str, str, str | None]
"""A name, a URI, and a SHA-256 as 64 hex digits, perhaps with ``sha256:`` in front; None if it is not known."""


def artifact(mask: Mask, name: str, uri: str, digest: str | None) -> RunArtifact:
    """Returns an artifact as it is recorded, without secrets.

    Raises:
        InvalidValueError: The name cannot be one, or the digest is none.
    """
    check_name("artifact", name)
    found = _DIGEST.fullmatch(digest) if digest is not None else None
    if digest is not None and found is None:
        raise InvalidValueError(
            f"'{digest[:80]}' is not a SHA-256: it has 64 digits of 0-9 and a-f.", code="not_a_digest"
        )
    return RunArtifact(
        name=mask.text(name), uri=salted(mask.text(storable(uri))), digest=found[1] if found else None
    )


def link(mask: Mask, engine: str, external_id: str | None, url: str | None) -> RunLink:
    """Returns a link as it is recorded, without secrets.

    Raises:
        InvalidValueError: The engine's name cannot be one, or it is neither said what the run is called there nor
            where it is shown.
    """
    check_name("engine", engine)
    if external_id is None and url is None:
        raise InvalidValueError(
            f"The link to '{engine}' has neither an id nor a URL.", "Pass external_id=... or url=..."
        )
    named, shown = (None if text is None else salted(mask.text(storable(text))) for text in (external_id, url))
    return RunLink(engine=mask.text(engine), external_id=named, url=shown)


def step(
    mask: Mask,
    name: str,
    outcome: str,
    cache_key: str | None,
    inputs: Iterable[Artifact],
    outputs: Iterable[Artifact],
) -> RunStep:
    """Returns the end of a step as it is recorded, without secrets. Raises `InvalidValueError` as `artifact`."""
    check_name("step", name)
    outcomes = ("succeeded", "failed", "cached")
    if outcome not in outcomes:
        raise InvalidValueError(f"'{outcome}' is not how a step ends.", f"It is one of {', '.join(outcomes)}.")
    return RunStep(
        step=mask.text(name),
        outcome=outcome,  # type: ignore[arg-type] # it is one of them
        cache_key=None if cache_key is None else mask.text(storable(cache_key)),
        inputs=tuple(artifact(mask, *one) for one in inputs),
        outputs=tuple(artifact(mask, *one) for one in outputs),
    )


def record(
    snapshot: Snapshot,
    config_directory: str,
    profile_ledger_id: str,
    run_id: str,
    note: RunLink | RunArtifact | RunStep,
) -> None:
    """Records a note of a run.

    Raises:
        RunNotFoundError: The run is not recorded here.
        NotAllowedError: It has all the notes that a run can have.
        LedgerError: It cannot be recorded.
    """
    with RecordedRuns(config_directory, profile_ledger_id) as recorded:
        row = recorded.by_id(run_id)
        count = len(recorded.notes(row)) if row is not None else 0
    if row is None:
        raise _not_recorded(run_id)
    if count >= MOST:
        raise NotAllowedError(
            f"The run has {MOST:,} notes, and none can be added.", code="too_many_notes", run=run_id
        )
    with closing(_store(snapshot, config_directory, profile_ledger_id, run_id)) as store:
        store.append([RunNoted(run_id=run_id, note=note, time=utc_now())])


def _store(snapshot: Snapshot, config_directory: str, profile_ledger_id: str, run_id: str) -> RunsStore:
    """Returns where a run is recorded."""
    profile = machine.profile_of_ledger(snapshot.connection, snapshot.machine_id, profile_ledger_id)
    there = {row.year: row for row in ledgers.runs_ledgers(snapshot.connection, profile_ledger_id)}
    for year, path in years(config_directory, profile_ledger_id):
        if profile is not None and year in there and there[year].size is None and _has(path, run_id):
            return open_runs(config_directory, profile, there[year])
    raise _not_recorded(run_id)


def _has(path: str, run_id: str) -> bool:
    from zenml.projections import database
    from zenml.projections.runs import queries

    with database.open_still(path) as connection:
        return queries.run(connection, run_id) is not None


def _not_recorded(run_id: str) -> RunNotFoundError:
    return RunNotFoundError(f"Run '{run_id}' is not recorded here, or its year is closed.", code="run_not_found")
