"""What a client asks of a service. What it answers is checked as what a database answers is."""

from __future__ import annotations

import json
import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.domain.errors import BusyError, CommitUnknownError, DamagedLedgerError, LedgerError, NotAllowedError
from zenml.stores.rest import failures
from zenml.stores.rest.http import HttpAnswer, HttpConnection, HttpError, HttpTrouble
from zenml.stores.rest.tags import etag

if TYPE_CHECKING:
    from zenml.stores.protocol import SharedHead
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared_database.rows import SharedEvent, SharedKey

LARGEST_BODY = 1024 * 1024
"""Bytes of a question; a service takes no more."""

_LARGEST_ANSWER = 16 * 1024 * 1024  # a page of events has 4 MiB, and the events of one change may be larger
_PAGE = 5_000
_LONGEST = 256  # characters of a name
_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class Introduction(NamedTuple):
    """What a service serves, and to whom it does.

    Attributes:
        ledger_id: The ledger of the profile that it serves.
        name: The name of the token.
        role: What the token may: ``reader``, ``writer`` or ``admin``.
    """

    ledger_id: str
    name: str
    role: str


class Decision(NamedTuple):
    """What a service made of a change.

    Attributes:
        head: The ledger after it.
        events: Its events, as they are recorded; none if there was nothing to change.
    """

    head: SharedHead
    events: list[SharedEvent]


class RestService:
    """A service, as somebody with a token sees it. Nothing is asked before it is needed.

    Args:
        place: Where it is, with the token.
        patience: Seconds to wait for an answer.
        ledger_id: The ledger that it is asked about; None where that is not known yet.
    """

    def __init__(self, place: ServicePlace, patience: float, ledger_id: str | None = None) -> None:
        self.place = place
        self._patience = patience
        self._ledger_id = ledger_id
        self._left_over: list[str] = []
        self._sent = "the change"
        self._http = HttpConnection(place, patience, _LARGEST_ANSWER)

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    # --- reading --------------------------------------------------------------------------------

    def nonce(self) -> str | None:
        """Returns what no other service says of itself; None if none answers. The token is not sent."""
        try:
            answer = self._http.ask("GET", "/health", {"Accept": "application/json"})
        except HttpError:
            return None
        nonce = said_in(answer).get("nonce")
        return nonce if isinstance(nonce, str) else None

    def introduction(self) -> Introduction:
        """Returns what is served, and to whom.

        Raises:
            LedgerError: It does not answer, or does not let anybody in.
        """
        said = self._json(self._get("/v1"))
        from zenml.stores.shared_database.rows import is_id

        texts = [said.get(name) for name in ("ledger_id", "name", "role")]
        if not (is_id(texts[0]) and all(isinstance(text, str) and 0 < len(text) <= _LONGEST for text in texts)):
            raise self._altered("what it serves")
        return Introduction(said["ledger_id"], said["name"], said["role"])

    def has_nothing_new(self, ledger_id: str, size: int, frontier: bytes) -> bool:
        """Tells whether a ledger still ends there: the cheapest of all questions."""
        answer = self._get(f"/v1/ledgers/{ledger_id}", {"If-None-Match": etag(size, frontier)})
        if answer.status != 304:
            self._json(answer)
        return answer.status == 304

    def head(self, ledger_id: str) -> SharedHead:
        """Returns where a ledger ends.

        Raises:
            LedgerError: It does not answer, or serves another one.
        """
        return self._head(self._json(self._get(f"/v1/ledgers/{ledger_id}")), ledger_id)

    def events(self, ledger_id: str, after: int, limit: int = _PAGE) -> list[SharedEvent]:
        """Returns some of the events after a position, one after the other. Raises as `head`."""
        said = self._json(self._get(f"/v1/ledgers/{ledger_id}/events?after={after}&limit={limit}"))
        return self._events(said.get("events"), after)

    def keys(self, ledger_id: str, key_ids: Collection[str] | None = None) -> list[SharedKey]:
        """Returns nothing: a service keeps the keys of secrets to itself, and opens the secrets."""
        return []

    def left_over(self) -> list[str]:
        """Returns what the service said that it cannot reach, a sentence each."""
        return self._left_over

    def secret(self, ledger_id: str, key_id: str) -> Any:
        """Returns the value of a secret. It is kept nowhere.

        Raises:
            LedgerError: It does not answer, or does not tell secrets to whoever has this token.
        """
        said = self._json(self._get(f"/v1/ledgers/{ledger_id}/secrets/{key_id}"))
        if "value" not in said:
            raise self._altered("the value of a secret")
        return said["value"]

    # --- writing --------------------------------------------------------------------------------

    def decide(self, ledger_id: str, what: str, body: dict[str, Any]) -> Decision:
        """Has a change decided, and recorded if no rule forbids it: once, however often the connection breaks.

        Args:
            ledger_id: The ledger.
            what: ``changes``, ``undo``, ``redact`` or ``shred``.
            body: The change, with its id: the service answers the same id with the same change.

        Raises:
            CommitUnknownError: It may be recorded; nobody answers who could say.
            LedgerError: It is not recorded.
        """
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > LARGEST_BODY:
            raise NotAllowedError(
                f"The change has {len(text):,} bytes, and a service takes {LARGEST_BODY:,}.",
                "Split it into several changes.",
            )
        said = self._json(self._posted(f"/v1/ledgers/{ledger_id}/{what}", text))
        head = self._head(said.get("ledger"), ledger_id)
        self._left_over = failures.left_over(self.place, said.get("left_over"))
        events = said.get("events")
        first = events[0].get("position") if isinstance(events, list) and events else 1
        return Decision(head, self._events(events, first - 1 if isinstance(first, int) else 0))

    def _posted(self, path: str, text: bytes) -> HttpAnswer:
        """Sends it until there is an answer. What may have arrived, and is not answered, is unknown in the end."""
        import random  # those who only read need it not

        until, pause, sent = time.monotonic() + self._patience, _PAUSE, False
        while True:
            try:
                answer = self._asked("POST", path, {}, text)
            except HttpError as error:
                sent = sent or error.sent
                if time.monotonic() > until or error.trouble in (HttpTrouble.FOREIGN, HttpTrouble.ENCRYPTION):
                    problem = failures.in_words(self.place, error)
                    raise (self._unknown(problem) if sent else problem) from error
            else:
                if answer.status != 503:
                    return answer
                sent = sent or said_in(answer).get("code") == "commit_unknown"
                if time.monotonic() > until:
                    busy: LedgerError = BusyError(
                        f"The service at {self.place.shown} is busy.", "Try again; nothing was written."
                    )
                    raise self._unknown(busy) if sent else busy
            time.sleep(random.uniform(0, pause))
            pause = min(_LONGEST_PAUSE, 2 * pause)

    def _unknown(self, problem: LedgerError) -> CommitUnknownError:
        return CommitUnknownError(
            f"It is not known whether {self._sent} is recorded. {problem.message}", "The next command will say."
        )

    # --- what is sent, and what is answered -----------------------------------------------------

    def _get(self, path: str, headers: dict[str, str] | None = None) -> HttpAnswer:
        try:
            return self._asked("GET", path, headers or {}, None)
        except HttpError as error:
            raise failures.in_words(self.place, error) from error

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> HttpAnswer:
        sent = {"Accept": "application/json", "User-Agent": "zenml", **headers}
        if self.place.token is not None:
            sent["Authorization"] = f"Bearer {self.place.token}"
        return self._http.ask(method, path, sent, body)

    def _json(self, answer: HttpAnswer) -> dict[str, Any]:
        said = said_in(answer)
        if answer.status != 200:
            raise failures.refusal(self.place, answer, said, self._ledger_id)
        if not said:
            raise failures.in_words(self.place, HttpError(HttpTrouble.FOREIGN))
        return said

    def _head(self, said: object, ledger_id: str) -> SharedHead:
        from zenml.stores.shared_database.rows import head_of  # whoever finds nothing new checks no rows

        if not isinstance(said, dict) or said.get("ledger_id") != ledger_id:
            raise self._altered("where its ledger ends")
        try:
            frontier = bytes.fromhex(said["frontier"])
        except (KeyError, TypeError, ValueError):
            raise self._altered("where its ledger ends") from None
        row = (ledger_id, said.get("kind"), "default", said.get("size"), frontier, said.get("format"), None, None)
        try:
            return head_of(row, self.place.shown)
        except DamagedLedgerError:
            raise self._damaged("where its ledger ends") from None

    def _events(self, said: object, after: int) -> list[SharedEvent]:
        from zenml.stores.shared_database.rows import events_of

        if not isinstance(said, list) or not all(isinstance(event, dict) for event in said):
            raise self._altered("its events")
        try:
            rows = [(event["position"], event["topic"], event["text"].encode()) for event in said]
        except (KeyError, AttributeError, UnicodeEncodeError):
            raise self._altered("its events") from None
        try:
            return events_of(rows, after, self.place.shown)
        except DamagedLedgerError:
            raise self._damaged(f"its events after position {after}") from None

    def _damaged(self, what: str) -> DamagedLedgerError:
        return DamagedLedgerError(
            f"What the service at {self.place.shown} has of {what} was altered or is damaged.",
            code="altered_shared_database",
        )

    def _altered(self, what: str) -> DamagedLedgerError:
        return DamagedLedgerError(
            f"The service at {self.place.shown} does not answer {what} as a service of zenml does.",
            code="not_a_service",
        )


def said_in(answer: HttpAnswer) -> dict[str, Any]:
    """Returns an answer as JSON; nothing if it is no JSON object."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
