"""What a client of ZenML 0.13 is refused is an error that it knows, whoever refuses it: a route or the writer."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from tests.service.running import TEXTS, Service
from zenml.domain.errors import (
    BusyError,
    InvalidValueError,
    LedgerError,
    NewerFormatError,
    StackExistsError,
    StackNotFoundError,
    UnreachableError,
)
from zenml.service.writer import Writer
from zenml.service.writing.refusals import refusal

ODD = {
    "type": "orchestrator",
    "flavor": "local",
    "name": "odd",
    "uuid": "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11",
    "config": "*",
}


@pytest.mark.parametrize(
    ("path", "body", "status", "name"),
    [
        ("users", {"name": "carl"}, 409, "EntityExistsError"),
        ("components", ODD, 422, "ValueError"),
        ("stacks", {"name": "odd", "components": [ODD]}, 422, "ValueError"),
    ],
)
def test_what_a_route_refuses_has_the_status_that_the_client_knows(
    service: Service, path: str, body: dict[str, Any], status: int, name: str
) -> None:
    answer = service.post(f"/t/{TEXTS['writer']}/{path}", body, text=None)
    assert (answer.status, answer.said["detail"][0]) == (status, name)


@pytest.mark.parametrize(
    ("rule", "status", "name"),
    [
        (UnreachableError("Nobody answers."), 503, "RuntimeError"),
        (NewerFormatError("A newer version wrote it."), 409, "ValueError"),
        (BusyError("Others are faster."), 503, "RuntimeError"),
        (StackExistsError("It exists."), 409, "StackExistsError"),
        (StackNotFoundError("It does not exist."), 404, "KeyError"),
        (InvalidValueError("It is none."), 422, "ValueError"),
    ],
)
def test_what_the_writer_refuses_has_it_too_and_says_whether_to_ask_again(
    service: Service, rule: LedgerError, status: int, name: str
) -> None:
    with mock.patch.object(Writer, "make", side_effect=refusal(rule, "/nowhere")):
        answer = service.post(f"/t/{TEXTS['writer']}/components", {**ODD, "config": "e30="}, text=None)
    assert (answer.status, answer.said) == (status, {"detail": [name, str(rule.message)]})
    assert ("retry-after" in answer.headers) == (status == 503)
