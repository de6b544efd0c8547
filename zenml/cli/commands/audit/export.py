"""``zenml audit export`` and ``zenml audit import``."""

from __future__ import annotations

import os
import shlex
import sys
from itertools import chain, count
from typing import Optional

from zenml import paths
from zenml.audit.formats import FORMATS
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import BadValueError, ExitError, MisusedError
from zenml.cli.options.change_options import (
    AboutComponent,
    AboutStack,
    ByActor,
    Everything,
    OfItself,
    OfKind,
    OfProfile,
    Since,
    Until,
    check,
    given_range,
)
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.export_options import ExportDryRun, ExportReason, Overwrite, PrivateOut
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.progress import progress
from zenml.domain.annotations import Annotated
from zenml.domain.errors import DAMAGED
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.record_export import Exported

_Text = Optional[str]  # noqa: UP045 - it is read at run time


def export(
    format: Annotated[
        str,
        Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="; ".join(f"{name}: {about}" for name, about in FORMATS.items()),
            autocompletion=lambda incomplete, typed: list(FORMATS),
        ),
    ] = "jsonl",
    out: PrivateOut = None,
    overwrite: Overwrite = False,
    since: Since = None,
    until: Until = None,
    since_export: Annotated[
        _Text,
        Option(
            "--since-export",
            metavar="FILE|CHANGE",
            help="Only what was recorded after an earlier export: its file, or the change that recorded it",
        ),
    ] = None,
    profile: OfProfile = None,
    stack: AboutStack = None,
    own: OfItself = False,
    component: AboutComponent = None,
    actor: ByActor = None,
    kind: OfKind = None,
    everything: Everything = False,
    reason: ExportReason = None,
    dry_run: ExportDryRun = False,
) -> None:
    """Export who did what, when and from where.

    It includes what was refused or failed; secrets are masked. The export is recorded before any of it can be
    seen. A TIME is as for "zenml history".

    Example: zenml audit export --all --format csv --out record.csv
    """
    if format not in FORMATS:
        raise BadValueError(f"'{format}' is not one of {', '.join(FORMATS)}.", param_hint="--format")
    check(kind or [], profile if everything else None, own_without_stack=own and stack is None)
    begin, end = given_range(since, until)
    if since is not None and since_export is not None:
        raise BadValueError("Use either --since or --since-export.", param_hint="--since")
    if out is None and not dry_run and sys.stdout.isatty():
        raise MisusedError("This would print the whole export on the terminal.", _for_a_file(format))
    out = None if out == "-" else out
    with WriteCommand(reason, dry_run).noted():
        repository = Repository(notify=notice, command=sys.argv[1:], reason=reason, dry_run=dry_run)
        # everything is the same wherever one is, and however damaged; and nothing begins a ledger to export it
        if not everything and os.path.exists(paths.ledger_file(repository.config_directory)):
            with repository.reading() as snapshot:
                announce(repository, snapshot, uses=PROFILE if profile is None else NOTHING)
        with progress("Exporting", "steps") as update:
            done = repository.export_record(
                out if out is not None else sys.stdout.buffer,
                format,
                overwrite=overwrite,
                progress=update,
                since_export=since_export,
                since=begin,
                until=end,
                profile=profile,
                stack=stack,
                own=own,
                component=component,
                actor=actor,
                kinds=kind or (),
                everything=everything,
            )
    _report_export(done, dry_run=dry_run)
    if not done.sound:
        notice('Error: The record has been altered. Hint: Run "zenml audit verify" to see what is wrong.')
        raise ExitError(DAMAGED)


def _for_a_file(format: str) -> str:
    """Returns what to type instead, where an export would be poured over a terminal."""
    names = chain([f"record.{format}"], (f"record-{number}.{format}" for number in count(2)))
    free = next(name for name in names if not os.path.lexists(name))
    return f'Run "zenml {shlex.join([*sys.argv[1:], "--out", free])}", or add "--out -" to see it here.'


def _report_export(done: Exported, *, dry_run: bool) -> None:
    """Says what was handed out, on standard error: standard output may be the export."""
    manifest = done.manifest
    target = f" to file '{done.file}'" if done.file else ""
    verb = "Dry run: would export" if dry_run else "Exported"
    notice(
        f"{verb} {_counted(manifest['events'], 'event')} and {_counted(manifest['attempts'], 'attempt')}{target}."
    )
    if not dry_run:
        notice(f"SHA-256 {done.digest}")
    if manifest["left_out"] or manifest["attempts_left_out"]:
        left_out = (
            f"{_counted(manifest['left_out'], 'event')} and {_counted(manifest['attempts_left_out'], 'attempt')}"
        )
        is_plain = manifest["filter"].keys() == {"profile", "repository"}
        advice = "; add --all for those of every profile and repository" if is_plain else ""
        notice(f"Left out: {left_out}{advice}.")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def import_(
    file: Annotated[
        str,
        Argument(metavar="FILE", help="A file of 'zenml audit export --format jsonl --all'; - for standard input"),
    ],
) -> None:
    """Make a new ledger from an export in jsonl format.

    The configuration folder, set by ZENML_CONFIG_PATH, must not have a ledger yet. Each event is hashed again,
    and the roots must match the export. It does not contain the keys of secrets: these stay masked.

    Example: zenml audit import record.jsonl
    """
    repository = Repository(notify=notice)
    with progress("Importing", "events") as update:
        done = repository.import_record(file, lambda count: update(count, count))
    print(f"Imported {_counted(done.events, 'event')}; the roots of all ledgers match the export:")
    for ledger_id, root in done.roots.items():
        print(f"  {ledger_id}  {root}")
