"""What is said where a ledger has what this version does not know."""

from __future__ import annotations

from zenml.domain.notices import Notice
from zenml.projections.timeline import history
from zenml.projections.versions import newer_ledgers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


def newer_notice(connection: Database, what: str, ledger_id: str, position: int) -> str:
    """Returns the sentence that something is shown only as far as this version knows its events.

    Args:
        connection: The views.
        what: What is shown, as the beginning of a sentence.
        ledger_id: Its ledger.
        position: The last position that is shown.
    """
    newest = history.newest_until(connection, ledger_id, position)
    shown_as = (
        f"it is shown as of change {history.short(connection, newest)}" if newest else "nothing of it is shown"
    )
    if ledger_id not in newer_ledgers(connection):  # it does not say to be of a newer version
        sentence = f"{what} has an event that this version of zenml does not know: {shown_as}"
        return Notice(f"{sentence}, and cannot be changed here.", "unknown_event")
    return (
        f"{what} was changed by a newer version of zenml: {shown_as}, and cannot be changed here. "
        'Run "pip install --upgrade zenml-ledger".'
    )
