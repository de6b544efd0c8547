"""Statements: notes in which a key that signed here names the one that takes its place.

Each ledger has its own, ``<ledger>.key-<id of the new key>.note``.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence

from zenml.custody import evidence_files
from zenml.evidence.notes import key_line
from zenml.evidence.verify import Malformed, Note, parsed_key, parsed_note, parsed_statement, signature_holds

_FILE = re.compile(r"([0-9a-f-]{36})\.key-([0-9a-f]{8})\.note")


def statement_file(ledger_id: str, vkey: str) -> str:
    """Returns the name of the file of a statement about a new key, which is given as its line."""
    return f"{ledger_id}.key-{parsed_key(vkey).key_id.hex()}.note"


def statements(config_directory: str, ledger_id: str | None = None) -> Iterator[tuple[str, bytes]]:
    """Yields the statements that are kept, of one ledger or of all: the id of the new key, and the note.

    What somebody edited is left out: it is nobody's word.

    Raises:
        InvalidValueError: The folder or a file cannot be read.
    """
    for name in evidence_files.names(config_directory):
        named = _FILE.fullmatch(name)
        if named is None or ledger_id not in (None, named[1]):
            continue
        data = evidence_files.read(config_directory, name) or b""
        with contextlib.suppress(Malformed):
            if parsed_statement(parsed_note(data).text).key_id.hex() == named[2]:
                yield named[2], data


def statement_files(config_directory: str, public: bytes) -> Iterator[str]:
    """Yields the paths of the statements about a new key. Raises `InvalidValueError`."""
    for name in filter(_FILE.fullmatch, evidence_files.names(config_directory)):
        with contextlib.suppress(Malformed):
            said = parsed_note(evidence_files.read(config_directory, name) or b"")
            if parsed_statement(said.text).public == public:
                yield os.path.join(evidence_files.folder(config_directory), name)


def vouched_for(publics: Iterable[bytes], said: Sequence[Note]) -> list[bytes]:
    """Returns keys, and those that took their place by their word, in whatever order that is said.

    Args:
        publics: The keys, of 32 bytes each.
        said: Statements. One that is malformed, or that no such key signed, says nothing.
    """
    found, waiting = dict.fromkeys(publics), list(said)
    while True:
        news = [(note, key) for note in waiting if (key := _new_key(note, found)) is not None]
        if not news:
            return list(found)
        found.update(dict.fromkeys(key for _, key in news))
        waiting = [note for note in waiting if all(note is not one for one, _ in news)]


def _new_key(statement: Note, publics: Iterable[bytes]) -> bytes | None:
    with contextlib.suppress(Malformed):
        new = parsed_statement(statement.text)
        for public in publics:
            key = parsed_key(key_line(new.name, public))
            if any(signature_holds(statement, signature, key) for signature in statement.signatures):
                return new.public
    return None
