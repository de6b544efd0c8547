"""The record itself: checked, measured, copied, and its views made anew."""

from __future__ import annotations

import os

from zenml import places
from zenml.api.recording import Recording
from zenml.projections import database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO, Unpack

    from zenml.application.record_export import Exported
    from zenml.audit.importing import Imported
    from zenml.custody.known_heads import Accepted
    from zenml.custody.ledger_file import LedgerStatus
    from zenml.history.wanted import Which
    from zenml.ledger.verification import Verification
    from zenml.stores.backup import Backup


class Evidence(Recording):
    """Verifies, describes, copies, exports and rebuilds the ledger of this machine."""

    @property
    def event_count(self) -> int:
        """The number of events recorded on this machine."""
        path = places.ledger_file(self.config_directory)
        return database.event_count(path) if database.is_kept(path) else 0

    def verify(self, progress: Callable[[int, int], None] = lambda done, total: None) -> Verification:
        """Reads the whole record again and returns whether it was altered. Never raises what it finds.

        Args:
            progress: Called now and then with the number of steps done, and of all.

        Raises:
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The file is not a ledger, or is gone.
        """
        from zenml.custody.ledger_file import verified

        return verified(self.config_directory, progress)

    def export_record(
        self,
        out: str | os.PathLike[str] | BinaryIO,
        format: str = "jsonl",
        *,
        overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        since_export: str | None = None,
        **which: Unpack[Which],
    ) -> Exported:
        """Exports the record in a format that other programs read, and records that before anything is seen.

        Secrets are masked. What concerns this context is exported, as `history` has it, and all exports.

        Args:
            out: A file, which only its owner may read, or a stream.
            format: The name of a format: ``jsonl``, ``csv`` …, those of ``zenml audit export --format``.
            overwrite: Replace a file that is there.
            progress: Called now and then with the number of events read, and of all.
            since_export: What was recorded after an earlier export, by position: its file, or the letters of the
                change that recorded it.
            which: Conditions, as `history` takes them; ``everything`` for the whole record. A range of time is
                exported from the first change that is not too early to the last one that is not too late,
                with all between.

        Raises:
            InvalidValueError: There is no such format, or one of the conditions means nothing.
            NotFoundError: There is no ledger yet, or there never was a profile, stack or component of a name.
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written; or it is asked for within a change.
        """
        from zenml.application.record_export import export

        place = os.fspath(out) if isinstance(out, str | os.PathLike) else out
        return export(
            self,
            place,
            format,
            overwrite=overwrite,
            progress=progress,
            since_export=since_export,
            which=which,
        )

    def import_record(
        self, file: str | os.PathLike[str], progress: Callable[[int], None] = lambda count: None
    ) -> Imported:
        """Makes the ledger of a configuration folder that has none from an export of a whole record as ``jsonl``.

        Args:
            file: The export; ``-`` for standard input.
            progress: Called now and then with the number of events that are shown again.

        Raises:
            AlreadyExistsError: There is already a ledger.
            NotFoundError: There is no such file.
            InvalidValueError: It is not such an export.
            NotAllowedError: It is only a part of a record, or the folder cannot be written.
            DamagedLedgerError: It is not what was exported; nothing of it is kept.
        """
        from zenml.custody.record_import import lines_of, take_in

        with lines_of(os.fspath(file)) as lines:
            return take_in(self.config_directory, lines, progress)

    def ledger_status(self) -> LedgerStatus:
        """Returns what the ledger's file holds, without reading all of it. Raises as `verify` does."""
        from zenml.custody.ledger_file import status

        return status(self.config_directory)

    def backup(
        self,
        file: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Backup:
        """Copies the ledger's file as it is at this moment; others may write meanwhile.

        Args:
            file: The copy, which only its owner may read.
            overwrite: Replace a file that is there.
            progress: Called now and then with the number of pages done, and of all.

        Raises:
            AlreadyExistsError: The file already exists.
            NotAllowedError: It cannot be written.
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The ledger cannot be copied.
        """
        from zenml.custody.ledger_file import backup

        return backup(self.config_directory, os.fspath(file), overwrite=overwrite, progress=progress)

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Rebuilds all views from the events; returns the number of events."""
        return self._writing().rebuild(progress)

    def accept_ledger(self) -> Accepted:
        """Accepts the ledger as it is, whatever this machine saw before: a backup was restored on purpose.

        Where the ledger's file is gone, what was made from it is kept under other names, and a new one may begin.

        Raises:
            NotAllowedError: What is remembered cannot be written, or what is left cannot be moved.
            NotFoundError: There is no ledger yet.
            DamagedLedgerError: The file is not a ledger.
        """
        from zenml.custody.ledger_file import accept

        return accept(self.config_directory)
