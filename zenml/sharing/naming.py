"""Puts the profile's name on an error that knows only the ledger: a database has no names of profiles."""

from __future__ import annotations

from contextlib import suppress

from zenml.domain.errors import LedgerError
from zenml.projections import machine
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.runs.ledgers import profile_ledger_of


def name_profile(error: LedgerError, ledger_path: str) -> None:
    """Notes on an error about a shared ledger, or about one of runs, which profile that is, if it is here."""
    ledger_id = error.values.get("ledger")
    if error.values.get("profile") is not None or not isinstance(ledger_id, str):
        return
    with suppress(Exception), open_still(ledger_path) as database:  # the error is what counts
        of_profile = profile_ledger_of(database, ledger_id) or ledger_id
        profile = machine.profile_of_ledger(database, machine_ledger(database) or "", of_profile)
        error.values["profile"] = profile.name if profile is not None else None
