"""Ledgers that are being accepted: what was seen of them, until that is recorded.

What was seen is forgotten before anything can be recorded. Should the recording fail, or be interrupted, this file
knows what is still to be recorded by whoever accepts the next time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zenml.custody import evidence_files, origins
from zenml.custody.heads_file import KnownHead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zenml.projections.database import Database

_FILE = "accepting.json"


def note(config_directory: str, heads: Mapping[str, tuple[KnownHead, int]]) -> None:
    """Notes what was seen of the ledgers that are to be accepted, and the era that each is in.

    Raises:
        NotAllowedError: It cannot be written.
    """
    rows = {ledger_id: [head.size, head.root, era] for ledger_id, (head, era) in heads.items()}
    evidence_files.write(config_directory, _FILE, json.dumps(rows).encode() + b"\n")


def pending(config_directory: str, database: Database) -> dict[str, KnownHead]:
    """Returns what was seen of the ledgers of which nobody has recorded since that they are accepted."""
    data = evidence_files.read(config_directory, _FILE)
    if data is None:
        return {}
    try:
        rows = {
            str(ledger_id): (KnownHead(int(size), str(root)), int(era))
            for ledger_id, (size, root, era) in json.loads(data).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}  # somebody edited it; it is worth no more than what is remembered, which goes the same way
    return {ledger_id: head for ledger_id, (head, era) in rows.items() if origins.era(database, ledger_id) <= era}


def settle(config_directory: str) -> None:
    """Forgets it: all is recorded. Raises `NotAllowedError`."""
    evidence_files.remove(config_directory, _FILE)
