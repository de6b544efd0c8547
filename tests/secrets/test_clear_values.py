"""What an earlier version recorded in clear is named, never repeated, and encrypted when it is set again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from zenml.documents.profile import ProfileDocument
from zenml.domain import commands
from zenml.domain.secrecy import is_in_clear
from zenml.domain.values import Salted
from zenml.flavors.lookup import declared
from zenml.ledger.ids import new_id, new_salt
from zenml.ledger.verification.clear_values import ClearValue, clear_values, in_words

CANARY = "kanariClearVogel77q"
NESTED = {"endpoint_url": "http://m", "aws_secret_access_key": CANARY}
S3 = {"path": "s3://b", "client_kwargs": NESTED}
MYSQL = {"host": "h", "database": "d", "secret": "team", "username": "me", "password": CANARY}


def in_clear(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns parameters as a version recorded them that knew of no secrets."""
    return {name: Salted(s=new_salt(), v=json.dumps(value)) for name, value in values.items()}


def recorded(machine: Machine, component_type: str, name: str, flavor: str, values: Mapping[str, Any]) -> None:
    with machine.session() as (_, record):
        record(commands.RegisterComponent(new_id(), component_type, name, flavor, in_clear(values)))


def named(machine: Machine) -> list[tuple[str, str, str]]:
    """Returns what stands in clear: type, component and parameter."""
    with machine.reading() as database:
        values = list(clear_values(database, declared))
    places = {(row.ledger_id, row.position) for row in machine.events()}
    assert all((value.ledger_id, value.position) in places for value in values)
    return [(value.component_type, value.name, value.parameter) for value in values]


@pytest.mark.parametrize(
    ("name", "value", "known", "exposed"),
    [
        ("password", "x", {}, True),
        ("password", "none", {}, True),
        ("password", "", {}, False),
        ("password", 5, {}, False),
        ("password", "{{a.b}}", {}, False),
        ("password", "x", {"plain": True}, False),
        ("key", "x", {}, False),
        ("key", "x", {"secret": True}, True),
        ("key", "{{a.b}}", {"secret": True}, False),
        ("kwargs", {"a": [{"token": "x"}]}, {}, True),
        ("kwargs", {"a": [{"tokens": "x"}]}, {}, False),
        ("uri", "https://TOKEN@h", {"plain": True}, True),
    ],
)
def test_what_would_be_encrypted_is_in_clear(name: str, value: Any, known: dict[str, bool], exposed: bool) -> None:
    assert is_in_clear(name, {"s": "00", "v": json.dumps(value)}, **known) is exposed


@pytest.mark.parametrize("setting", [{"c": "00"}, {"key_id": "k", "ciphertext": {"c": "00"}, "masked": None}])
def test_what_was_blanked_or_encrypted_is_not(setting: dict[str, Any]) -> None:
    assert not is_in_clear("password", setting, secret=True)


def test_a_record_of_today_has_nothing_in_clear(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "s3", "s3", S3)
    here.register_component("metadata_store", "db", "mysql", MYSQL)
    assert named(used) == []
    found = here.verify()
    assert (found.clear_values, found.warnings, here.ledger_status().clear_values) == ((), (), ())


def test_it_is_named_and_not_repeated_and_the_record_is_sound(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    recorded(used, "artifact_store", "s3", "s3", S3)
    recorded(used, "alerter", "bell", "of-ones-own", {"api_token": CANARY, "room": "r"})
    here = used.repository()
    here.rename_component("metadata_store", "db", "db2")
    found = here.verify()
    assert found.ok
    assert [(value.parameter, value.name) for value in found.clear_values] == [
        *(("password", "db"), ("username", "db"), ("client_kwargs", "s3"), ("api_token", "bell")),
    ]
    now = here.ledger_status().clear_values
    assert [(value.parameter, value.position) for value in now] == [
        (value.parameter, value.position) for value in found.clear_values
    ]
    first = found.clear_values[0]
    assert found.warnings == (
        "4 values are in clear in the record and would be encrypted today: change the password or token itself, "
        "and set the parameter again to encrypt it.",
        f"'password' of metadata store 'db' is in clear at position {first.position} of ledger "
        f"{used.profile_ledger()}.",
        *found.warnings[2:],
    )
    assert found.document()["in_clear"][0] == {
        "ledger": used.profile_ledger(),
        "position": first.position,
        "component": {"type": "metadata_store", "name": "db"},
        "parameter": "password",
    }
    said = json.dumps([found.document(), here.ledger_status().document(), *found.warnings])
    assert leaks(CANARY, {"the answers": said.encode()}) == []


def test_each_event_that_repeats_it_counts(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    here = used.repository()
    here.update_component("metadata_store", "db", {}, ["password"])
    here.deregister_stack_component("metadata_store", "db")
    assert named(used).count(("metadata_store", "db", "password")) == 2
    assert named(used).count(("metadata_store", "db", "username")) == 2


def test_many_are_counted_and_the_first_ones_named() -> None:
    values = [ClearValue("l", position, "alerter", "a", "token") for position in range(1, 24)]
    assert len(in_words(values)) == 22
    assert in_words(values)[0].startswith("23 values are in clear in the record")
    assert in_words(values)[-1] == "And 3 more; -o json names all of them."
    assert in_words(values[:1])[0].startswith("1 value is in clear in the record")
    assert in_words([]) == []


def test_an_event_that_cannot_be_read_is_passed_over(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    before = named(used)
    for state in (b"{", b"[]", b"{}", b'{"component_type": 1, "component_id": [], "parameters": 5}'):
        with used.session() as (_, record):
            record(commands.RegisterComponent(new_id(), "alerter", new_id(), "slack", {}))
        used.tamper(
            "UPDATE stored_events SET state = ? WHERE rowid = (SELECT max(rowid) FROM stored_events)", state
        )
        assert named(used) == before


def test_setting_the_same_value_again_encrypts_it(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    recorded(used, "artifact_store", "s3", "s3", S3)
    here = used.repository()
    assert here.update_component("metadata_store", "db", {"password": CANARY, "host": "h"}) is not None
    assert here.update_component("artifact_store", "s3", {"client_kwargs": NESTED}) is not None
    assert here.describe_component("metadata_store", "db").parameters["password"] == "***"
    assert here.describe_component("artifact_store", "s3").parameters["client_kwargs"] == {
        **NESTED,
        "aws_secret_access_key": "***",
    }
    assert here.get_stack_component("metadata_store", "db").parameters["password"] == CANARY
    assert here.get_stack_component("artifact_store", "s3").parameters["client_kwargs"] == NESTED
    assert here.update_component("metadata_store", "db", {"password": CANARY}) is None, "once is enough"
    assert [value.parameter for value in here.ledger_status().clear_values] == ["username"]
    assert ("metadata_store", "db", "password") in named(used), "what was recorded stays until it is redacted"
    assert here.update_component("artifact_store", "s3", {"client_kwargs": NESTED}) is None


def test_applying_the_same_value_encrypts_it(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    here = used.repository()
    store = {"type": "metadata_store", "name": "db", "flavor": "mysql", "parameters": MYSQL}
    document = ProfileDocument.from_fields({"components": [store]})
    change = here.apply(document)
    assert change is not None
    assert {event.parameter for event in change.events if event.TOPIC == "zenml:ParameterSet"} >= {"password"}  # type: ignore[union-attr]
    shown = here.describe_component("metadata_store", "db").parameters
    assert (shown["password"], shown["username"], shown["secret"]) == ("***", "***", "team")
    assert here.apply(document) is None


def test_a_copy_is_encrypted_where_what_it_copies_is_not(used: Machine) -> None:
    recorded(used, "metadata_store", "db", "mysql", MYSQL)
    before = len(named(used))
    here = used.repository()
    here.copy_stack_component("metadata_store", "db", "db2")
    assert len(named(used)) == before
    assert here.describe_component("metadata_store", "db2").parameters["password"] == "***"
    assert here.get_stack_component("metadata_store", "db2").parameters == {
        **here.get_stack_component("metadata_store", "db").parameters
    }


def test_a_reason_loses_what_the_same_change_encrypts(used: Machine) -> None:
    here = used.repository()
    with here.change(reason=f"now with {CANARY}, as ann asked"):
        here.register_component("artifact_store", "s3", "s3", S3)
    assert here.history(limit=1)[0].reason == "now with ***, as ann asked"
    assert leaks(CANARY, bytes_below(used.base)) == []
