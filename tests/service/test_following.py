"""Whoever follows the ledger is told of each event as it is recorded, and of each of them once."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.running import TEXTS, Service, listening
from tests.support import shared
from tests.support.program import Home
from zenml.service import followers


def lines(response: HTTPResponse) -> Iterator[str]:
    """Yields what comes, a line at a time."""
    while line := response.readline():
        if text := line.decode().rstrip("\n"):
            yield text


def told(response: HTTPResponse, count: int) -> list[tuple[int, dict[str, Any]]]:
    """Returns the next events, each with its id."""
    found: list[tuple[int, dict[str, Any]]] = []
    position = 0
    for line in lines(response):
        name, _, value = line.partition(": ")
        if name == "id":
            position = int(value)
        elif name == "data":
            found.append((position, json.loads(value)))
            if len(found) == count:
                return found
    raise AssertionError(f"it ended after {found}")


@contextmanager
def follow(
    service: Service, path: str = "", text: str = TEXTS["reader"], **headers: str
) -> Iterator[HTTPResponse]:
    """Gives what a follower hears, who leaves in the end."""
    path, headers = f"{service.ledger}/events{path}", {"Accept": "text/event-stream", **headers}
    with closing(service.connection()) as own, service.sent(own, path, text, **headers) as response:
        assert response.status == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield response


def test_a_change_made_meanwhile_arrives(own: Service) -> None:
    size = own.ask(own.ledger).said["size"]
    with follow(own) as response:
        there = told(response, size)
        own.home.done("stack", "rename", "default", "prod")
        new = told(response, 2)
    assert [position for position, _ in there + new] == list(range(1, size + 3))
    assert new[-1][1]["topic"] == "zenml:StackRenamed"
    page = own.ask(f"{own.ledger}/events").said
    assert page["events"] == [event for _, event in there + new]


def test_who_was_away_goes_on_where_they_were(own: Service) -> None:
    size = own.ask(own.ledger).said["size"]
    with follow(own, Last_Event_ID=str(size - 1)) as response:
        assert told(response, 1)[0][0] == size
    with follow(own, f"?after={size - 2}", Last_Event_ID=str(size - 1)) as response:
        assert told(response, 1)[0][0] == size


@pytest.mark.parametrize(("last", "status"), [("1000000", 409), ("no-number", 422)])
def test_who_was_elsewhere_is_refused(own: Service, last: str, status: int) -> None:
    answer = own.ask(f"{own.ledger}/events", Accept="text/event-stream", Last_Event_ID=last)
    assert answer.status == status
    assert b"no-number" not in answer.body


def test_a_comment_comes_when_nothing_does(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "QUIET", 0.1)
    with follow(own, f"?after={own.ask(own.ledger).said['size']}") as response:
        coming = lines(response)
        assert [next(coming), next(coming), next(coming)] == [": follows", ": nothing new", ": nothing new"]


def test_who_loses_the_token_is_told_nothing_more(own: Service) -> None:
    with follow(own, text=TEXTS["writer"]) as response:
        told(response, own.ask(own.ledger).said["size"])
        del own.tokens.tokens[TEXTS["writer"]]
        own.home.done("stack", "rename", "default", "prod")
        assert list(lines(response)) == []


def test_only_so_many_follow_and_who_leaves_makes_room(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "MOST", 2)
    path = f"{own.ledger}/events"
    with follow(own):
        with follow(own):
            answer = own.ask(path, Accept="text/event-stream")
            assert (answer.status, answer.said["code"]) == (503, "too_many_followers")
            assert answer.headers["retry-after"] == "5"
            assert own.ask(path).status == 200
        until = time.monotonic() + 10
        while not _may_follow(own):
            assert time.monotonic() < until, "nobody made room"


def _may_follow(service: Service) -> bool:
    path = f"{service.ledger}/events"
    with closing(service.connection()) as own, service.sent(own, path, Accept="text/event-stream") as response:
        return response.status == 200


def test_followers_do_not_hold_up_the_end(home: Home) -> None:
    home.done("profile", "list")
    variables = mock.patch.dict(os.environ, home.variables(), clear=True)
    with variables, ExitStack() as stack:
        with listening(home) as service:
            response = stack.enter_context(follow(service))
            told(response, 1)
            before = time.monotonic()
        assert time.monotonic() - before < 5
        assert [line for line in lines(response) if not line.startswith(("id: ", "data: "))] == []


def test_what_others_do_in_a_shared_profile_arrives(tmp_path: Path) -> None:
    one, other = (shared.machine(tmp_path.resolve() / name, name) for name in ("one", "other"))
    team = shared.begun(one, "team")
    shared.joined(one, other, team)
    variables = mock.patch.dict(os.environ, one.variables(), clear=True)
    with variables, listening(one, "team") as service, follow(service) as response:
        there = told(response, service.ask(service.ledger).said["size"])
        other.done("stack", "rename", "default", "prod")
        (began, _), (last, event) = told(response, 2)
    assert (began, last) == (len(there) + 1, len(there) + 2)
    assert event["topic"] == "zenml:StackRenamed"
