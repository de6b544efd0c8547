"""What a service answers is checked, and what it refuses is said in one sentence."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.stores.promises.ground import LEDGER, OTHER
from tests.stores.rest.keeper import TOKEN, Keeper, serving
from tests.stores.rest.scripted import Script, answer, says, scripted
from tests.support.hints import hint_of
from tests.support.patience import tried
from zenml.domain.errors import (
    BusyError,
    CommitUnknownError,
    ConflictError,
    DamagedLedgerError,
    LedgerError,
    NotAllowedError,
    UnreachableError,
)
from zenml.ledger.ids import new_change_id
from zenml.stores.rest.places import read_service
from zenml.stores.rest.service import LARGEST_BODY, RestService

HEAD = {"ledger_id": LEDGER, "kind": "profile", "size": 0, "frontier": "", "format": 1}


@contextmanager
def service(*scripts: Script, patience: float = 3) -> Iterator[RestService]:
    with scripted(*scripts) as port, closing(_service(port, patience)) as asked:
        yield asked


def _service(port: int, patience: float = 3) -> RestService:
    return RestService(read_service(f"http://127.0.0.1:{port}", TOKEN), patience, LEDGER)


def said(status: str, body: Any) -> Script:
    return says(answer(status, json.dumps(body).encode()))


def problem(code: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "message": "It says why.", "values": values}


@pytest.fixture
def kept() -> Iterator[tuple[Keeper, RestService]]:
    keeper = Keeper(LEDGER)
    with serving(keeper) as port, closing(_service(port)) as asked:
        yield keeper, asked


def test_it_introduces_itself(kept: tuple[Keeper, RestService]) -> None:
    introduction = kept[1].introduction()
    assert (introduction.ledger_id, introduction.name, introduction.role) == (LEDGER, "ann", "writer")


def test_one_question_tells_that_nothing_is_new(kept: tuple[Keeper, RestService]) -> None:
    keeper, asked = kept
    assert asked.has_nothing_new(LEDGER, 0, b"")
    assert not asked.has_nothing_new(LEDGER, 1, bytes(32))
    assert len(keeper.asked) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        ("401 Unauthorized", problem("no_token"), NotAllowedError, "service_token_missing"),
        ("401 Unauthorized", problem("wrong_token"), NotAllowedError, "service_token_refused"),
        ("429 Too Many Requests", problem("too_many_wrong_tokens"), NotAllowedError, "service_token_refused"),
        (
            "403 Forbidden",
            problem("role_may_not", role="reader", needed="writer"),
            NotAllowedError,
            "service_role",
        ),
        ("404 Not Found", problem("not_found"), NotAllowedError, "service_version"),
        ("404 Not Found", problem("ledger_not_found"), DamagedLedgerError, "service_of_another_profile"),
        ("500 Internal Server Error", problem("altered_ledger"), UnreachableError, "service_failed"),
        ("503 Service Unavailable", problem("busy"), BusyError, "busy"),
        ("200 OK", [], UnreachableError, "not_a_service"),
        ("200 OK", "text", UnreachableError, "not_a_service"),
        ("302 Found", {}, UnreachableError, "not_a_service"),
        ("404 Not Found", "nginx", UnreachableError, "not_a_service"),
        ("200 OK", {**HEAD, "ledger_id": OTHER}, DamagedLedgerError, "not_a_service"),
        ("200 OK", {**HEAD, "size": -1}, DamagedLedgerError, "altered_shared_database"),
        ("200 OK", {**HEAD, "frontier": "00"}, DamagedLedgerError, "altered_shared_database"),
        ("200 OK", {**HEAD, "frontier": "no"}, DamagedLedgerError, "not_a_service"),
        ("200 OK", {**HEAD, "format": "4"}, DamagedLedgerError, "altered_shared_database"),
    ],
)
def test_what_it_cannot_answer_is_an_error_with_a_hint(
    status: str, body: Any, kind: type[LedgerError], code: str
) -> None:
    with service(said(status, body)) as asked, pytest.raises(kind) as caught:
        asked.head(LEDGER)
    assert caught.value.code == code
    assert TOKEN not in caught.value.message
    assert "database" not in caught.value.message
    assert hint_of(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ledger_id": "../../elsewhere"},
        {"ledger_id": f"{LEDGER} HTTP/1.1\r\nX: y"},
        {"ledger_id": 5},
        {"name": ""},
        {"name": "a" * 300},
        {"name": None},
        {"role": []},
    ],
)
def test_an_introduction_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    """A ledger's id becomes the name of a file, and that of a token a part of a URL."""
    introduction = {"ledger_id": LEDGER, "name": "ann", "role": "writer", **wrong}
    with service(said("200 OK", introduction)) as asked, pytest.raises(DamagedLedgerError):
        asked.introduction()


@pytest.mark.parametrize(
    "events",
    [
        None,
        {},
        [1],
        [{"position": 1, "topic": "t"}],
        [{"position": 2, "topic": "t", "text": "{}"}],
        [{"position": "1", "topic": "t", "text": "{}"}],
        [{"position": 1, "topic": 5, "text": "{}"}],
        [{"position": 1, "topic": "t", "text": 5}],
        [{"position": 1, "topic": "t", "text": "\ud800"}],
        [{"position": 1, "topic": "t", "text": "a" * 100_000}],
    ],
)
def test_events_that_cannot_be_are_refused(events: Any) -> None:
    with (
        service(said("200 OK", {"ledger": HEAD, "events": events})) as asked,
        pytest.raises(DamagedLedgerError) as caught,
    ):
        asked.events(LEDGER, 0)
    assert "database" not in caught.value.message
    assert "service at http://" in caught.value.message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        ("409 Conflict", problem("changed_since"), ConflictError),
        ("409 Conflict", problem("repeated_key", change="kpvz"), NotAllowedError),
        ("422 Unprocessable Content", problem("stack_exists", name="prod"), NotAllowedError),
        ("422 Unprocessable Content", problem("invalid"), NotAllowedError),
        ("422 Unprocessable Content", problem("invalid_event"), NotAllowedError),
        ("413 Content Too Large", problem("too_large"), NotAllowedError),
        ("403 Forbidden", problem("role_may_not", role="reader", needed="writer"), NotAllowedError),
    ],
)
def test_a_change_that_is_refused_is_not_recorded(status: str, body: Any, kind: type[LedgerError]) -> None:
    with service(said(status, body)) as asked, pytest.raises(kind) as caught:
        asked.decide(LEDGER, "changes", {"change_id": new_change_id()})
    assert not isinstance(caught.value, CommitUnknownError)
    assert hint_of(caught.value)


def test_a_change_that_is_too_large_is_not_even_sent(kept: tuple[Keeper, RestService]) -> None:
    keeper, asked = kept
    with pytest.raises(NotAllowedError, match="bytes"):
        asked.decide(LEDGER, "changes", {"change_id": new_change_id(), "commands": "a" * LARGEST_BODY})
    assert keeper.asked == []


def test_a_change_whose_answer_was_lost_is_asked_for_again_by_its_id() -> None:
    bodies: list[bytes] = []

    def lose(connection: socket.socket, head: bytes) -> None:
        bodies.append(head.partition(b"\r\n\r\n")[2])
        connection.close()

    recorded = said("200 OK", {"ledger": HEAD, "events": []})
    with service(lose, says(answer("503 Busy", b'{"code":"busy"}')), recorded) as asked:
        assert asked.decide(LEDGER, "changes", {"change_id": "the same"}).events == []


def test_a_change_that_nobody_answers_is_unknown() -> None:
    def attempt(seconds: float) -> None:
        with service(says(b"", then="closes"), patience=seconds) as asked, pytest.raises(CommitUnknownError):
            asked.decide(LEDGER, "changes", {"change_id": new_change_id()})

    tried(attempt, 0.5)


def test_a_change_that_could_not_be_sent_is_not_recorded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with closing(_service(port, 0.3)) as asked, pytest.raises(UnreachableError):
        asked.decide(LEDGER, "changes", {"change_id": new_change_id()})
