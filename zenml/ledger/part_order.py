"""The order of a change's events across ledgers, as its beginning says it in each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from zenml.domain.events import Part


def ordered(decided: Iterable[str]) -> tuple[Part, ...]:
    """Returns the order of some events: runs of those that are in one ledger.

    Args:
        decided: The ledger of each event, in the order in which they were decided.
    """
    return tuple(Part(ledger_id=ledger_id, count=len(list(run))) for ledger_id, run in groupby(decided))


def corrected(given: Sequence[Part], decided: Iterable[str]) -> tuple[Part, ...]:
    """Returns an order that somebody gave, with as many events of the ledgers here as were decided here.

    Args:
        given: The order; what it says of other ledgers stays.
        decided: The ledger of each event that was decided here.
    """
    left = Counter(decided)
    first = {part.ledger_id: at for at, part in reversed(list(enumerate(given)))}
    runs = []
    for at, part in reversed(list(enumerate(given))):
        if part.ledger_id in left:  # the first run of a ledger gets what the others leave
            rest = left[part.ledger_id]
            count = rest if first[part.ledger_id] == at else min(part.count, rest)
            left[part.ledger_id] -= count
            runs.append(part.replace(count=count))
        else:
            runs.append(part)
    runs.reverse()
    runs += [Part(ledger_id=ledger_id, count=count) for ledger_id, count in left.items()]
    return tuple(part for part in runs if part.count)
