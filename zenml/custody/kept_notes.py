"""Signed notes that a newer one took the place of, while they have a signature that the newer one lacks.

That is the signature of a witness, or of an earlier key. Each is ``<ledger>.<size>.note``. A note that was stamped
is ``<ledger>.<size>-<tag>.note``, with 8 hex digits for whoever stamps, and the time stamp stands beside it as
``.tsr``. Neither is ever changed: the stamp is about these bytes. Where something else has the name already, it is
``<ledger>.<size>-2.note``, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from zenml.custody import evidence_files
from zenml.evidence.verify import Malformed, parsed_checkpoint, parsed_note

_NAME = re.compile(
    r"([0-9a-f-]{36})\.((0|[1-9][0-9]{0,15})(?:-([0-9a-f]{8}))?(?:-([1-9][0-9]{0,3}))?)\.(note|tsr)"
)


class NoteFile(NamedTuple):
    """A note that is kept.

    Attributes:
        ledger_id: The ledger that it is about.
        name: The name of the file after that of the ledger, without its ending: ``16``, ``16-2``,
            ``16-1a2b3c4d``.
        size: The number of events, as the name has it.
        tag: Of whoever stamped it; None if nobody did.
    """

    ledger_id: str
    name: str
    size: int
    tag: str | None = None

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
    return _files(config_directory, "note")


def stamped_notes(config_directory: str, tag: str) -> list[NoteFile]:
    """Returns the notes of which there is a time stamp with a tag, even where they themselves are gone.

    Raises:
        InvalidValueError: The folder cannot be read.
    """
    return [file for file in _files(config_directory, "tsr") if file.tag == tag]


def _files(config_directory: str, ending: str) -> list[NoteFile]:
    named = filter(None, map(_NAME.fullmatch, evidence_files.names(config_directory)))
    ordered = sorted(
        (match for match in named if match[6] == ending),
        key=lambda match: (match[1], -int(match[3]), match[4] or "", -int(match[5] or 1)),
    )
    return [NoteFile(match[1], match[2], int(match[3]), match[4]) for match in ordered]


def keep_replaced(config_directory: str, ledger_id: str, before: bytes, now: bytes) -> None:
    """Keeps a note that another one takes the place of, if a key signed it that did not sign the other one.

    Raises:
        Malformed: One of them is no note.
        InvalidValueError: What is kept already cannot be read.
        NotAllowedError: It cannot be written.
    """
    if not _signers(before) <= _signers(now):
        keep_beside(config_directory, ledger_id, before)


def keep_beside(config_directory: str, ledger_id: str, note: bytes) -> None:
    """Keeps a note; within `checkpoints.locked`, so that none takes the name of another.

    Nothing is written if the note is kept already with all its signatures. Raises as `keep_replaced` does.
    """
    size = parsed_checkpoint(parsed_note(note).text).size
    same = [file for file in kept_notes(config_directory) if (file.ledger_id, file.size) == (ledger_id, size)]
    if any(_has_all_of(there, note) for _, there in read_kept(config_directory, same)):
        return
    for file in _names(ledger_id, note):
        there = evidence_files.read(config_directory, file.note_file)
        if there is None or _has_all_of(note, there):
            evidence_files.write(config_directory, file.note_file, note)
            return


def keep_stamped(config_directory: str, ledger_id: str, note: bytes, tag: str, stamp: bytes) -> None:
    """Keeps a note with its time stamp, and takes the place of neither; otherwise as `keep_beside`.

    Args:
        config_directory: The configuration folder.
        ledger_id: The ledger.
        note: The note.
        tag: Eight hex digits, for whoever stamped it.
        stamp: A time stamp of these very bytes.
    """
    for file in _names(ledger_id, note, tag):
        there = evidence_files.read(config_directory, file.note_file)
        its_stamp = evidence_files.read(config_directory, file.stamp_file)
        if (there, its_stamp) == (note, stamp):
            return
        if there in (None, note) and its_stamp is None:
            evidence_files.write(config_directory, file.note_file, note)
            evidence_files.write(config_directory, file.stamp_file, stamp)
            return


def _names(ledger_id: str, note: bytes, tag: str | None = None) -> Iterator[NoteFile]:
    """Yields the files that a note can have, in order. Raises `Malformed` if it is none."""
    size = parsed_checkpoint(parsed_note(note).text).size
    name = str(size) if tag is None else f"{size}-{tag}"
    for number in count(1):
        yield NoteFile(ledger_id, name if number == 1 else f"{name}-{number}", size, tag)


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
