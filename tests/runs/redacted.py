"""Runs that say too much, and taking it out of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tests.runs.recording import note, on, opened
from tests.support import plain_sql
from tests.support.program import Home
from zenml.api.redacting import Redacted
from zenml.domain.run_events import RunActor, RunNoted, RunValuesRedacted
from zenml.ledger.origin import origin
from zenml.runs.configuration import configuration
from zenml.runs.recording.redacted import values_redacted
from zenml.runs.running.code import FoundCode
from zenml.runs.running.masking import Mask
from zenml.runs.running.started import RunRequest, salted, started
from zenml.stores.runs.stored import events_in
from zenml.stores.shared_database.rows import SharedEvent

SECRET = "customer-4711"


def a_secret_run(home: Home) -> str:
    """Records a run on a machine that has it in its command and in a note; returns the run's id."""
    with on(home) as repository:
        with repository.reading() as snapshot:
            chosen = configuration(snapshot, None)
        request = RunRequest(
            name="says too much", command=("python", f"--data=s3://{SECRET}/data"), folder="/work"
        )
        run = started(chosen, origin(None, None, None), request, FoundCode(), Mask())
        store = opened(repository)[2]
        store.append([run])
        store.append([secret_note(run.run_id, f"s3://{SECRET}/model")])
        return run.run_id


def secret_note(run_id: str, uri: str) -> RunNoted:
    """Returns that a run made something, at a place that should not be known."""
    noted = note(run_id, "model")
    return noted.replace(note=noted.note.replace(uri=salted(uri)))


def redact(home: Home) -> Redacted:
    """Takes it out, on a machine."""
    with on(home) as repository:
        repository._reason = "a customer asked for it"
        return repository.redact(repository.find_redaction(text=SECRET))


def said(values: Sequence[tuple[int, str]]) -> RunValuesRedacted:
    """Returns the event that says that values were blanked."""
    actor = RunActor(actor_id=salted("ann"), kind="person", known_by="operating system user")
    return values_redacted(values, actor=actor, reason="a customer asked for it")


def events(home: Home) -> list[SharedEvent]:
    """Returns the events of the runs that a machine has."""
    with on(home) as repository:
        return events_in(opened(repository)[2].path, 0, 1_000)


def redactions(home: Home) -> list[dict[str, Any]]:
    """Returns what a machine has of redactions in runs."""
    return [json.loads(event.state) for event in events(home) if event.topic == RunValuesRedacted.TOPIC]


def states(url: str) -> bytes:
    """Returns the texts of all events that a database has."""
    return b"".join(bytes(state) for (state,) in plain_sql.rows(url, "SELECT state FROM zenml_events"))
