"""An anchor that is a file to which notes are appended, one a line: on another disk, or one that only grows."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from zenml import paths
from zenml.anchors.anchor import HandedOver, Handover, KeptNote
from zenml.documents.limits import LINE
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import NotAllowedError
from zenml.domain.visible import visible
from zenml.evidence.verify import Checkpoint
from zenml.files.drafts import SHARED, sync, sync_open

_MOST = 256 * 1024 * 1024  # bytes of a file: some hundred thousand notes, and what can be read in seconds
_FLAGS = os.O_RDWR | os.O_APPEND | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"))

_TOO_LONG = f"it has more than {_MOST // 1024**2} MiB"


class FileAnchor:
    """A file of lines of JSON: ``{"ledger": …, "note": …}``. What is in it is never changed.

    Args:
        file: Its path; it is made with the first note.
        reserved: Folders in which it may not be.
    """

    can_be_read_back: ClassVar[bool] = True

    def __init__(self, file: str, reserved: Sequence[str] = ()) -> None:
        self.place = paths.absolute(file)
        self.settings: Mapping[str, str] = {}
        self._reserved = reserved

    def check(self) -> None:
        """Makes sure that nothing but notes is appended to. Raises `NotAllowedError`."""
        place = os.path.realpath(self.place)
        for folder in map(os.path.realpath, self._reserved):
            if os.path.commonpath([folder, place]) == folder:
                raise self._is_something_else("it is in a folder that this program keeps its own files in")
        if os.path.islink(self.place):
            raise self._is_something_else("it is a link, which is not followed")
        try:
            with open_file(self.place) as file:
                if os.fstat(file.fileno()).st_size > _MOST:
                    raise self._is_something_else(_TOO_LONG)
                while line := file.readline(LINE):
                    is_begun = line.startswith(b'{"ledger": ')  # when a disk was full
                    if line.strip() and not is_begun and _kept(line, "") is None:
                        raise self._is_something_else("it is there, and has something else in it than notes")
        except FileNotFoundError:
            pass
        except (UnreadableFileError, OSError) as error:
            raise self._is_something_else(getattr(error, "strerror", None) or str(error)) from error

    def _is_something_else(self, why: str) -> NotAllowedError:
        return NotAllowedError(
            f"The file {visible(self.place)} cannot be an anchor: {why}.", code="anchor_file_of_something_else"
        )

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Appends the note, and waits until it is on the disk.

        Raises:
            NotAllowedError: It cannot be written; then nothing of the note is in it, or, in a file that can only
                grow, a part of a line that nobody takes for one.
        """
        record = {"ledger": handover.ledger_id, "note": handover.note.decode()}
        try:
            self._append(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise NotAllowedError(
                f"The file {self.place} cannot be written: {error.strerror or error}.", code="anchor_file"
            ) from error
        return HandedOver("appended")

    def finish(self) -> str | None:
        """Nothing is left to do."""
        return None

    def kept(self) -> Iterator[KeptNote]:
        """Gives the notes of all whole lines.

        Raises:
            NotAllowedError: The file is not there, or cannot be read.
        """
        try:
            file = open_file(self.place)
        except (FileNotFoundError, UnreadableFileError) as error:
            reason = "it is not there" if isinstance(error, FileNotFoundError) else str(error)
            raise NotAllowedError(
                f"The file {self.place} cannot be read: {reason}.", code="anchor_file"
            ) from error
        number = 0
        with file:
            if os.fstat(file.fileno()).st_size > _MOST:
                raise NotAllowedError(f"The file {self.place} cannot be read: {_TOO_LONG}.", code="anchor_file")
            while line := file.readline(LINE):
                number += 1
                kept = _kept(line, f"line {number:,}")
                if kept is not None:
                    yield kept

    def _append(self, line: bytes) -> None:
        try:
            descriptor = os.open(self.place, _FLAGS)
        except FileNotFoundError:
            descriptor = os.open(self.place, _FLAGS | os.O_CREAT, SHARED)
            sync(os.path.dirname(self.place))
        with open(descriptor, "r+b", buffering=0) as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise OSError("it is not a regular file")
            if found.st_size > _MOST:
                raise OSError(_TOO_LONG)
            if found.st_size and os.pread(descriptor, 1, found.st_size - 1) != b"\n":
                line = b"\n" + line  # a disk was full, and the file can only grow: the next line is whole
            try:
                if os.write(descriptor, line) != len(line):
                    raise OSError("the disk is full")
                sync_open(file)
            except OSError:
                self._take_back(file, found.st_size, line)
                raise

    def _take_back(self, file: Any, size: int, line: bytes) -> None:
        """Removes what was written of a line, unless others have written behind it meanwhile."""
        written = os.fstat(file.fileno()).st_size - size
        if 0 < written <= len(line) and os.pread(file.fileno(), written, size) == line[:written]:
            try:
                file.truncate(size)
            except OSError:
                return  # it can only grow


def _kept(line: bytes, place: str) -> KeptNote | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    ledger_id, note = record.get("ledger"), record.get("note")
    if not isinstance(ledger_id, str) or not isinstance(note, str):
        return None
    return KeptNote(ledger_id, place, note.encode("utf-8", errors="replace"))
