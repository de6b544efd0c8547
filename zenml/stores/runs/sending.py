"""Copies events of runs from this machine's file to a shared database: in a move, or when that lost them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier
from zenml.projections.database import open_still
from zenml.projections.versions import FORMAT
from zenml.stores.blanking import blank_places
from zenml.stores.runs import copy, redacting
from zenml.stores.runs.locked import KIND
from zenml.stores.runs.stored import end_in

if TYPE_CHECKING:
    from zenml.stores.protocol import SharedHead
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.shared_database.database import SharedDatabase
    from zenml.stores.shared_database.locked import LockedShared
    from zenml.stores.shared_database.places import SharedPlace
    from zenml.stores.shared_database.rows import SharedEvent


def place_of_runs(place: SharedPlace, profile_ledger_id: str, year: int) -> SharedPlace:
    """Returns where the runs of a year are, in the database of a profile."""
    return place._replace(slot=f"{profile_ledger_id}/{year}")


def claim_runs(database: SharedDatabase, ledger_id: str, moved_to: str | None) -> SharedHead:
    """Makes the row of a ledger of runs, unless somebody has; returns the head that is there now.

    Args:
        database: The database, for the place of the ledger.
        ledger_id: The ledger.
        moved_to: Where the row is to say that the ledger is, if it is made now; None for here.

    Raises:
        DamagedLedgerError: There is another ledger in its place.
    """
    head = database.claim(KIND, ledger_id, FORMAT, moved_to=moved_to)
    if head.ledger_id != ledger_id:
        raise DamagedLedgerError(
            f"The shared database {database.place.named} has other runs in the place of the ledger '{ledger_id}'.",
            code="altered_shared_database",
        )
    return head


def send_missing(file: RunsFile, locked: LockedShared) -> None:
    """Stores in a database what is in the file and not there, to be committed: it moved, or was restored.

    Raises:
        DamagedLedgerError: What is there is not the beginning of what is here.
    """
    end, head = end_in(file.path), locked.head
    if head.size >= end.size:
        return
    copy.check_goes_on(file, head)
    tree = Frontier.from_bytes(head.size, head.frontier)
    for batch in copy.stored_batches(file.path, head.size, end.size):
        tree = copy.extended(file.ledger_id, tree, batch)
        locked.append(batch, [], [], tree.size, tree.to_bytes())
        _blank_sent(file, locked, batch)
    if tree != end:
        raise copy.replaced(file.ledger_id)


def _blank_sent(file: RunsFile, locked: LockedShared, sent: Sequence[SharedEvent]) -> None:
    """Blanks in a database what events that are sent there say was redacted, as far as it is blank in the file.

    An earlier move, or a backup that was restored, may have left there what was blanked since.
    """
    places = redacting.redacted_places(sent)
    if not places:
        return
    with open_still(file.path) as database:
        texts = redacting.texts_at(database, places)
    blank = {position: blank_places(text, places[position]) for position, text in texts.items()}
    locked.blank(texts, {position: pointers for position, pointers in blank.items() if pointers})
