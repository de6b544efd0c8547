"""What a ledger of runs promises, wherever it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from zenml.domain.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zenml.domain.run_events import RunEvent, RunValuesRedacted
    from zenml.evidence.merkle import Frontier
    from zenml.projections.database import Database

    Values = Sequence[tuple[int, str]]
    """The position of each event, and the JSON Pointer (RFC 6901) to a value in its fields."""

    MakeRedactionEvent = Callable[[Values], RunValuesRedacted]
    """Returns the event that lists values that were blanked."""

Result = TypeVar("Result")


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

    def redact(self, values: Values, make_event: MakeRedactionEvent) -> list[str]:
        """Blanks values to their commitments, where everybody has them, and records which; all or none.

        What is blank already is left.

        Args:
            values: The values.
            make_event: Makes the event that lists what was blanked; ``prior_root`` is filled in under the lock.

        Returns:
            What may still have them, a sentence each; nothing if no byte is left where the ledger is kept.

        Raises:
            InvalidValueError: No value is there.
            LedgerError: Nothing is blanked; or, `CommitUnknownError`, nobody knows.
        """
        ...

    def close_year(
        self, check: Callable[[Database, Frontier], None], record: Callable[[Frontier], Result]
    ) -> Result:
        """Has nothing recorded any more, by whomever, and has it recorded where the ledger ends.

        Whoever is interrupted before that was recorded does it again.

        Args:
            check: Looks at the file, which has all events then, and at where they end; what it raises keeps the
                ledger open.
            record: Records where it ends, in the profile's ledger.

        Returns:
            What that returns.

        Raises:
            LedgerError: The ledger cannot be closed; or, `CommitUnknownError`, nobody knows whether it is.
        """
        ...

    def delete(self, size: int) -> None:
        """Deletes the events of a closed ledger, where they are kept and here; again, if that was cut short.

        Args:
            size: The number of its events.

        Raises:
            NotAllowedError: They cannot be deleted.
            LedgerError: Nothing is deleted; or, `CommitUnknownError`, nobody knows.
        """
        ...

    def close(self) -> None:
        """Gives up what is open."""
        ...


def closed_by_service() -> NotAllowedError:
    """Returns the error that a member of a service closes no runs that it keeps."""
    return NotAllowedError(
        "The runs of this profile are kept by a service, and are closed on its machine.", code="runs_of_service"
    )
