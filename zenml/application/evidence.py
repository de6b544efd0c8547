"""Taking note of the evidence: which key signs, and from where on a ledger continues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain import commands

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


class Acceptance(NamedTuple):
    """What a ledger is accepted with.

    Attributes:
        ledger_id: The ledger.
        seen: The size and the root that were seen of it, as 64 hex digits.
        present: Those that it has.
        times: How many eras begin.
    """

    ledger_id: str
    seen: tuple[int, str]
    present: tuple[int, str]
    times: int


def record_key_change(work: OpenChange, old_vkey: str, new_vkey: str) -> None:
    """Takes note of another key that signs."""
    work.execute(commands.RecordKeyChange(old_vkey, new_vkey))


def accept_history(work: OpenChange, accepted: Sequence[Acceptance], reason: str | None) -> None:
    """Takes note that ledgers are accepted as they are."""
    _, change = work.now
    salted = change.sealer.salted(reason) if reason is not None else None
    for ledger_id, seen, present, times in accepted:
        for _ in range(times):
            change.execute(commands.RecordAcceptance(*seen, *present, salted), ledger_id)
