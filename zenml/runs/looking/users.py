"""How many runs used what a change wrote."""

from __future__ import annotations

from zenml.projections.runs.written import written_spans
from zenml.runs.looking.files import RecordedRuns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.history.change_details import ChangePart
    from zenml.snapshot.snapshot import Snapshot


def count_users(snapshot: Snapshot, config_directory: str, parts: Iterable[ChangePart]) -> int:
    """Returns how many runs there are on stacks that had something then that a change gave them.

    Args:
        snapshot: What is looked at.
        config_directory: The configuration folder.
        parts: Where the events of the change are, ledger by ledger.

    Raises:
        DamagedLedgerError: A file of runs is damaged.
        NotAllowedError: One cannot be read.
    """
    number = 0
    for part in parts:
        with RecordedRuns(config_directory, part.ledger_id) as recorded:
            if recorded.is_any:
                there = part.ledger_id, part.first, part.last
                number += recorded.count(written_spans(snapshot.connection, *there))
    return number
