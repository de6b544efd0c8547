"""When this machine last heard of each shared ledger, in a small file each. Imported by commands that only read.

A command that reads asks the database only if that is some seconds ago: `ZENML_FRESH`, 5 by default.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections import namedtuple

from zenml import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.errors import Detail, LedgerError

FRESH_VARIABLE = "ZENML_FRESH"
_FRESH = 5.0


class Confirmation(
    namedtuple(
        "Confirmation", "confirmed failed problem code key_check values", defaults=(0.0, 0.0, "", "", "", None)
    )
):
    """What this machine knows of a shared ledger's database.

    Attributes:
        confirmed: When it was last known that everything is here, in seconds since 1970; 0 for never.
        failed: When it could not be asked; 0 if it could.
        problem: Why, as a sentence.
        code: Which problem it is.
        key_check: What the key of the ledger's secrets was known by then, as hex digits.
        values: What the next step after the problem is about; None if nothing was noted.
    """

    __slots__ = ()
    confirmed: float
    failed: float
    problem: str
    code: str
    key_check: str
    values: dict[str, Detail] | None

    @property
    def is_fresh(self) -> bool:
        """Whether there is no need to ask again: it was asked, or could not be, a moment ago."""
        return 0 <= time.time() - max(self.confirmed, self.failed) < fresh_seconds()


def fresh_seconds() -> float:
    """Returns for how long what is here is taken for the present, in seconds."""
    try:
        return max(0.0, float(os.environ.get(FRESH_VARIABLE, _FRESH)))
    except ValueError:
        return _FRESH


def read(config_directory: str, ledger_id: str) -> Confirmation:
    """Returns what is known of a shared ledger; nothing if nothing was noted."""
    try:
        with open(paths.confirmation_file(config_directory, ledger_id), encoding="utf-8") as file:
            noted = json.load(file)
        times = float(noted["confirmed"]), float(noted["failed"])
        problem, code, key_check = (str(noted[name]) for name in ("problem", "code", "key_check"))
        return Confirmation(*times, problem, code, key_check, dict(noted.get("values") or {}))
    except (OSError, ValueError, KeyError, TypeError):
        return Confirmation()


def confirm(config_directory: str, ledger_id: str, key_check: str = "") -> None:
    """Notes that everything is here; without the last, the keys of its secrets are fetched again soon."""
    _write(config_directory, ledger_id, Confirmation(time.time(), key_check=key_check))


def fail(config_directory: str, ledger_id: str, error: LedgerError) -> None:
    """Notes that the database could not be asked, or what it answered that is of no use."""
    before = read(config_directory, ledger_id)
    noted = before._replace(failed=time.time(), problem=error.message, code=error.code, values=error.values)
    _write(config_directory, ledger_id, noted)


def _write(config_directory: str, ledger_id: str, confirmation: Confirmation) -> None:
    """Writes the file in place, and not as a draft.

    What takes the place of a file is written to the disk by some file systems (ext4 with ``auto_da_alloc``), which
    takes as long as asking does. Who reads it while it is half written finds no JSON, and asks again.
    """
    path, text = paths.confirmation_file(config_directory, ledger_id), json.dumps(confirmation._asdict()).encode()
    with contextlib.suppress(OSError):  # then it is asked again
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            os.write(descriptor, text)
            os.ftruncate(descriptor, len(text))
        finally:
            os.close(descriptor)
