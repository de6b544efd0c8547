"""What ``/openapi.json`` says of the service is so."""

from __future__ import annotations

import json
from typing import Any, get_args

import jsonschema
import pytest
from fastapi.routing import APIRoute

from tests.service.asking import done, stack, tracker
from tests.service.running import TEXTS, Service
from zenml.domain import commands
from zenml.domain.commands import Command
from zenml.domain.values import Setting
from zenml.ledger.ids import new_id
from zenml.service.models.commands import COMMANDS, model_of, settings_of
from zenml.service.routes import changes, ledgers, removals, runs, secrets, tiles

OPERATIONS = {
    ("get", "/v1"): "service",
    ("get", "/v1/ledgers/{ledger_id}"): "ledger",
    ("get", "/v1/ledgers/{ledger_id}/events"): "ledger_events",
    ("get", "/v1/ledgers/{ledger_id}/verify"): "verify_ledger",
    ("get", "/v1/ledgers/{ledger_id}/checkpoint"): "checkpoint",
    ("get", "/v1/ledgers/{ledger_id}/tile/entries/{number}"): "entries",
    ("get", "/v1/ledgers/{ledger_id}/tile/{level}/{number}"): "tile",
    ("post", "/v1/ledgers/{ledger_id}/changes"): "make_change",
    ("post", "/v1/ledgers/{ledger_id}/undo"): "undo_changes",
    ("get", "/v1/ledgers/{ledger_id}/runs/{year}/events"): "run_events",
    ("post", "/v1/ledgers/{ledger_id}/runs/{year}"): "record_runs",
    ("post", "/v1/ledgers/{ledger_id}/runs/{year}/redact"): "redact_runs",
    ("post", "/v1/ledgers/{ledger_id}/redact"): "redact_values",
    ("post", "/v1/ledgers/{ledger_id}/shred"): "shred_secrets",
    ("get", "/v1/ledgers/{ledger_id}/secrets/{key_id}"): "secret",
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
    routes = [
        route
        for module in (ledgers, tiles, changes, runs, removals, secrets)
        for route in module.router.routes
        if isinstance(route, APIRoute)
    ]
    assert {
        (method.lower(), route.path.replace(":path", "")) for route in routes for method in route.methods or ()
    } == OPERATIONS.keys()


def test_every_operation_takes_a_token_and_says_what_may_be_refused(document: dict[str, Any]) -> None:
    for method, path in OPERATIONS:
        operation = document["paths"][path][method]
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
    assert examples >= 20


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
        ("{ledger}/runs/2001/events", "Refusal"),
    ],
)
def test_every_answer_is_as_described(service: Service, document: dict[str, Any], path: str, name: str) -> None:
    said = service.ask(path.format(ledger=service.ledger)).said
    schema = document["components"]["schemas"][name]
    jsonschema.validate(said, {**schema, "components": document["components"], "additionalProperties": False})
    assert said.keys() == schema["properties"].keys()


def asked(service: Service) -> dict[str, Any]:
    """Returns an answer to everything that changes something, by its path."""
    made = service.change(stack(new_id()))
    assert made.status == 200
    return {
        "/changes": service.change(stack(new_id())),
        "/undo": service.undo(made.said["change_id"]),
        "/undo, again": service.undo(made.said["change_id"]),
    }


def test_every_answer_to_a_change_is_as_described(service: Service, document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["ChangeAnswer"]
    for answer in asked(service).values():
        assert answer.status == 200
        jsonschema.validate(answer.said, {**schema, "components": document["components"]})
        assert answer.said.keys() == schema["properties"].keys()
    done(service.change({"do": "begin_runs_ledger", "year": 2024}))
    said = service.ask(f"{service.ledger}/runs/2024/events").said
    schema = document["components"]["schemas"]["RunEventsAnswer"]
    jsonschema.validate(said, {**schema, "components": document["components"]})
    assert said.keys() == schema["properties"].keys()
    sealed = done(service.change(tracker(new_id(), tracking_password="x")))["events"][1]["text"]
    key_id = json.loads(sealed)["parameters"]["tracking_password"]["key_id"]
    said = service.ask(f"{service.ledger}/secrets/{key_id}", TEXTS["writer"]).said
    schema = document["components"]["schemas"]["SecretAnswer"]
    jsonschema.validate(said, schema)
    assert said.keys() == schema["properties"].keys()


def test_every_command_about_what_a_profile_has_can_be_asked_for() -> None:
    """Another one has to be decided on: asked for like these, or left out here."""
    kinds = {"component", "stack", "flavor"}
    about = {command for command in get_args(Command) if commands.ABOUT.get(command, ("", ""))[1] in kinds}
    elsewhere = {commands.ActivateStack}
    assert set(COMMANDS.values()) == (about - elsewhere) | {commands.SetLabel, commands.BeginRunsLedger}


def test_an_example_of_each_command_can_be_sent_as_it_is(service: Service, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    described = schemas["AskedChange"]["properties"]["commands"]["items"]["discriminator"]["mapping"]
    assert described.keys() == {*COMMANDS, "make"}
    for reference in described.values():
        (example,) = schemas[reference.rpartition("/")[2]]["examples"]
        answer = service.change(example)
        assert answer.said.get("code") not in ("invalid", "invalid_event"), answer.said


class NoteStack(commands.Instruction):
    """Give a stack a note, or take it away: a command that no version has."""

    name: str
    note: Setting | None


def test_what_is_typed_freely_is_a_plain_value_in_a_command() -> None:
    """It is sealed where the command is carried out: a command with such a field needs nothing more."""
    assert settings_of(NoteStack) == {"note"}
    assert settings_of(commands.RenameStack) == frozenset()
    asked = model_of("note_stack", NoteStack).model_validate({"do": "note_stack", "name": "prod", "note": "a b"})
    assert asked.note == "a b"  # type: ignore[attr-defined]
    assert model_of("note_stack", NoteStack).model_validate({"do": "note_stack", "name": "x", "note": None})
