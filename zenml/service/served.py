"""What one service serves."""

from __future__ import annotations

from typing import NamedTuple


class Served(NamedTuple):
    """What one service serves, from its start to its end.

    Attributes:
        config_directory: The configuration folder.
        profile: The name that the profile had at the start.
        ledger_id: The profile's ledger.
        nonce: What this instance alone answers at ``/health``.
        log: The file of its log.
    """

    config_directory: str
    profile: str
    ledger_id: str
    nonce: str
    log: str
