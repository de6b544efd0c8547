"""``zenml runs export``."""

from __future__ import annotations

import sys
from typing import Optional

from zenml.audit.run_formats import RUN_FORMATS
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options.change_options import given_time
from zenml.cli.options.declared import Option
from zenml.cli.options.export_options import ExportDryRun, ExportReason, Overwrite, PrivateOut
from zenml.cli.options.run_options import (
    OfName,
    OfOutcome,
    OnStack,
    StartedBefore,
    StartedBy,
    StartedSince,
    StartedUntil,
    WithComponent,
    WithValue,
    typed_component,
    typed_outcome,
    typed_values,
)
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.domain.visible import visible
from zenml.runs.looking.files import said_put_away

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.runs.exporting import ExportedRuns

_Text = Optional[str]  # noqa: UP045 - it is read at run time


def export(
    format: Annotated[
        str,
        Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="; ".join(f"{name}: {about}" for name, about in RUN_FORMATS.items()),
            autocompletion=lambda incomplete, typed: list(RUN_FORMATS),
        ),
    ] = "jsonl",
    out: PrivateOut = None,
    overwrite: Overwrite = False,
    mine: Annotated[bool, Option("--mine", help="Only your own runs")] = False,
    actor: StartedBy = None,
    stack: OnStack = None,
    component: WithComponent = None,
    values: WithValue = None,
    outcome: OfOutcome = None,
    name: OfName = None,
    since: StartedSince = None,
    until: StartedUntil = None,
    before: StartedBefore = None,
    reason: ExportReason = None,
    dry_run: ExportDryRun = False,
) -> None:
    """Export runs of the active profile, the oldest first.

    The export is recorded before any of it can be seen. An OpenLineage event names the position of the profile's
    ledger as of which a run ran, and the root there; so does SLSA provenance, which only runs have that succeeded
    and noted an artifact with its digest.

    Example: zenml runs export --format openlineage --out runs.jsonl
    """
    if format not in RUN_FORMATS:
        raise BadValueError(f"'{format}' is not one of {', '.join(RUN_FORMATS)}.", param_hint="--format")
    out = None if out == "-" else out
    run = WriteCommand(reason, dry_run)
    with run.noted():
        done = run.repository().export_runs(
            out if out is not None else sys.stdout.buffer,
            format,
            overwrite=overwrite,
            mine=mine,
            actor=actor,
            stack=stack,
            component=typed_component(component),
            uses=typed_values(values or []),
            outcome=typed_outcome(outcome),
            name=name,
            since=given_time("--since", since),
            until=given_time("--until", until, end=True),
            before=before,
        )
    _report(done, dry_run=dry_run)


def _report(done: ExportedRuns, *, dry_run: bool) -> None:
    """Says what was handed out, on standard error: standard output may be the export."""
    target = f" to file '{done.file}'" if done.file else ""
    verb = "Dry run: would export" if dry_run else "Exported"
    notice(visible(f"{verb} {_counted(done.runs)}{target}."))
    if not dry_run:
        notice(f"SHA-256 {done.digest}")
    if done.left_out:
        notice(f"Left out: {_counted(done.left_out)}, of which {done.format} has nothing to say.")
    if done.put_away:
        notice(said_put_away(done.put_away))


def _counted(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
