"""All that is recorded of a run, as one line of JSON: the keys of ``zenml runs list -o jsonl``, and ``notes``."""

from __future__ import annotations

from collections.abc import Iterator

from zenml.audit.formats.json_lines import line
from zenml.audit.run_formats.exported_run import ExportedRun

VERSION = 1
"""Of the shape of a line. Raised when a key goes or means something else."""


def lines(run: ExportedRun) -> Iterator[str]:
    """Yields one line."""
    yield line({"version": VERSION, **run.info, "notes": run.notes})
