"""Redacting in files of runs: values are blanked, and their ledger says which, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.custody.runs.listed import listed_runs
from zenml.custody.runs.seen import SeenRuns
from zenml.domain.events.evidence import RedactedValue
from zenml.domain.run_events import RunActor, RunValuesRedacted
from zenml.ledger.ids import utc_now
from zenml.ledger.origin import origin
from zenml.redaction.in_runs import blank_in_runs
from zenml.runs.running.started import salted
from zenml.stores.runs.file import RunsFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.api.recording import Recording
    from zenml.redaction.found import FoundValue

_TOGETHER = 300  # values that one event names: it may not be longer than others
_IN_THE_LOG = "Somebody still reads {path}, so its log has what was blanked: redact again when they are done."


def redact_in_runs(asking: Recording, values: Iterable[FoundValue], reason: str | None) -> list[str]:
    """Blanks values in files of runs, and takes them out of their logs; returns what is in the way.

    Raises:
        LedgerError: A file cannot be written, or is not what was recorded.
    """
    by_ledger: dict[str, list[tuple[int, str]]] = {}
    for value in values:
        by_ledger.setdefault(value.place.ledger_id, []).append((value.place.position, value.place.field))
    with asking.reading(ask=False) as snapshot:
        files = {it.ledger_id: it.path for it in listed_runs(snapshot.connection, asking.config_directory)}
    sentences = list[str]()
    for ledger_id, places in by_ledger.items():
        file = RunsFile(files[ledger_id], ledger_id, SeenRuns(asking.config_directory, ledger_id))
        with file.locked() as locked:
            done = blank_in_runs(locked.database, tuple(places))
            for start in range(0, len(done), _TOGETHER):
                locked.append(_event(asking, done[start : start + _TOGETHER], reason))
        sentences += [] if file.emptied_log() else [_IN_THE_LOG.format(path=file.path)]
    return sentences


def _event(asking: Recording, values: list[tuple[int, str]], reason: str | None) -> RunValuesRedacted:
    who = origin(asking._command, str(asking.root) if asking.root else None, reason)
    return RunValuesRedacted(
        values=tuple(RedactedValue(position=position, field=field) for position, field in values),
        actor=RunActor(actor_id=salted(who.actor), kind=who.actor_kind, known_by=who.known_by),
        reason=salted(who.reason or ""),
        time=utc_now(),
        prior_root="0" * 64,
    )
