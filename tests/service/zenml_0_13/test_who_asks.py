"""Only the token in the URL lets a client of ZenML 0.13 in, and it is written nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.service.running import REVOKED, TEXTS, Service
from tests.service.zenml_0_13 import wire
from zenml.service.attempts import MOST
from zenml.service.zenml_0_13.describing import Describing
from zenml.service.zenml_0_13.routes import components, flavors, others, stacks
from zenml.service.zenml_0_13.serving import may_write

ROUTES = (components, flavors, others, stacks)

WRITING = [
    ("POST", "/components", wire.component("orchestrator", "new")),
    ("PUT", "/components/orchestrator/default", wire.component("orchestrator", "default")),
    ("DELETE", "/components/orchestrator/default", None),
    ("POST", "/stacks", {"name": "new", "components": []}),
    ("PUT", "/stacks/prod", {"name": "new", "components": []}),
    ("DELETE", "/stacks/prod", None),
    ("POST", "/flavors", {"name": "new", "type": "orchestrator", "source": "own.New"}),
    ("POST", "/store_associations", {"artifact_store_uuid": "0" * 32, "metadata_store_uuid": "0" * 32}),
    ("DELETE", f"/store_associations/{'0' * 32}/{'0' * 32}", None),
    ("POST", "/users", {}),
]
READING = ["/", "/health", "/stacks", "/stacks/prod", "/stack-configurations", "/components/orchestrator"]
READING += ["/flavors", "/users", "/store_associations", "/pipeline_runs/any", "/openapi.json"]
TOKEN = TEXTS["writer"]


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("role", ["reader", "writer"])
def test_readers_and_writers_read(service: Service, role: str, path: str) -> None:
    answer = service.as_zenml("GET", path, text=TEXTS[role])
    assert answer.status == 200
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize(("method", "path", "body"), WRITING)
def test_a_reader_changes_nothing(service: Service, method: str, path: str, body: object) -> None:
    before = wire.events(service)
    answer = service.as_zenml(method, path, body, TEXTS["reader"])
    assert wire.refused(answer) == (403, "RuntimeError", "This takes the role writer.")
    assert wire.events(service) == before


def asked_of(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from asked_of(inner)


def test_every_route_that_is_not_for_reading_takes_a_writer() -> None:
    routes = [route for module in ROUTES for route in module.router.routes if isinstance(route, APIRoute)]
    writing = [route for route in routes if not {"GET", "HEAD"} & (route.methods or set())]
    assert len(writing) > len(WRITING)
    open_to_readers = {route.operation_id for route in writing if may_write not in asked_of(route.dependant)}
    assert open_to_readers == {"register_run"}  # of which nothing is kept


@pytest.mark.parametrize(
    "text", [TEXTS["admin"], "zt_x", REVOKED, "", "anything", "..", TOKEN.upper(), f"{TOKEN}%00"]
)
def test_nobody_else_is_told_anything_whatever_is_in_a_header(own: Service, text: str) -> None:
    """So many wrong ones are not answered from one address: each has a service of its own."""
    status = 403 if text == TEXTS["admin"] else 401
    for path in ("/stacks", "/nothing", "/openapi.json"):
        answer = own.as_zenml("GET", path, text=text, Authorization=f"Bearer {TOKEN}")
        assert wire.refused(answer)[:2] == (status, "RuntimeError")
        assert answer.headers["cache-control"] == "no-store"


def test_a_right_token_is_let_in_where_too_many_wrong_ones_come_from(own: Service) -> None:
    answers = [own.as_zenml("GET", "/stacks", text="zt_wrong") for _ in range(MOST + 1)]
    assert [wire.refused(answer)[0] for answer in answers] == [*[401] * MOST, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert own.as_zenml("GET", "/stacks").status == 200


@pytest.mark.parametrize("authorization", ["Bearer zt_wrong", f"Bearer {TEXTS['reader']}", "Basic ZGVmYXVsdDo="])
def test_a_header_changes_nothing_below_a_token(service: Service, authorization: str) -> None:
    assert service.as_zenml("GET", "/stacks", Authorization=authorization).status == 200
    answer = service.as_zenml("PUT", "/stacks/none", {"name": "x", "components": []}, Authorization=authorization)
    assert answer.status == 404  # it is a writer who asks


def test_neither_has_the_routes_of_the_other(service: Service) -> None:
    for path in ("/v1", service.ledger, "/docs", "/static-offline-docs/swagger-ui.css", "/../v1", "/%2e%2e/v1"):
        assert wire.refused(service.as_zenml("GET", path))[:2] == (404, "KeyError")
    for path in READING[2:-1]:
        assert service.ask(path, TOKEN).status == 404


SPELLINGS = {
    "as it is": f"/t/{TOKEN}/stacks",
    "without anything behind it": f"/t/{TOKEN}",
    "encoded": f"/t/{''.join(f'%{ord(letter):02x}' for letter in TOKEN)}/stacks",
    "its beginning encoded": f"/t/%7A%74%5F{TOKEN[3:]}/stacks",
    "encoded twice": f"/t/%257At%5f{TOKEN[3:]}/stacks",
    "encoded three times, elsewhere": f"/T/%25257a%2574%255F{TOKEN[3:]}/stacks",
    "in capitals": f"/t/{TOKEN.upper()}/stacks",
    "below another folder": f"/T/{TOKEN}/stacks",
    "behind two slashes": f"/t//{TOKEN}/stacks",
    "behind two slashes, encoded twice": f"/t//%257At_{TOKEN[3:]}/stacks",
    "with two slashes in front": f"//t/{TOKEN}/stacks",
    "with two slashes behind": f"/t/{TOKEN}//stacks",
    "behind dots": f"/t/../t/{TOKEN}/stacks",
    "behind encoded dots": f"/x%2f%2e%2e/t/{TOKEN}/stacks",
    "in a query": f"/v1?token={TOKEN}",
    "in a query below itself": f"/t/{TOKEN}/stacks?next=/t/{TOKEN}",
    "twice": f"/t/{TOKEN}/t/{TOKEN}",
    "with a line behind it": f"/t/{TOKEN}%0a{TOKEN}/{quote(TOKEN, safe='')}",
}


@pytest.mark.parametrize("path", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_is_in_no_log_and_no_answer_however_it_is_written(
    service: Service, written_log: Path, path: str, method: str
) -> None:
    answer = service.ask(path, method=method)
    log = written_log.read_text()
    assert f" {method} /" in log
    assert "***" in log or path.startswith("/v1")
    for place in (log, str(answer.headers), answer.body.decode()):
        assert TOKEN[3:].lower() not in place.lower()
        assert TOKEN[3:].encode().hex("%") not in place.lower()
    assert "location" not in answer.headers


def test_a_fault_of_the_service_is_a_list_and_its_traceback_is_without_the_token(
    service: Service, written_log: Path
) -> None:
    failing = mock.patch.object(Describing, "stacks", side_effect=RuntimeError(f"/t/%257At_{TOKEN[3:]}/ {TOKEN}"))
    with failing:
        answer = service.as_zenml("GET", "/stacks")
    assert wire.refused(answer)[:2] == (500, "RuntimeError")
    log = written_log.read_text()
    assert "RuntimeError: /t/zt_***/ zt_***\n" in log
    assert "GET /t/***/stacks 500" in log
    assert TOKEN[3:] not in log
