"""A bundle that is continued: where its ledgers ended."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError
from zenml.evidence.verify import MAX_NOTE, Malformed, parsed_checkpoint, parsed_note

_MANIFEST = 1024 * 1024  # bytes, as decision 50 has it


class BundleEnd(NamedTuple):
    """Where a ledger ended: the number of its events, and the root over them."""

    size: int
    root: bytes


def ends_of(path: str) -> dict[str, BundleEnd]:
    """Returns by ledger where a bundle ended.

    What the file says is not relied on: the record has to have the same roots.

    Raises:
        InvalidValueError: It cannot be read, or is not a bundle.
    """
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise _not_a_bundle(path)
        with ZipFile(path) as archive:
            manifest = json.loads(_read(archive, "manifest.json", _MANIFEST))
            ledgers = _ledgers(manifest)
            return {ledger: _end(_read(archive, f"ledgers/{ledger}/checkpoint", MAX_NOTE)) for ledger in ledgers}
    except OSError as error:
        if error.strerror is None:  # a library's word for damage
            raise _not_a_bundle(path) from error
        raise InvalidValueError(f"The bundle '{path}' cannot be read: {error.strerror}.", "") from error
    except LedgerError:
        raise
    except Exception as error:  # a hostile file: each library has its own ways to fail at one
        raise _not_a_bundle(path) from error


def _read(archive: ZipFile, name: str, most: int) -> bytes:
    """Returns a small file; what claims to be small and is not is left after as many bytes."""
    member = archive.getinfo(name)
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Malformed(f"{name} is compressed in another way than bundles are")  # and may take any memory
    with archive.open(member) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Malformed(f"{name} is too long")
    return data


def _ledgers(manifest: Any) -> list[str]:
    if manifest["schema"] != "zenml.evidence.bundle":
        raise Malformed("The manifest is not one of a bundle")
    return [str(ledger["ledger"]) for ledger in manifest["ledgers"] if ledger["left_out"] is None]


def _end(note: bytes) -> BundleEnd:
    checkpoint = parsed_checkpoint(parsed_note(note).text)
    return BundleEnd(checkpoint.size, checkpoint.root)


def not_continued(ledger_id: str, size: int) -> DamagedLedgerError:
    """Returns the error that a ledger does not go on from where a bundle ended."""
    return DamagedLedgerError(
        f"The ledger {ledger_id} does not continue from the {size} events that the earlier bundle has of it.",
        code="bundle_not_continued",
    )


def of_another_record(path: str, ledger_id: str) -> InvalidValueError:
    """Returns the error that a bundle has a ledger that is not in this record."""
    return InvalidValueError(
        f"The bundle '{path}' is of another record: ledger {ledger_id} is not in this one.",
        code="bundle_of_another_record",
    )


def _not_a_bundle(path: str) -> InvalidValueError:
    return InvalidValueError(f"'{path}' is not a bundle.", code="not_a_bundle")
