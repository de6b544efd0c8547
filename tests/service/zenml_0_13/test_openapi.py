"""What ``/openapi.json`` below a token says of the routes of ZenML 0.13 is so."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from fastapi.routing import APIRoute

from tests.service.running import TEXTS, Service
from tests.service.zenml_0_13 import wire
from zenml.service.zenml_0_13.routes import components, flavors, others, stacks

ANSWERED = [
    ("/", "/"),
    ("/stacks", "/stacks"),
    ("/stacks/{name}", "/stacks/prod"),
    ("/stack-configurations", "/stack-configurations"),
    ("/components/{component_type}", "/components/experiment_tracker"),
    ("/components/{component_type}/{name}", "/components/experiment_tracker/x"),
    ("/flavors", "/flavors"),
    ("/users", "/users"),
    ("/users/{name}", "/users/anybody"),
]


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    said: dict[str, Any] = wire.shown(service, "/openapi.json")
    return said


def test_every_route_is_described_and_no_token_is(document: dict[str, Any]) -> None:
    routes = {
        (method.lower(), route.path)
        for module in (components, flavors, others, stacks)
        for route in module.router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in route.methods or ()
    }
    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == routes
    assert all(text not in json.dumps(document) for text in TEXTS.values())


def test_every_refusal_is_described_as_a_list(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"200", "401", "403", "404", "409", "413", "422", "429", "503"} <= operation["responses"].keys()
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    (schema,) = (media["schema"] for media in response["content"].values())
                    assert schema == {"$ref": "#/components/schemas/EarlierProblem"}


def test_every_example_is_right(document: dict[str, Any]) -> None:
    examples = 0
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            jsonschema.validate(example, {**schema, "components": document["components"]})
            examples += 1
    assert examples >= 5


@pytest.mark.parametrize(("described", "path"), ANSWERED)
def test_every_answer_is_as_described(
    service: Service, document: dict[str, Any], described: str, path: str
) -> None:
    answer = document["paths"][described]["get"]["responses"]["200"]["content"]["application/json"]
    jsonschema.validate(wire.shown(service, path), {**answer["schema"], "components": document["components"]})
