"""Writes signed notes (C2SP signed-note, tlog-checkpoint, tlog-proof). What reads them: `verify`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Protocol

from zenml.evidence.verify import ED25519, PROOF_HEADING, Malformed, is_key_name, key_id, parsed_note


class Signer(Protocol):
    """Something that signs with Ed25519: a key in a file, or an agent that never shows it."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        ...

    def sign(self, message: bytes, /) -> bytes:
        """Returns the signature of a message, 64 bytes."""
        ...


def key_line(name: str, public: bytes) -> str:
    """Returns the line, without a line feed, by which others know a key: `name+id+base64` (a vkey).

    Raises:
        Malformed: A key cannot have that name.
    """
    if not is_key_name(name):
        raise Malformed(f"A key cannot be named {name!r}: 1 to 255 bytes without blanks and +")
    packed = b64encode(bytes([ED25519]) + public).decode()
    return f"{name}+{key_id(name, ED25519, public).hex()}+{packed}"


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """Returns what is signed of a ledger: its origin, its size and its root, each in its line."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def signed(text: str, signers: Sequence[tuple[str, Signer]]) -> str:
    """Returns the note of a text that ends in a line feed, signed by each signer under its name.

    Raises:
        Malformed: The text cannot be that of a note, a key cannot have that name, or one key is there twice.
    """
    lines = [f"{text}\n"]
    for name, signer in signers:
        own_id = key_id(name, ED25519, signer.public)
        lines.append(f"\u2014 {name} {b64encode(own_id + signer.sign(text.encode())).decode()}\n")
    note = "".join(lines)
    if parsed_note(note.encode()).text != text:
        raise Malformed("A text that does not end in one line feed cannot be signed")
    return note


def with_signature(note: str, line: str) -> str:
    """Returns a note with one more signature line, for instance a witness's, which ends in a line feed or not.

    It takes the place of an earlier signature of the same key: a witness signs again with a later time.

    Raises:
        Malformed: The note or the line is none.
    """
    text = parsed_note(note.encode()).text
    added = parsed_note(f"{text}\n{line.removesuffix(chr(10))}\n".encode())
    if len(added.signatures) != 1 or added.text != text:
        raise Malformed("What is added to a note is not one signature line")
    kept = [
        earlier
        for earlier in note.removeprefix(f"{text}\n").splitlines()
        if parsed_note(f"{text}\n{earlier}\n".encode()).signatures[0][:2] != added.signatures[0][:2]
    ]
    return "\n".join([text, *kept, line.removesuffix("\n"), ""])


def with_signatures(note: str, other: str) -> str:
    """Returns a note with the signatures of another note of the same text, as `with_signature` adds each.

    Raises:
        Malformed: One of them is no note, or they are of different texts.
    """
    text = parsed_note(other.encode()).text
    for line in other.removeprefix(f"{text}\n").splitlines():
        note = with_signature(note, line)
    if parsed_note(note.encode()).text != text:
        raise Malformed("Two notes are not of the same text")
    return note


def event_proof(index: int, path: Sequence[bytes], note: str, extra: bytes | None = None) -> str:
    """Returns the proof that an entry is in a log, with the checkpoint that it leads to (C2SP tlog-proof).

    Args:
        index: Where the entry is, from 0: its position minus 1.
        path: The hashes of its inclusion, from its neighbour up.
        note: The signed checkpoint.
        extra: What the reader needs besides; no signature covers it.
    """
    lines = [PROOF_HEADING]
    if extra is not None:
        lines.append(f"extra {b64encode(extra).decode()}")
    lines.append(f"index {index}")
    lines += [b64encode(node).decode() for node in path]
    return "\n".join([*lines, "", note])
