"""What the row of a shared ledger says of where the ledger is, and that nobody writes to one that is not there.

A ledger is written in one place only. While it moves, the place it comes to has all of it before the place it
leaves is closed, and is opened only after that. So there is a moment when it can be written nowhere, and none when
it could be written twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError

if TYPE_CHECKING:
    from zenml.stores.protocol import SharedHead

ARRIVING = "moving"
"""Where a ledger is of which the row says so: on its way here, and not to be used before it is here."""

CLOSED = "closed"
"""What the row of a year's runs says once nothing is added to them any more, wherever they move."""

REMOVED = "removed"
"""The same, and their events were deleted there."""

_MACHINE = "local:"


def on_machine(machine_id: str) -> str:
    """Returns what a row says of a ledger that one machine keeps for itself.

    It says which one: whoever was interrupted while it took the ledger may go on, and nobody else.
    """
    return f"{_MACHINE}{machine_id}"


def check_open(head: SharedHead) -> None:
    """Makes sure that a ledger is where its row is.

    Raises:
        NotAllowedError: It has moved, is still arriving, or is closed.
    """
    if head.moved_to is not None:
        raise moved_error(head)


def moved_error(head: SharedHead) -> LedgerError:
    """Returns the error that a ledger is not where its row is.

    What the profile is called here is not known yet: whoever shows the error finds it by the ledger.
    """
    moved_to = head.moved_to or ""
    if moved_to in (CLOSED, REMOVED):
        year = head.slot.rpartition("/")[2]
        if head.kind != "runs" or not (year.isascii() and year.isdecimal()):
            return DamagedLedgerError(
                f"The row of the ledger '{head.ledger_id}' in the shared database says '{moved_to}',"
                " which only one of a year's runs can be."
            )
        return NotAllowedError(
            f"The record of the runs of '{year}' is closed.", code="runs_closed", year=int(year)
        )
    if moved_to == ARRIVING:
        return NotAllowedError(
            "The ledger in this shared database is still being moved here, so it is not used yet.",
            code="ledger_arriving",
        )
    if moved_to.startswith(_MACHINE):
        return NotAllowedError(
            "The shared ledger was moved to one machine, which keeps it for itself.",
            code="ledger_withdrawn",
            ledger=head.ledger_id,
            profile=None,
        )
    return NotAllowedError(
        f"The shared ledger has moved to {moved_to}.",
        code="ledger_moved",
        ledger=head.ledger_id,
        profile=None,
        url=moved_to,
    )
