"""Signed notes that a newer one took the place of, while they have a signature that the newer one lacks.

That is the signature of a witness, or of an earlier key. Each is ``<ledger>.<size>.note``. A time stamp stands
beside its note as ``.tsr``, and that note is never changed: the stamp is about its bytes. So where other bytes
have the name already, it is ``<ledger>.<size>-2.note``, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from zenml.custody import evidence_files
from zenml.evidence.verify import Malformed, parsed_checkpoint, parsed_note

_NAME = re.compile(r"([0-9a-f-]{36})\.((0|[1-9][0-9]{0,15})(?:-([1-9][0-9]{0,3}))?)\.note")


class NoteFile(NamedTuple):
    """A note that is kept.

    Attributes:
        ledger_id: The ledger that it is about.
        name: The name of the file after that of the ledger, without its ending: ``16``, ``16-2``.
        size: The number of events, as the name has it.
    """

    ledger_id: str
    name: str
    size: int

    @property
    def note_file(self) -> str:
        """The file of the note."""
        return f"{self.ledger_id}.{self.name}.note"

    @property
    def stamp_file(self) -> str:
        """The file of its time stamp, which need not be there."""
        return f"{self.ledger_id}.{self.name}.tsr"


def kept_notes(config_directory: str) -> list[NoteFile]:
    """Returns the notes that are kept beside the newest ones: of each ledger the newest first.

    Raises:
        InvalidValueError: The folder cannot be read.
    """
    named = filter(None, map(_NAME.fullmatch, evidence_files.names(config_directory)))
    ordered = sorted(named, key=lambda match: (match[1], -int(match[3]), -int(match[4] or 1)))
    return [NoteFile(match[1], match[2], int(match[3])) for match in ordered]


def keep_replaced(config_directory: str, ledger_id: str, before: bytes, now: bytes) -> None:
    """Keeps a note that another one takes the place of, if a key signed it that did not sign the other one.

    Raises:
        Malformed: One of them is no note.
        InvalidValueError: What is kept already cannot be read.
        NotAllowedError: It cannot be written.
    """
    if not _signers(before) <= _signers(now):
        keep_beside(config_directory, ledger_id, before)


def keep_beside(config_directory: str, ledger_id: str, note: bytes, stamp: bytes | None = None) -> None:
    """Keeps a note, and its time stamp; within `checkpoints.locked`, so that none takes the name of another.

    Nothing is written if the note is kept already with all its signatures. Raises as `keep_replaced` does.

    Args:
        config_directory: The configuration folder.
        ledger_id: The ledger.
        note: The note.
        stamp: A time stamp of these very bytes.
    """
    size = parsed_checkpoint(parsed_note(note).text).size
    for number in count(1):
        file = NoteFile(ledger_id, str(size) if number == 1 else f"{size}-{number}", size)
        there = evidence_files.read(config_directory, file.note_file)
        its_stamp = evidence_files.read(config_directory, file.stamp_file)
        if stamp is None and there is not None and _has_all_of(there, note):
            return
        has_room = there in (None, note) or (its_stamp is None and _has_all_of(note, there or b""))
        if has_room and (stamp is None or its_stamp in (None, stamp)):
            evidence_files.write(config_directory, file.note_file, note)
            if stamp is not None:
                evidence_files.write(config_directory, file.stamp_file, stamp)
            return


def _has_all_of(note: bytes, other: bytes) -> bool:
    """Tells whether a note says the same as another one, and whoever signed that signed this one too."""
    try:
        return parsed_note(note).text == parsed_note(other).text and _signers(other) <= _signers(note)
    except Malformed:  # somebody edited it: it stays for whoever looks into it
        return False


def _signers(note: bytes) -> set[tuple[str, bytes]]:
    """Returns the keys that a note says it is signed with, by name and id."""
    return {(signature.name, signature.key_id) for signature in parsed_note(note).signatures}


def read_kept(config_directory: str, files: list[NoteFile]) -> Iterator[tuple[NoteFile, bytes]]:
    """Yields the notes of files, without those that are gone meanwhile. Raises `InvalidValueError`."""
    for file in files:
        note = evidence_files.read(config_directory, file.note_file)
        if note is not None:
            yield file, note
