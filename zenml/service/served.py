"""What a service serves."""

from __future__ import annotations

from typing import NamedTuple


class Served(NamedTuple):
    """What one running service serves, for as long as it runs.

    Attributes:
        config_directory: The configuration folder.
        profile: The profile's name when it was started.
        ledger_id: The profile's ledger.
        nonce: What tells this instance from any other one.
        log: The file in which it notes what happens.
    """

    config_directory: str
    profile: str
    ledger_id: str
    nonce: str
    log: str
