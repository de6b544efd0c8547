"""Runs as they are exported: each with what was noted of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zenml.audit.run_formats.exported_run import ExportedRun
from zenml.runs.looking.details import note_document
from zenml.runs.looking.files import RecordedRuns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.runs.looking.info import RunInfo


def exported_runs(config_directory: str, runs: Iterable[RunInfo]) -> Iterator[ExportedRun]:
    """Yields runs with their notes.

    Args:
        config_directory: The configuration folder.
        runs: The runs, of one profile.

    Raises:
        DamagedLedgerError: A file of runs is damaged.
    """
    runs = list(runs)
    if not runs:
        return
    with RecordedRuns(config_directory, runs[0].profile_ledger_id) as recorded:
        for info in runs:
            row = recorded.by_id(info.run_id)
            notes = [] if row is None else recorded.notes(row)
            yield ExportedRun(info.document(), [note_document(fields) for fields in notes])
