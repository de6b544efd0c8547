"""What a client of ZenML 0.13 is refused is an error that it knows, whoever refuses it: a route or the writer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.running import TEXTS, Service

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
