"""What is not allowed is refused as the command line refuses it, and leaves nothing but a note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.service.asking import PARTS, done, refused, registered, renaming, sealed, stack, tracker
from tests.service.running import TEXTS, Service
from tests.support.canaries import bytes_below, leaks
from zenml.ledger.ids import new_change_id, new_id
from zenml.ledger.secrets.wrapping import KEY_BYTES, encrypted

CANARY = "canary-of-a-secret"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (stack("prod"), "stack_exists"),
        (renaming("nowhere", "two"), "stack_not_found"),
        ({"do": "delete_component", "component_type": "orchestrator", "name": "default"}, "component_in_use"),
        ({"do": "delete_component", "component_type": "nothing", "name": "default"}, "invalid_value"),
        (
            {"do": "register_stack", "name": "x", "components": {"orchestrator": "none"}},
            "stack_component_not_found",
        ),
        (
            {"do": "register_stack", "name": "x", "components": {"orchestrator": "default"}},
            "stack_lacks_component",
        ),
        (
            {"do": "update_stack", "name": "prod", "components": PARTS, "removed": ["orchestrator"]},
            "set_and_removed",
        ),
        ({"do": "register_stack", "name": "a/b", "components": PARTS}, "invalid_value"),
        (tracker(), "component_parameters"),
        ({**tracker(), "flavor": "nothing"}, "unknown_flavor"),
        ({**tracker(), "component_type": "nothing"}, "unknown_flavor"),
        (
            {"do": "register_flavor", "component_type": "orchestrator", "name": "local", "source": "a.B"},
            "flavor_ships_already",
        ),
        ({"do": "set_label", "label": "zzzz", "change_id": None}, "label_not_found"),
        ({"do": "set_label", "label": "release", "change_id": new_change_id()}, "unknown_change"),
    ],
)
def test_rules_hold_for_everybody(service: Service, command: dict[str, Any], code: str) -> None:
    before = service.ask(service.ledger).said
    assert refused(service.change(command)) == (422, code)
    assert service.ask(service.ledger).said == before


EVENT = {"stack_id": "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11", "old_name": "one", "new_name": "two"}


@pytest.mark.parametrize(
    ("topic", "fields"),
    [
        ("zenml:Nothing", EVENT),
        ("zenml:ChangeBegan", EVENT),
        ("zenml:StackActivated", EVENT),
        ("zenml:TokenCreated", {"token_id": "abcdefgh", "name": "x", "role": "admin", "secrets": True}),
        ("zenml:StackRenamed", {}),
        ("zenml:StackRenamed", {**EVENT, "more": 1}),
        ("zenml:StackRenamed", {**EVENT, "new_name": 7}),
        ("zenml:StackRenamed", {**EVENT, "stack_id": "1"}),
        *(
            ("zenml:ComponentRegistered", registered({"s": "0" * 32, "v": text})["fields"])
            for text in ("no JSON", '{"b":1,"a":2}', "1 ", "NaN", '"\\ud800"', "[" * 200 + "]" * 200)
        ),
        ("zenml:ComponentRegistered", registered({"s": "short", "v": "1"})["fields"]),
    ],
)
def test_what_is_not_an_event_of_a_profile_is_not_made_happen(service: Service, topic: str, fields: Any) -> None:
    before = service.ask(service.ledger).said
    answer = service.change({"do": "make", "topic": topic, "fields": fields})
    assert refused(answer) == (422, "invalid_event")
    assert service.ask(service.ledger).said == before


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"commands": []},
        {"commands": [{"do": "delete_stack", "name": "x"}] * 10_001},
        {"commands": [{"do": CANARY}]},
        {"commands": [{"name": "x"}]},
        {"commands": [{**stack("x"), CANARY: 1}]},
        {"commands": [{**stack("x"), "stack_id": CANARY}]},
        {"commands": [{**stack("x"), "components": {CANARY: 1}}]},
        {"commands": [tracker(x=deep(150))]},
        {"commands": [stack("x")], "secrets": {CANARY: "00"}},
        {"commands": [stack("x")], "secrets": {new_id(): CANARY}},
        {"commands": [stack("x")], "kind": "undo"},
        {"commands": [stack("x")], "change_id": new_id()},
        {"commands": [stack("x")], "expect": -1},
        {"commands": [stack("x")], "parts": [{"ledger_id": CANARY, "count": 1}]},
        {"commands": [stack("x")], "parts": [{"ledger_id": new_id(), "count": -1}]},
        {"commands": [stack("x")], "client": {"command": f"zenml '{CANARY}"}},
        {"commands": [stack("x")], "client": {CANARY: 1}},
        {"commands": [stack("x")], "idempotency_key": CANARY * 100},
        [],
        CANARY,
    ],
)
def test_what_has_another_form_is_not_decided_and_not_repeated(service: Service, body: object) -> None:
    before = service.ask(service.ledger).said
    answer = service.post(f"{service.ledger}/changes", body)
    assert refused(answer) == (422, "invalid")
    assert CANARY.encode() not in answer.body
    assert service.ask(service.ledger).said == before


@pytest.mark.parametrize(
    "name", ["zz", "a", "zzzz..zzzz", "", "1", "Z" * 4, "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a110"]
)
def test_an_undo_names_changes_by_their_ids_alone(service: Service, name: str) -> None:
    assert refused(service.undo(name)) == (422, "invalid")


def test_a_value_that_cannot_be_stored_is_refused(service: Service) -> None:
    for value in (2**60, "\ud800", {"a": 1e400}):
        assert service.change(tracker("odd", tracking_password="x", tracking_uri=value)).status == 422
    assert refused(service.change(tracker("long", tracking_password="x" * 60_000)))[0] == 422


def test_what_was_done_meanwhile_is_a_conflict(own: Service) -> None:
    size = own.ask(own.ledger).said["size"]
    said = done(own.change(stack("one"), expect=size))
    answer = own.change(stack("two"), expect=size)
    assert refused(answer) == (409, "changed_meanwhile")
    assert answer.said["values"] == {"size": said["ledger"]["size"]}


def test_a_refused_request_is_noted_and_no_secret_with_it(own: Service) -> None:
    secret, keys = sealed(own.served.config_directory, f"{CANARY}-3")
    asked: list[tuple[Any, dict[str, Any]]] = [
        (tracker(tracking_password=f"{CANARY}-1", unknown=1), {}),
        ({**tracker(tracking_password="x"), "name": "a/b", "secrets": ["tracking_uri"]}, {}),
        (registered(secret, "a/b"), {"secrets": keys}),
    ]
    asked[1][0]["parameters"]["tracking_uri"] = f"{CANARY}-2"
    for command, more in asked:
        client = {"command": f"zenml experiment-tracker register x --tracking_password={CANARY}-1"}
        answer = own.change(command, reason=f"for {CANARY}-1 or {CANARY}-2 or {CANARY}-3", client=client, **more)
        assert answer.status == 422, answer.body
        assert CANARY.encode() not in answer.body
    notes = [
        json.loads(line) for line in Path(own.served.config_directory, "attempts.jsonl").read_text().splitlines()
    ]
    assert [(note["actor"], note["known_by"], note["outcome"]) for note in notes] == [
        ("writer", "token", "refused")
    ] * 3
    assert notes[0]["reason"].startswith("for *** or")
    assert notes[1]["reason"].startswith("for *** or ***")
    assert notes[2]["reason"].endswith("or ***")


@pytest.mark.parametrize("kind", ["wrong key", "other secret", "no JSON", "no hex"])
def test_a_secret_has_to_be_opened_by_the_key_that_comes_with_it(own: Service, kind: str) -> None:
    secret, keys = sealed(own.served.config_directory, CANARY)
    key_id = secret["key_id"]
    if kind == "wrong key":
        keys = {key_id: "0" * 2 * KEY_BYTES}
    elif kind == "other secret":
        other, _ = sealed(own.served.config_directory, "another")
        secret["ciphertext"] = other["ciphertext"]
    elif kind == "no hex":
        secret["ciphertext"]["v"] = '"xyz"'
    else:
        sealed_text = encrypted(bytes.fromhex(keys[key_id]), key_id, b"no JSON").hex()
        secret["ciphertext"]["v"] = json.dumps(sealed_text)
    answer = own.change(registered(secret), secrets=keys)
    assert refused(answer) == (422, "secret_not_openable")
    assert answer.said["values"] == {"key_id": key_id}


def test_a_secret_of_another_ledger_is_unknown_and_its_id_is_taken(own: Service) -> None:
    secret, keys = sealed(own.served.config_directory, CANARY)
    assert refused(own.change(registered(secret))) == (422, "unknown_secret")
    own.home.done("profile", "create", "other", "--set")
    words = ("--tracking_uri=https://x.example", "--tracking_username=ann", f"--tracking_password={CANARY}")
    own.home.done("experiment-tracker", "register", "x", "-f", "mlflow", *words)
    key_id = own.home.python(
        "import os, sqlite3, sys\n"
        f"print(*(row[0] for row in sqlite3.connect({str(own.home.config / 'ledger.db')!r})"
        ".execute('SELECT key_id FROM keys')))"
    ).stdout.split()[0]
    elsewhere = {**secret, "key_id": key_id}
    assert refused(own.change(registered(elsewhere))) == (422, "unknown_secret")
    assert refused(own.change(registered(elsewhere), secrets={key_id: keys[secret["key_id"]]})) == (
        422,
        "secret_exists",
    )


def test_a_secret_of_this_ledger_may_be_named_again_and_not_replaced(own: Service) -> None:
    secret, keys = sealed(own.served.config_directory, CANARY)
    done(own.change(registered(secret), secrets=keys))
    done(own.change(registered(secret, "again")))
    other, _ = sealed(own.served.config_directory, "another")
    forged = {**secret, "ciphertext": other["ciphertext"]}
    assert refused(own.change(registered(forged, "forged"))) == (422, "secret_not_openable")
    assert refused(own.change(registered(secret, "x"), secrets=keys)) == (422, "secret_exists")


def test_no_secret_is_in_clear_anywhere(own: Service) -> None:
    secret, keys = sealed(own.served.config_directory, f"{CANARY}-sealed")
    answers = [
        own.change(registered(secret), secrets=keys),
        own.change(tracker("plain", tracking_password=f"{CANARY}-plain")),
        own.change(
            {
                "do": "update_component",
                "component_type": "experiment_tracker",
                "name": "plain",
                "settings": {"tracking_password": f"{CANARY}-updated"},
            },
            client={"command": f"zenml x --tracking_password {CANARY}-updated"},
            idempotency_key="job-1",
        ),
    ]
    answers += [own.ask(f"{own.ledger}/events?limit=5000", text) for text in TEXTS.values()]
    for answer in answers:
        assert answer.status == 200
        assert CANARY.encode() not in answer.body
    assert leaks(CANARY, bytes_below(Path(own.served.config_directory))) == []
    own.end()
    assert leaks(CANARY, bytes_below(Path(own.served.config_directory))) == []
    own.home.done("audit", "verify")
