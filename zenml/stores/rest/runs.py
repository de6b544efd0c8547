"""What a client asks a service about the runs of the profile that it keeps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import NotAllowedError
from zenml.stores.rest import failures
from zenml.stores.rest.service import LARGEST_BODY, RestService, said_in
from zenml.stores.rest.tags import etag
from zenml.stores.runs.copy import replaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.domain.run_events import RunEvent, RunValuesRedacted
    from zenml.evidence.merkle import Frontier
    from zenml.stores.protocol import SharedHead
    from zenml.stores.rest.http import HttpAnswer
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared_database.rows import SharedEvent

PAGE = 5_000
"""Events that are asked for at once."""

AT_ONCE = 1_000
"""Values that a service is asked to blank at once."""


class RunsPage(NamedTuple):
    """Some events of a ledger of runs, one after the other.

    Attributes:
        head: Where the ledger ends.
        events: The events.
    """

    head: SharedHead
    events: list[SharedEvent]


class RunsService(RestService):
    """A service, asked about the runs of a year.

    Args:
        place: Where it is, with the token.
        patience: Seconds to wait for an answer.
        profile_ledger_id: The ledger of the profile that it keeps.
        year: The year.
        runs_ledger_id: The ledger of the runs.
    """

    def __init__(
        self, place: ServicePlace, patience: float, profile_ledger_id: str, year: int, runs_ledger_id: str
    ) -> None:
        super().__init__(place, patience, profile_ledger_id)
        self._sent = "what happened in the run"
        self._runs_ledger_id = runs_ledger_id
        self._path = f"/v1/ledgers/{profile_ledger_id}/runs/{year}"

    def page(self, here: Frontier) -> RunsPage | None:
        """Returns some of the events behind those that are here; None if there are no others, or no more.

        Raises:
            DamagedLedgerError: It has fewer.
            LedgerError: It does not answer.
        """
        known = {"If-None-Match": etag(here.size, here.to_bytes())}
        answer = self._get(f"{self._path}/events?after={here.size}&limit={PAGE}", known)
        is_deleted = answer.status == 410 and said_in(answer).get("code") == "runs_deleted"
        return None if answer.status == 304 or is_deleted else self._page(answer, here.size)

    def page_after(self, after: int, limit: int = PAGE) -> list[SharedEvent]:
        """Returns some of the events behind a position, so many at most. Raises as `page` does."""
        return self._page(self._get(f"{self._path}/events?after={after}&limit={limit}"), after).events

    def record(self, after: int, events: Sequence[RunEvent]) -> RunsPage:
        """Has events recorded, once, however often the connection breaks.

        Args:
            after: How many events are here.
            events: The events; the service knows by whose token they come, and what is recorded already.

        Returns:
            Where the ledger ends then, and some of the events behind those that are here.

        Raises:
            CommitUnknownError: They may be recorded; nobody answers who could say.
            LedgerError: They are not recorded.
        """
        body = {"after": after, "events": [{"topic": one.TOPIC, "fields": one.to_fields()} for one in events]}
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > LARGEST_BODY:
            raise NotAllowedError(
                f"What is to be recorded of runs has {len(text):,} bytes, and a service takes {LARGEST_BODY:,}.",
                "Record it in several parts.",
            )
        return self._page(self._posted(self._path, text), after)

    def redact(self, after: int, values: Sequence[tuple[int, str]], said: RunValuesRedacted) -> RunsPage:
        """Has values blanked, and recorded which; what is blank already is left, so that it can be repeated.

        Args:
            after: How many events are here.
            values: The position of each event, and the JSON Pointer to the value in its fields.
            said: What is to be recorded of it; the service knows by whose token it comes.

        Returns:
            As `record`; `left_over` says what the service cannot reach.

        Raises:
            CommitUnknownError: They may be blanked; nobody answers who could say.
            LedgerError: They are not blanked.
        """
        body = {
            "after": after,
            "values": [{"position": position, "field": field} for position, field in values],
            "reason": json.loads(said.to_fields()["reason"]["v"]),
            "automation": said.actor.kind == "automation",
        }
        answer = self._posted(f"{self._path}/redact", json.dumps(body, ensure_ascii=False).encode())
        page = self._page(answer, after)
        self._left_over = failures.left_over(self.place, said_in(answer).get("left_over"))
        return page

    def _page(self, answer: HttpAnswer, after: int) -> RunsPage:
        if answer.status == 409 and said_in(answer).get("code") == "beyond_the_end":
            raise replaced(self._runs_ledger_id)
        said = self._json(answer)
        return RunsPage(
            self._head(said.get("ledger"), self._runs_ledger_id), self._events(said.get("events"), after)
        )
