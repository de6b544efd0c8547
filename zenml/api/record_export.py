"""Handing the record out: what an auditor takes away, recorded before it is handed over."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from zenml import paths
from zenml.application.recorded import record_export
from zenml.audit.entries import EntryActor, EntryOrigin
from zenml.audit.export import Export, Occasion
from zenml.audit.failed_attempts import Attempts, note_filter
from zenml.audit.formats import FORMATS, writer
from zenml.audit.record import RecordStream
from zenml.custody import remembered_heads
from zenml.custody.earlier_exports import Earlier, find_earlier_export
from zenml.custody.ledger_file import check_begun, checked_as_read, opened, verified_as_read
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, NotAllowedError
from zenml.files.drafts import sync_open
from zenml.files.outputs import output_file
from zenml.history.history_filter import selection
from zenml.ledger import failed_attempts
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.origin import origin
from zenml.ledger.verification.replaying import Replay, replay_beside
from zenml.projections.database import machine_ledger
from zenml.projections.timeline import history, points
from zenml.projections.timeline.filters import EVERY
from zenml.projections.timeline.history import chosen
from zenml.snapshot.times import stored

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.custody.heads_file import KnownHead
    from zenml.history.history_filter import Which
    from zenml.ledger.change import Change
    from zenml.projections.database import Database
    from zenml.projections.timeline.filters import Filter
    from zenml.projections.timeline.history import Context
    from zenml.snapshot.snapshot import Snapshot

Progress = Callable[[int, int], None]
_TOGETHER = 16  # lines that are written at once


class Exported(NamedTuple):
    """What was handed out.

    Attributes:
        format: The name of the format.
        file: Where it is; None if it was handed to a stream.
        size: Its length in bytes.
        digest: The SHA-256 of these bytes, as hex.
        manifest: What it holds and what it left out.
        sound: Whether the record is what was written, as far as its roots can tell.
        change: The change that recorded the export; None if it could not be recorded, and for a dry run.
    """

    format: str
    file: str | None
    size: int
    digest: str
    manifest: dict[str, Any]
    sound: bool
    change: Change | None


def export(
    asking: Recording,
    out: str | BinaryIO,
    format_name: str,
    *,
    overwrite: bool,
    progress: Progress,
    since_export: str | None,
    which: Which,
) -> Exported:
    """Writes the record in a format, records that, and only then hands it out."""
    if format_name not in FORMATS:
        raise InvalidValueError(
            f"'{format_name}' is not a format of exports.", f"The formats are: {', '.join(FORMATS)}."
        )
    if asking._open is not None:
        raise NotAllowedError(
            "The record cannot be exported within a change.", "Export it when the change is over."
        )
    if since_export is not None and which.get("since") is not None:
        raise InvalidValueError(
            "Both a time and an earlier export to begin after are given.", "Give one or the other."
        )
    if isinstance(out, io.TextIOBase):
        raise InvalidValueError("The record is exported as bytes.", "Give a file that is opened for bytes.")
    which["kinds"] = tuple(which.get("kinds") or ())  # which are asked for more than once
    path = paths.absolute(out) if isinstance(out, str) else None
    with export_draft(asking, out, overwrite) as file:
        with _look(asking, which, since_export) as look, replay_beside(look.connection) as replay:
            made = _prepared(asking, look, format_name, progress, replay)
            size, digest = written(file, writer(format_name)(made))
            manifest, sound = made.manifest(), made.sound
        change = record_handing_out(asking, made.occasion, manifest["entries"], path, size, digest)
        if not isinstance(out, str) and not asking.dry_run:
            file.seek(0)
            shutil.copyfileobj(file, out)
            out.flush()
    return Exported(format_name, path, size, digest, manifest, sound, change)


@contextlib.contextmanager
def export_draft(asking: Recording, out: str | BinaryIO, overwrite: bool) -> Iterator[BinaryIO]:
    """Gives what an export is written to until it is recorded: for a stream, a file without a name."""
    if asking.dry_run:
        with open(os.devnull, "wb") as nowhere:
            yield nowhere
    elif isinstance(out, str):
        with output_file(out, overwrite=overwrite, private=True) as file:
            yield file
    else:
        try:
            waiting = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        except OSError as error:
            raise _no_room(error) from error
        with waiting:
            yield waiting


class _Look(NamedTuple):
    """The record as it is now, and what is wanted of it.

    Attributes:
        connection: The views.
        machine_id: The machine's ledger.
        root: The repository one is in.
        context: Whose changes are wanted.
        changes: Which of them: a range of numbers in place of times.
        attempts: Which attempts, by their times.
        asked: What was asked for, as JSON has it.
        through: The last change that is covered.
        before: The export that this one continues.
        known: The heads that this machine has seen.
    """

    connection: Database
    machine_id: str
    root: str | None
    context: Context | None
    changes: Filter
    attempts: Filter
    asked: dict[str, Any]
    through: str | None
    before: Earlier | None
    known: dict[str, KnownHead]


@contextlib.contextmanager
def _look(asking: Recording, which: Which, since_export: str | None) -> Iterator[_Look]:
    """Gives a look at the record; if all of it is wanted, however damaged it is."""
    check_begun(asking.config_directory)
    known = remembered_heads.remembered(asking.config_directory)  # before the file is looked at: others go on
    with contextlib.ExitStack() as stack:
        try:
            # one question beforehand: views that are missing are made before the first entry is written
            asking.ask(lambda snapshot: chosen(snapshot.connection, *selection(snapshot, **which))(""))
            snapshot = stack.enter_context(asking.reading())
        except DamagedLedgerError:
            if [name for name, value in which.items() if value] != ["everything"] or since_export is not None:
                raise
            database = stack.enter_context(opened(asking.config_directory))
            machine, asked = machine_ledger(database) or "", {"everything": True}
            yield _Look(database, machine, None, None, EVERY, EVERY, asked, None, None, known)
            return
        context, conditions = selection(snapshot, **which)
        before = find_earlier_export(snapshot.connection, since_export) if since_export is not None else None
        by_number, through = _by_number(snapshot.connection, conditions, before)
        by_time = conditions._replace(since=before.time) if before else conditions
        asked = asked_for(snapshot, which) | ({"since_export": before.name} if before else {})
        yield _Look(
            snapshot.connection,
            snapshot.machine_id,
            snapshot.root,
            context,
            by_number,
            by_time,
            asked,
            through,
            before,
            known,
        )


def _by_number(database: Database, which: Filter, before: Earlier | None) -> tuple[Filter, str | None]:
    """Returns a filter with a range of numbers in place of times, and the id of the last change in that range.

    By its time alone, a change that was recorded with the clock put back would be missing from periodic exports.
    """
    first, last = points.number_range(database, which.since, which.until)
    after = before.after if before else first - 1
    end = history.by_number(database, max(last, after))
    is_bounded = which.since is not None or before is not None
    by_number = which._replace(
        since=None, until=None, after=after if is_bounded else None, upto=last if which.until is not None else None
    )
    return by_number, end.change_id if end else None


def _prepared(asking: Recording, look: _Look, format_name: str, progress: Progress, replay: Replay) -> Export:
    """Returns an export of what is wanted."""
    who, time = origin(None, look.root, None), utc_now()
    noted = Attempts(failed_attempts.read(asking.config_directory), note_filter(look.attempts), time)
    is_chosen = chosen(look.connection, look.context, look.changes)
    occasion = Occasion(
        new_id(),
        format_name,
        time,
        EntryActor(who.actor, who.actor_kind, who.known_by, who.system_user),
        EntryOrigin(who.host, who.session, who.repository_path, who.client_version, None),
        look.asked,
        look.through,
    )
    record = RecordStream(look.connection, look.machine_id, is_chosen, noted, progress)
    for ledger_id, (size, root) in (look.before.roots if look.before else {}).items():
        record.extents[ledger_id].expect(size, root)

    verify = partial(
        verified_as_read, look.connection, asking.config_directory, look.known, progress, replay=replay
    )
    check = partial(checked_as_read, look.connection, look.known, progress, replay)
    return Export(occasion, record, verify, check)


def asked_for(snapshot: Snapshot, which: Which) -> dict[str, Any]:
    """Returns what was asked for as JSON has it, with the defaults that were in force."""
    given: dict[str, Any] = {name: value for name, value in which.items() if value not in (None, (), [], False)}
    for end in ("since", "until"):
        if end in given:
            given[end] = stored(given[end])
    if "kinds" in given:
        given["kinds"] = list(given["kinds"])
    if not given.get("everything") and "profile" not in given and snapshot.active.profile:
        given = {"profile": snapshot.active.profile.name, "repository": snapshot.root, **given}
    return given


def written(file: BinaryIO, pieces: Iterator[str]) -> tuple[int, str]:
    """Writes a text, so that it stays, and returns the number of its bytes and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    while together := tuple(islice(pieces, _TOGETHER)):
        data = "".join(together).encode()
        try:
            file.write(data)
        except OSError as error:
            raise _no_room(error) from error
        digest.update(data)
        size += len(data)
    try:
        if os.path.isfile(file.fileno()):
            sync_open(file)
    except OSError as error:
        raise _no_room(error) from error
    return size, digest.hexdigest()


def _no_room(error: OSError) -> NotAllowedError:
    return NotAllowedError(
        f"The export cannot be written: {error.strerror}.",
        "Make room, or set TMPDIR or --out to a folder that can be written.",
    )


def record_handing_out(
    asking: Recording, about: Occasion, entries: int, path: str | None, size: int, digest: str
) -> Change | None:
    """Records an export. Where nothing can be recorded any more, a notice says so.

    Raises:
        LedgerError: It could be recorded, and was not.
    """
    if asking.dry_run:
        return None
    asked = {**about.asked, "through": about.through}
    try:
        return asking._recorded(record_export, kind="export")(
            about.id, about.format, asked, path, entries, size, digest
        )
    except (NotAllowedError, DamagedLedgerError) as error:  # a damaged record is worth the more to an auditor
        ledger = paths.ledger_file(asking.config_directory)
        if isinstance(error, NotAllowedError) and os.access(ledger, os.W_OK):
            raise
        asking._notify(f"This export is not recorded: {error.message}")
        return None
