"""A ledger of runs that a service keeps, and whole in this machine's file too."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from zenml.domain.errors import CommitUnknownError, LedgerError
from zenml.stores.rest.runs import AT_ONCE, RunsPage, RunsService
from zenml.stores.runs import copy
from zenml.stores.runs.redacted_parts import parts
from zenml.stores.runs.store import closed_by_service
from zenml.stores.runs.stored import end_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zenml.domain.run_events import RunEvent
    from zenml.evidence.merkle import Frontier
    from zenml.projections.database import Database
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.runs.store import MakeRedactionEvent, Result, Values
    from zenml.stores.shared_database.rows import SharedEvent


class ServedRuns:
    """A ledger of runs that a service keeps. A connection lasts as long as it is needed: runs may take days.

    Args:
        file: This machine's file.
        place: The service.
        profile_ledger_id: The ledger of the profile that it keeps.
        year: The year of the runs.
        patience: Seconds to wait for an answer of the service.
    """

    def __init__(
        self, file: RunsFile, place: ServicePlace, profile_ledger_id: str, year: int, patience: float
    ) -> None:
        self.path = file.path
        self.ledger_id = file.ledger_id
        self._file = file
        self._place = place
        self._profile_ledger_id = profile_ledger_id
        self._year = year
        self._patience = patience

    def append(self, events: Sequence[RunEvent]) -> None:
        """Has the service record events, under the name of the token, and brings them to the file.

        What is here is compared before: nothing is recorded in a ledger that does not go on from it.

        Raises:
            CommitUnknownError: They may be recorded: nobody answers who could say, or the file cannot follow.
            LedgerError: They are not recorded.
        """
        with closing(self._service()) as service:
            self._follow(service)
            self._file.check_seen(end_in(self.path))
            page = service.record(end_in(self.path).size, events)
            try:
                self._take(service, page)
            except LedgerError as error:
                what = "The run is recorded by the service, but not on this machine yet"
                raise CommitUnknownError(f"{what}. {error.message}", error.hint) from error

    def redact(self, values: Values, make_event: MakeRedactionEvent) -> list[str]:
        """Has the service blank values, under the name of the token, and blanks them in the file.

        Raises:
            NotAllowedError: The token is not that of an admin.
            CommitUnknownError: They may be blanked: nobody answers who could say, or the file cannot follow.
        """
        with closing(self._service()) as service:
            self._follow(service)
            for part in parts(values, make_event):  # a request can be as long as what it names, too
                for start in range(0, len(part), AT_ONCE):
                    some = part[start : start + AT_ONCE]
                    self._take(service, service.redact(end_in(self.path).size, some, make_event(some)))
            return [*self._file.left_in_log(), *service.left_over()]

    def close_year(
        self, check: Callable[[Database, Frontier], None], record: Callable[[Frontier], Result]
    ) -> Result:
        """Refuses: whose runs go on, and whether all of them are right, is for the service's machine to say."""
        raise closed_by_service()

    def delete(self, size: int) -> None:
        """Refuses: see `close_year`."""
        raise closed_by_service()

    def catch_up(self) -> None:
        """Brings to the file what others recorded. Raises `LedgerError`."""
        with closing(self._service()) as service:
            self._follow(service)

    def close(self) -> None:
        """Does nothing: there is no connection between two questions."""

    def _service(self) -> RunsService:
        return RunsService(self._place, self._patience, self._profile_ledger_id, self._year, self.ledger_id)

    def _follow(self, service: RunsService) -> None:
        page = service.page(end_in(self.path))
        if page is not None:
            self._take(service, page)

    def _take(self, service: RunsService, page: RunsPage) -> None:
        """Brings what was answered to the file; asks for what is missing between."""

        def fetch(after: int, limit: int) -> list[SharedEvent]:
            here = [event for event in page.events if event.position > after]
            return here if here and here[0].position == after + 1 else service.page_after(after, limit)

        copy.bring(self._file, page.head, fetch)
