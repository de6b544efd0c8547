"""Handing out what is recorded of runs, in formats of others: recorded before any of it can be seen."""

from __future__ import annotations

import io
import shutil
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from zenml import paths
from zenml.api.record_export import export_draft, record_handing_out, written
from zenml.audit.entries import EntryActor, EntryOrigin
from zenml.audit.export import Occasion
from zenml.audit.run_formats import RUN_FORMATS, run_writer
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.origin import origin
from zenml.runs.looking.exported import exported_runs
from zenml.runs.looking.files import put_away
from zenml.snapshot.times import stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.runs.looking.finding_runs import RunFilterArguments
    from zenml.runs.looking.info import RunInfo


class ExportedRuns(NamedTuple):
    """What was handed out.

    Attributes:
        format: The name of the format.
        file: Where it is; None if it was handed to a stream.
        size: Its length in bytes.
        digest: The SHA-256 of these bytes, as hex.
        runs: How many runs there are in it.
        left_out: How many runs the format has nothing to say of.
        put_away: The years whose runs are closed and not here any more: none of them is in it.
        change: The change that recorded the export; None if it could not be recorded, and for a dry run.
    """

    format: str
    file: str | None
    size: int
    digest: str
    runs: int
    left_out: int
    put_away: list[int]
    change: Change | None


def export_runs(
    asking: Recording, out: str | BinaryIO, format_name: str, *, overwrite: bool, which: RunFilterArguments
) -> ExportedRuns:
    """Writes runs in a format; see `Repository.export_runs`."""
    if format_name not in RUN_FORMATS:
        raise InvalidValueError(
            f"'{format_name}' is not a format of exports of runs.", f"The formats are: {', '.join(RUN_FORMATS)}."
        )
    if asking._open is not None:
        raise NotAllowedError("Runs cannot be exported within a change.", "Export them when the change is over.")
    if isinstance(out, io.TextIOBase):
        raise InvalidValueError("Runs are exported as bytes.", "Give a file that is opened for bytes.")
    oldest_first: RunFilterArguments = {**which, "reverse": True}
    matching = asking.runs(**oldest_first)
    with asking.reading() as snapshot:
        gone = put_away(snapshot.connection, asking.config_directory, snapshot.ledger_id)
    path = paths.absolute(out) if isinstance(out, str) else None
    counted = [0, 0]
    with export_draft(asking, out, overwrite) as file:
        size, digest = written(file, _lines(asking, matching, format_name, counted))
        runs, left_out = counted
        change = record_handing_out(asking, _occasion(asking, format_name, which), runs, path, size, digest)
        if not isinstance(out, str) and not asking.dry_run:
            file.seek(0)
            shutil.copyfileobj(file, out)
            out.flush()
    return ExportedRuns(format_name, path, size, digest, runs, left_out, gone, change)


def _lines(asking: Recording, matching: list[RunInfo], format_name: str, counted: list[int]) -> Iterator[str]:
    """Yields the lines, and counts the runs that have some, and those that have none."""
    lines_of = run_writer(format_name)
    for run in exported_runs(asking.config_directory, matching):
        lines = list(lines_of(run))
        counted[0 if lines else 1] += 1
        yield from lines


def _occasion(asking: Recording, format_name: str, which: RunFilterArguments) -> Occasion:
    with asking.reading() as snapshot:
        root, profile = snapshot.root, snapshot.active.profile
    who = origin(None, root, None)
    conditions = {
        name: stored(value) if isinstance(value, datetime) else value
        for name, value in which.items()
        if value is not None and value is not False
    }
    return Occasion(
        new_id(),
        f"runs-{format_name}",
        utc_now(),
        EntryActor(who.actor, who.actor_kind, who.known_by, who.system_user),
        EntryOrigin(who.host, who.session, who.repository_path, who.client_version, None),
        {"runs_of": profile.name if profile else None, **conditions},
    )
