"""What ``/openapi.json`` says of the service is so."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from fastapi.routing import APIRoute

from tests.service.running import Service
from zenml.service.routes.ledgers import router

OPERATIONS = {
    ("get", "/v1"): "service",
    ("get", "/v1/ledgers/{ledger_id}"): "ledger",
    ("get", "/v1/ledgers/{ledger_id}/events"): "ledger_events",
    ("get", "/v1/ledgers/{ledger_id}/verify"): "verify_ledger",
}


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    answer = service.ask("/openapi.json", None)
    assert answer.status == 200
    said: dict[str, Any] = answer.said
    return said


def test_every_route_is_described_under_a_name_that_stays(document: dict[str, Any]) -> None:
    described = {
        (method, path): operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {("get", "/health"): "health", **OPERATIONS}
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    assert {
        (method.lower(), route.path) for route in routes for method in route.methods or ()
    } == OPERATIONS.keys()


def test_every_operation_takes_a_token_and_says_what_may_be_refused(document: dict[str, Any]) -> None:
    for _, path in OPERATIONS:
        operation = document["paths"][path]["get"]
        assert operation["security"] == [{"token": []}]
        assert {"200", "401", "403", "404", "422", "429", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                (schema,) = (media["schema"] for media in response["content"].values())
                assert schema == {"$ref": "#/components/schemas/Refusal"}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_schema_is_one_and_its_examples_are_right(document: dict[str, Any]) -> None:
    examples = 0
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            jsonschema.validate(example, {**schema, "components": document["components"]})
            examples += 1
    assert examples >= 5


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    referred = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert referred <= document["components"]["schemas"].keys()
    assert {"Refusal", "LedgerAnswer", "EventsAnswer"} <= referred


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1", "ServiceAnswer"),
        ("{ledger}", "LedgerAnswer"),
        ("{ledger}/events", "EventsAnswer"),
        ("{ledger}/verify", "VerificationAnswer"),
        ("/v1/unknown", "Refusal"),
        ("{ledger}/events?limit=0", "Refusal"),
    ],
)
def test_every_answer_is_as_described(service: Service, document: dict[str, Any], path: str, name: str) -> None:
    said = service.ask(path.format(ledger=service.ledger)).said
    schema = document["components"]["schemas"][name]
    jsonschema.validate(said, {**schema, "components": document["components"], "additionalProperties": False})
    assert said.keys() == schema["properties"].keys()
