"""Where a ledger does not continue what was seen of it, or what was signed: there another era begins."""

from __future__ import annotations

from typing import NamedTuple

from zenml.custody import origins, remembered_heads
from zenml.custody.heads_file import KnownHead
from zenml.evidence.merkle import Frontier
from zenml.projections import stored_events, stored_heads
from zenml.projections.database import Database


class Break(NamedTuple):
    """A ledger that does not continue, and is there.

    Attributes:
        ledger_id: The ledger.
        seen: The head that it does not continue: the largest one that was seen or signed.
        present: The head that it has.
        signed: The newest era in which this machine signed a checkpoint of it; 0 if there is none.
    """

    ledger_id: str
    seen: KnownHead
    present: KnownHead
    signed: int


def breaks(database: Database, config_directory: str, known: dict[str, KnownHead]) -> list[Break]:
    """Returns every ledger that is there and does not continue what was seen of it, or signed.

    Args:
        database: The ledgers.
        config_directory: The configuration folder.
        known: The heads that this machine remembers.

    Raises:
        DamagedLedgerError: A head row is not of its form.
        InvalidValueError: A signed note is damaged.
    """
    found = []
    for row in stored_heads.heads(database):
        signed = origins.signed_eras(config_directory, database, row.ledger_id)
        heads = [known[row.ledger_id]] if row.ledger_id in known else []
        # those of earlier eras are over; the present one has to be continued
        heads += [
            KnownHead(checkpoint.size, checkpoint.root.hex())
            for number, checkpoint in signed.items()
            if number >= origins.era(database, row.ledger_id)
        ]
        broken = [head for head in heads if remembered_heads.contradictions(database, {row.ledger_id: head})]
        if broken:
            root = Frontier.from_bytes(row.size, row.frontier).root().hex()
            seen = max(broken, key=lambda head: head.size)
            found.append(Break(row.ledger_id, seen, KnownHead(row.size, root), max(signed, default=0)))
    return found


def missing_acceptances(database: Database, broken: Break, *, accepted_by_others: bool) -> int:
    """Returns how many more times a ledger has to be accepted: so often that no era is signed a second time.

    Args:
        database: The ledgers.
        broken: What does not continue.
        accepted_by_others: Whether another member of a shared ledger accepted it already.
    """
    beyond = broken.signed + 1 - origins.era(database, broken.ledger_id)
    return max(0 if accepted_by_others else 1, beyond)


def acceptances(database: Database, ledger_id: str) -> list[bytes]:
    """Returns the stored texts of the events that accepted a ledger as it was."""
    return [row.text for row in stored_events.events(database, ledger_id, topics=(origins.ACCEPTED,))]
