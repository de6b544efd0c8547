"""What something outside of a ledger's file says of its end: a note, a proof, a bundle, an export, a root."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from zenml.custody.earlier_exports import read_manifest
from zenml.domain.errors import InvalidValueError, LedgerError
from zenml.evidence.verify import (
    MAX_NOTE,
    PROOF_HEADING,
    Malformed,
    Note,
    parsed_checkpoint,
    parsed_note,
    unpacked,
)

_ROOT = re.compile(r"(?:(?P<size>[0-9]{1,16}):)?(?P<root>[0-9a-f]{64}|[A-Za-z0-9+/]{43}=)")
_MOST = 10_000  # ledgers in a bundle or an export
_LONGEST_NAME = 255  # characters
_LONGEST_PAGE = 64 * 1024 * 1024  # bytes of a report
_ROW = "<tr><td><code>"  # with this a row of the table of ledgers begins, and no other one
_LEDGER = re.compile(r"[0-9a-f-]{36}(?=</code>)")
_LAST = re.compile(r'title="To">([0-9][0-9,]{0,19})</td>')
_ROOT_AT_THE_END = re.compile(r"<br>([0-9a-f]{64})</td>$")
_CHECKPOINT = re.compile(r"ledgers/[^/]{1,255}/checkpoint")
_STATEMENT = re.compile(r"ledgers/[^/]{1,255}/keys/[0-9a-f]{8}\.note")
_MOST_STATEMENTS = 100  # as decision 50 has it


class Claim(NamedTuple):
    """That a ledger once had so many events and this root.

    Attributes:
        ledger: The id of the ledger, or the origin of a checkpoint; None if that is not said.
        size: The number of events; None if it is not said.
        root: The root, of 32 bytes.
        note: The signed note that says it, if one does.
        statements: What came with it: notes in which a key names the one that takes its place.
    """

    ledger: str | None
    size: int | None
    root: bytes
    note: Note | None = None
    statements: tuple[Note, ...] = ()


def claims_of(source: str) -> list[Claim]:
    """Returns what a source says, at least one claim.

    Args:
        source: A file (a signed checkpoint, a proof, a bundle, an export with its manifest), or ``SIZE:ROOT``, or
            a root alone, in hex or base64.

    Raises:
        InvalidValueError: It is none of these, or cannot be read.
    """
    written = _ROOT.fullmatch(source)
    if written is not None and not os.path.lexists(source):
        try:
            text = written["root"]
            root = bytes.fromhex(text) if len(text) == 64 else unpacked(text)
        except Malformed as error:
            raise _no_evidence(source, str(error)) from error
        return [Claim(None, int(written["size"]) if written["size"] is not None else None, root)]
    beginning = _beginning(source)
    try:
        return _claims_in(source, beginning)
    except LedgerError:
        raise
    except Malformed as error:
        raise _no_evidence(source, str(error)) from error
    except Exception as error:  # a hostile file: each library has its own ways to fail at one
        raise _no_evidence(source, "it is damaged") from error


def _claims_in(path: str, beginning: bytes) -> list[Claim]:
    if beginning.startswith(b"PK"):
        return _of_bundle(path)
    if beginning.startswith(PROOF_HEADING.encode() + b"\n"):
        return [_of_note(beginning.partition(b"\n\n")[2])]
    lines = beginning.split(b"\n", 2)
    if len(lines) > 1 and re.fullmatch(rb"[0-9]{1,16}", lines[1]):
        return [_of_note(beginning)]
    return _of_page(path) if beginning.lstrip()[:9].lower() == b"<!doctype" else _of_manifest(path)


def _of_note(data: bytes) -> Claim:
    note = parsed_note(data)
    checkpoint = parsed_checkpoint(note.text)
    return Claim(checkpoint.origin, checkpoint.size, checkpoint.root, note)


def _of_bundle(path: str) -> list[Claim]:
    """Returns what the checkpoints in a bundle say; reads no more of it than these, and statements about keys."""
    from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

    claims, statements = list[Claim](), list[Note]()
    with ZipFile(path) as bundle:
        for member in bundle.infolist():
            is_statement = _STATEMENT.fullmatch(member.filename) is not None
            if not is_statement and not _CHECKPOINT.fullmatch(member.filename):
                continue
            if len(claims) == _MOST or len(statements) == _MOST_STATEMENTS:
                raise Malformed("it holds too many checkpoints or statements")
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Malformed("it is compressed in another way than bundles are")  # and may take any memory
            with bundle.open(member) as file:
                data = file.read(MAX_NOTE + 1)
            if is_statement:
                statements.append(parsed_note(data))
            else:
                claims.append(_of_note(data))
    if not claims:
        raise Malformed("it holds no checkpoint")
    return [claim._replace(statements=tuple(statements)) for claim in claims]


def _of_manifest(path: str) -> list[Claim]:
    manifest = read_manifest(path)
    try:
        claims = [
            Claim(str(entry["ledger"]), int(entry["size"]), bytes.fromhex(entry["root"]))
            for entry in manifest["ledgers"][:_MOST]
        ]
    except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_evidence(path, "its manifest names no ledgers with their roots") from error
    if not claims or any(len(one.root) != 32 or len(one.ledger or "") > _LONGEST_NAME for one in claims):
        raise _no_evidence(path, "its manifest names no ledgers with their roots")
    return claims


def _of_page(path: str) -> list[Claim]:
    """Returns what the table of ledgers in a report says."""
    with open(path, "rb") as file:
        page = file.read(_LONGEST_PAGE).decode(errors="replace")
    claims = list[Claim]()
    for part in page.split(_ROW)[1:]:
        row = part.partition("</tr>")[0]
        ledger, last, root = _LEDGER.match(row), _LAST.search(row), _ROOT_AT_THE_END.search(row)
        if ledger and last and root:
            claims.append(Claim(ledger[0], int(last[1].replace(",", "")), bytes.fromhex(root[1])))
        if len(claims) > _MOST:
            raise Malformed("its table has too many ledgers")
    if not claims:
        raise _no_evidence(path, "it has no table of ledgers with their roots")
    return claims


def _beginning(path: str) -> bytes:
    """Returns as much of a file as the longest proof has."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _no_evidence(path, "it is not a file")
            return file.read(4 * MAX_NOTE)
    except OSError as error:
        raise _no_evidence(path, f"it cannot be read: {error.strerror}") from error


def _no_evidence(source: str, why: str) -> InvalidValueError:
    return InvalidValueError(
        f"'{source}' is not evidence of a ledger: {why[0].lower()}{why[1:]}.", code="no_evidence", source=source
    )
