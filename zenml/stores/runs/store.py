"""What a ledger of runs promises, wherever it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.domain.run_events import RunEvent


class RunsStore(Protocol):
    """A ledger of runs.

    Attributes:
        path: The file of this machine that has it, or all of it that is known here.
        ledger_id: Its id.
    """

    path: str
    ledger_id: str

    def append(self, events: Sequence[RunEvent]) -> None:
        """Records events, all or none; those that are recorded already are left out.

        The ``prior_root`` of a `RunStarted` is filled in under the lock.

        Raises:
            LedgerError: Nothing is recorded; or, `CommitUnknownError`, nobody knows.
        """
        ...

    def catch_up(self) -> None:
        """Brings to the file what others recorded.

        Raises:
            LedgerError: Nobody answers, or what is there does not go on from what is here.
        """
        ...

    def close(self) -> None:
        """Gives up what is open."""
        ...
