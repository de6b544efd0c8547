"""Handing the record out: what an auditor takes away, recorded before it is handed over."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from zenml import places
from zenml.audit.entries import Actor, Origin
from zenml.audit.export import Export, Occasion
from zenml.audit.formats import FORMATS, writer
from zenml.audit.record import Record
from zenml.audit.refusals import Refusals, wanted
from zenml.documents.written import draft
from zenml.domain.errors import (
    DamagedLedgerError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
)
from zenml.ledger import attempts
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.origin import origin
from zenml.projections.database import machine_ledger
from zenml.projections.filters import EVERY
from zenml.projections.history import chosen
from zenml.repository.ledger_file import opened, verified
from zenml.repository.times import stored
from zenml.repository.wanted import selection

if TYPE_CHECKING:
    import sqlite3

    from zenml.ledger.change import Change
    from zenml.projections.filters import Filter
    from zenml.projections.history import Context
    from zenml.repository.reading import Reading
    from zenml.repository.recording import Recording
    from zenml.repository.wanted import Which

Progress = Callable[[int, int], None]


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
    asking: Recording, out: str | BinaryIO, format_name: str, *, overwrite: bool, progress: Progress, which: Which
) -> Exported:
    """Writes the record in a format, records that, and only then hands it out."""
    if format_name not in FORMATS:
        raise InvalidValueError(f"There is no format '{format_name}'.", f"The formats are: {', '.join(FORMATS)}.")
    if asking._open is not None:
        raise NotAllowedError("The record cannot be handed out within a change.", "Do it when the change is over.")
    with contextlib.ExitStack() as stack:
        stream = None if isinstance(out, str) else out
        # what goes to a stream waits in a file that has no name, and is gone with this process
        to_file = isinstance(out, str) and not asking.dry_run
        file: BinaryIO = (
            stack.enter_context(draft(str(out), overwrite=overwrite, private=True))
            if to_file
            else stack.enter_context(tempfile.TemporaryFile())
        )
        with _look(asking, which) as look:
            made = _prepared(asking, look, format_name, progress)
            size, digest = _written(file, writer(format_name)(made))
        path = os.path.abspath(out) if isinstance(out, str) else None
        change = _recorded(asking, made, path, size, digest)
        if stream is not None and not asking.dry_run:
            file.seek(0)
            shutil.copyfileobj(file, stream)
            stream.flush()
    return Exported(format_name, path, size, digest, made.manifest(), made.sound, change)


class _Look(NamedTuple):
    """The record as it is now, and what is wanted of it."""

    connection: sqlite3.Connection
    machine_id: str
    root: str | None
    context: Context | None
    wanted: Filter
    asked: dict[str, Any]


@contextlib.contextmanager
def _look(asking: Recording, which: Which) -> Iterator[_Look]:
    """Gives a look at the record; if all of it is wanted, however damaged it is."""
    path = places.ledger_file(asking.config_directory)
    if not os.path.exists(path):
        raise NotFoundError(f"There is no ledger at {path} yet.", 'Run "zenml stack list" to begin one.')
    with contextlib.ExitStack() as stack:
        try:
            # views that are missing are made anew before the first entry is written
            asking.ask(lambda now: chosen(now.connection, *selection(now, **which))(""))
            now = stack.enter_context(asking.reading())
        except DamagedLedgerError:
            if [name for name, value in which.items() if value] != ["everything"]:
                raise
            database = stack.enter_context(opened(asking.config_directory))
            yield _Look(database, machine_ledger(database) or "", None, None, EVERY, {"everything": True})
            return
        context, conditions = selection(now, **which)
        yield _Look(now.connection, now.machine_id, now.root, context, conditions, _asked(now, which))


def _prepared(asking: Recording, look: _Look, format_name: str, progress: Progress) -> Export:
    """Returns an export of what is wanted."""
    who = origin(None, look.root, None)
    refusals = Refusals(attempts.read(asking.config_directory), wanted(look.wanted))
    is_chosen = chosen(look.connection, look.context, look.wanted)
    occasion = Occasion(
        new_id(),
        format_name,
        utc_now(),
        Actor(who.actor, who.actor_kind, who.known_by),
        Origin(who.host, who.session, who.repository_path, who.client_version, None),
        look.asked,
    )
    record = Record(look.connection, look.machine_id, is_chosen, refusals, progress)
    return Export(occasion, record, refusals, lambda: verified(asking.config_directory, progress))


def _asked(now: Reading, which: Which) -> dict[str, Any]:
    """Returns what was asked for as JSON has it, with the defaults that were in force."""
    given: dict[str, Any] = {name: value for name, value in which.items() if value not in (None, (), [], False)}
    for end in ("since", "until"):
        if end in given:
            given[end] = stored(given[end])
    if "kinds" in given:
        given["kinds"] = list(given["kinds"])
    if not given.get("everything") and "profile" not in given and now.active.profile:
        given = {"profile": now.active.profile.name, "repository": now.root, **given}
    return given


def _written(file: BinaryIO, pieces: Iterator[str]) -> tuple[int, str]:
    """Writes a text and returns the number of its bytes and their SHA-256."""
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        data = piece.encode()
        try:
            file.write(data)
        except OSError as error:
            raise NotAllowedError(
                f"The export cannot be written: {error.strerror}.", "Make room, or name a file in another folder."
            ) from error
        digest.update(data)
        size += len(data)
    return size, digest.hexdigest()


def _recorded(asking: Recording, made: Export, path: str | None, size: int, digest: str) -> Change | None:
    """Records an export; where nothing can be written any more, it is said that it is not recorded."""
    if asking.dry_run:
        return None
    about = made.occasion
    try:
        return asking._record("record_export", about.id, about.format, about.asked, path, made.count, size, digest)
    except (NotAllowedError, DamagedLedgerError) as error:  # a damaged record is worth the more to an auditor
        asking._notify(f"This export is not recorded: {error.message}")
        return None
