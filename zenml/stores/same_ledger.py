"""Whether a ledger that machines share is where a URL leads to."""

from __future__ import annotations

from zenml.domain.errors import NotAllowedError
from zenml.domain.secrecy import without_passwords


def check_same_ledger(url: str, ledger_id: str) -> str:
    """Makes sure that a ledger is at a URL, and returns the URL as it is to be recorded.

    Raises:
        NotAllowedError: It cannot be asked, as no store of this version is reached by a URL.
    """
    raise NotAllowedError(
        f"Whether {without_passwords(url)} leads to the ledger {ledger_id} cannot be asked by this version."
    )
