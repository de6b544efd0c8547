"""The formats in which runs are exported, one in each module: a function `lines` that turns a run into lines.

Nothing of a secret is in a run, and nothing is masked here: what was redacted is absent.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zenml.audit.run_formats.exported_run import ExportedRun

RUN_FORMATS = {
    "jsonl": "all that is recorded, a run a line",
    "openlineage": "events of OpenLineage, for catalogs of lineage",
    "slsa": "in-toto statements with SLSA provenance, for what runs made",
}
"""By name, as ``--format`` takes it, what they are for; ``jsonl`` is in the module ``json_runs``."""

_MODULES = {"jsonl": "json_runs"}


def run_writer(name: str) -> Callable[[ExportedRun], Iterator[str]]:
    """Returns what writes a format, given by a name of `RUN_FORMATS`."""
    module = import_module(f"{__name__}.{_MODULES.get(name, name)}")
    lines: Callable[[ExportedRun], Iterator[str]] = module.lines
    return lines
