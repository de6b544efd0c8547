"""Bringing what others recorded of runs, before they are looked at: as often as the profile is asked for."""

from __future__ import annotations

from zenml.domain.errors import LedgerError
from zenml.runs.recording.opening import open_runs, runs_file
from zenml.sharing import confirmations
from zenml.sharing.before_reading import not_confirmed
from zenml.sharing.places import READING_PATIENCE
from zenml.stores.runs.stored import end_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.domain.notices import Notice
    from zenml.projections.machine import ProfileRow
    from zenml.projections.runs.ledgers import RunsLedgerRow


def follow_runs(
    config_directory: str, profile: ProfileRow, ledgers: Iterable[RunsLedgerRow], *, now: bool = False
) -> Notice | None:
    """Brings what others recorded in the ledgers of a shared profile's runs, unless that was done a moment ago.

    Where the profile's own ledger could not be asked a moment ago, its runs are not asked for either: one command
    waits once.

    Args:
        config_directory: The configuration folder.
        profile: The profile; nothing is done for one that is not shared.
        ledgers: The ledgers of its runs, as its own ledger names them.
        now: Whether it is done even if that was done a moment ago.

    Returns:
        A sentence that what is shown may be incomplete; None if it is known to be complete.
    """
    if not profile.is_shared:
        return None
    known = confirmations.read(config_directory, profile.profile_ledger_id)
    if known.failed > known.confirmed and known.is_fresh:
        return not_confirmed(config_directory, profile)
    for ledger in ledgers:
        if _is_complete(config_directory, profile, ledger):
            continue
        asked = confirmations.read(config_directory, ledger.runs_ledger_id)
        if asked.is_fresh and not now:
            if asked.failed > asked.confirmed:
                return not_confirmed(config_directory, profile, ledger.runs_ledger_id)
            continue
        try:
            open_runs(config_directory, profile, ledger, patience=READING_PATIENCE).catch_up()
        except LedgerError as error:
            confirmations.fail(config_directory, ledger.runs_ledger_id, error)
            return not_confirmed(config_directory, profile, ledger.runs_ledger_id)
        confirmations.confirm(config_directory, ledger.runs_ledger_id)
    return None


def _is_complete(config_directory: str, profile: ProfileRow, ledger: RunsLedgerRow) -> bool:
    """Tells whether everything of a ledger is here that will ever be in it."""
    if ledger.size is None:
        return False
    end = end_in(runs_file(config_directory, profile.profile_ledger_id, ledger).path)
    return (end.size, end.root().hex()) == (ledger.size, ledger.root)
