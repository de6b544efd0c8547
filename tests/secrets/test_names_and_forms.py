"""What is a secret by its name or its form alone is encrypted, whatever brings it in and whatever its flavor."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from zenml.documents.profile import ProfileDocument
from zenml.repository import Repository

CANARY = "kanariNameVogel77q"
GONE = {"type": "alerter", "name": "gone", "source": "not.installed.Alerter"}
SECRETS: dict[str, tuple[Any, Any]] = {
    "api_token": (CANARY, "***"),
    "passphrase": (CANARY, "***"),
    "kwargs": ({"a": [{"client_secret": CANARY}]}, {"a": [{"client_secret": "***"}]}),
    "env": ([{"name": "DB_PASSWORD", "value": CANARY}], [{"name": "DB_PASSWORD", "value": "***"}]),
    "url": (f"https://{CANARY}@h/x", "https://***@h/x"),
    "registry": (f"me:{CANARY}@h:5000", "me:***@h:5000"),
    "connection": (f"Server=s;Password={CANARY}", "Server=s;Password=***"),
}
OTHERS = {
    "max_tokens": 5,
    "token_url": "https://h/token",
    "account": "abfs://container@account.dfs.core.windows.net/x",
    "password": 5,
    "client_secret": "{{team.secret}}",
}
VALUES = {**{name: value for name, (value, _) in SECRETS.items()}, **OTHERS}
SHOWN = {**{name: shown for name, (_, shown) in SECRETS.items()}, **OTHERS}


def document(**parameters: Any) -> ProfileDocument:
    bell = {"type": "alerter", "name": "bell", "flavor": "gone", "parameters": parameters}
    return ProfileDocument.from_fields({"flavors": [GONE], "components": [bell]})


def shown(repository: Repository) -> dict[str, Any]:
    return dict(repository.describe_component("alerter", "bell").parameters)


def test_a_class_that_cannot_be_imported_leaves_names_and_forms_to_decide(used: Machine) -> None:
    said: list[str] = []
    Repository(notify=said.append).apply(document(**VALUES))
    assert any(sentence.endswith("The parameters of 'bell' were not checked.") for sentence in said)
    here = used.repository()
    assert shown(here) == SHOWN
    assert leaks(CANARY, bytes_below(used.base)) == []
    assert here.apply(document(**VALUES)) is None
    here.apply(document(**{**VALUES, "max_tokens": CANARY, "api_token": f"{CANARY}2"}))
    assert shown(here) == {**SHOWN, "max_tokens": CANARY}
    assert here.verify().clear_values == (), "what is called no secret is none"


def test_it_is_copied_as_it_is(used: Machine) -> None:
    here = used.repository()
    here.apply(document(**VALUES))
    here.copy_stack_component("alerter", "bell", "bell2")
    here.create_profile("other")
    here.copy_stack_component("alerter", "bell", "bell", to_profile="other")
    assert here.describe_component("alerter", "bell2").parameters == SHOWN
    here.activate_profile("other")
    assert shown(used.repository()) == SHOWN
    assert leaks(CANARY, bytes_below(used.base)) == []


@pytest.mark.parametrize(
    ("component_type", "flavor", "values", "expected"),
    [
        (
            "artifact_store",
            "s3",
            {"path": "s3://b", "client_kwargs": {"aws_secret_access_key": CANARY, "a": 1}, "key": "{{a.b}}"},
            {"path": "s3://b", "client_kwargs": {"aws_secret_access_key": "***", "a": 1}, "key": "{{a.b}}"},
        ),
        (
            "container_registry",
            "default",
            {"uri": f"https://{CANARY}@r.example"},
            {"uri": "https://***@r.example"},
        ),
        ("container_registry", "default", {"uri": f"me:{CANARY}@r:5000"}, {"uri": "me:***@r:5000"}),
        ("container_registry", "default", {"uri": "r", "authentication_secret": "team"}, None),
        ("metadata_store", "mysql", {"host": "h", "database": "d", "secret": "team"}, None),
    ],
)
def test_flavors_of_ours_are_held_to_it(
    used: Machine, component_type: str, flavor: str, values: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    here = used.repository()
    here.register_component(component_type, "it", flavor, values)
    found = here.describe_component(component_type, "it").parameters
    assert {name: found[name] for name in values} == (expected or values)
    real = here.get_stack_component(component_type, "it")
    assert {name: real.parameters[name] for name in values} == values
    assert CANARY not in repr(real)
    assert leaks(CANARY, bytes_below(used.base)) == []
