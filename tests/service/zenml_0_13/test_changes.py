"""Each request that changes something is one change, and one that leaves all as it is none."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.service.running import TEXTS, Service
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import altered, component, done, renamed, tracker
from zenml.ledger.ids import new_id

PARTS = ["artifact_store", "orchestrator", "metadata_store"]


def test_each_command_of_a_client_is_one_change_with_who_and_why(own: Service) -> None:
    part, path = tracker(tracking_password="x"), "/components/experiment_tracker"
    parts = [wire.shown(own, f"/components/{kind}/default") for kind in PARTS]
    asked: list[tuple[str, str, Any, Any, str]] = [
        ("POST", "/components", part, None, "register experiment tracker 'tracker'"),
        (
            "PUT",
            f"{path}/tracker",
            altered(part, tracking_username="bea"),
            {"experiment_tracker": "mlflow"},
            "update experiment tracker 'tracker'",
        ),
        (
            "PUT",
            f"{path}/tracker",
            renamed(altered(part, tracking_username="bea"), "other"),
            {"experiment_tracker": "mlflow"},
            "rename experiment tracker 'tracker'",
        ),
        ("POST", "/stacks", {"name": "dev", "components": [*parts, part]}, None, "register stack 'dev'"),
        ("PUT", "/stacks/dev", {"name": "dev", "components": parts}, None, "update stack 'dev'"),
        (
            "PUT",
            "/stacks/dev",
            {"name": "prod", "components": parts},
            None,
            "rename stack 'dev'",
        ),
        ("DELETE", "/stacks/prod", None, None, "delete stack 'prod'"),
        ("DELETE", f"{path}/other", None, None, "delete experiment tracker 'other'"),
        (
            "POST",
            "/flavors",
            {"name": "own", "type": "orchestrator", "source": "own.Own"},
            {"name": "own", "type": "orchestrator", "source": "own.Own", "integration": None},
            "register orchestrator flavor 'own'",
        ),
    ]
    for method, where, body, answered, why in asked:
        before = len(wire.changes(own))
        answer = own.as_zenml(method, where, body)
        assert done(answer) == answered
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
        (change,) = wire.changes(own)[before:]
        who = change["actor"]
        assert (yaml.safe_load(who["actor_id"]["v"]), who["known_by"]) == ("writer", "token")
        assert yaml.safe_load(change["reason"]["v"]) == f"ZenML 0.13.2: {why}"


def test_what_clients_ask_for_and_nothing_keeps_changes_nothing(own: Service) -> None:
    before = wire.events(own)
    stores = {"artifact_store_uuid": new_id(), "metadata_store_uuid": new_id()}
    assert done(own.as_zenml("POST", "/store_associations", stores)) == stores
    assert wire.shown(own, "/store_associations") == []
    assert done(own.as_zenml("DELETE", f"/store_associations/{'/'.join(stores.values())}")) is None
    assert done(own.as_zenml("POST", "/pipeline_runs", {"anything": [1]}, TEXTS["reader"])) is None
    assert [user.keys() for user in wire.shown(own, "/users")] == [{"id", "creation_date", "name"}]
    assert wire.shown(own, "/flavors/orchestrator") == []
    assert wire.shown(own, "/stack-configurations") == {"default": dict.fromkeys(PARTS, "default")}
    assert wire.events(own) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "refusal"),
    [
        ("POST", "/components", tracker("x", tracking_password="x"), (409, "StackComponentExistsError")),
        ("POST", "/components", {**tracker("new"), "flavor": "none"}, (404, "KeyError")),
        ("POST", "/stacks", {"name": "prod", "components": [None]}, (409, "StackExistsError")),
        ("POST", "/stacks", {"name": "new", "components": []}, (409, "ValueError")),
        ("PUT", "/stacks/none", {"name": "none", "components": [None]}, (404, "KeyError")),
        ("PUT", "/components/orchestrator/none", component("orchestrator", "none"), (404, "KeyError")),
        (
            "PUT",
            "/components/orchestrator/default",
            component("orchestrator", "default"),
            (409, "StackComponentExistsError"),
        ),
        ("DELETE", "/components/orchestrator/default", None, (409, "ValueError")),
        ("DELETE", "/components/orchestrator/none", None, (404, "KeyError")),
        ("DELETE", "/stacks/none", None, (404, "KeyError")),
        ("GET", "/components/orchestrator/none", None, (404, "KeyError")),
        ("GET", "/stacks/none", None, (404, "KeyError")),
        ("GET", "/stack-configurations/none", None, (404, "KeyError")),
        ("GET", "/flavors/orchestrator/local", None, (404, "KeyError")),
        ("GET", "/components/nonsense", None, (422, "ValueError")),
        ("GET", "/teams/none", None, (404, "KeyError")),
        ("POST", "/teams", {}, (409, "EntityExistsError")),
        (
            "POST",
            "/flavors",
            {"name": "local", "type": "orchestrator", "source": "own.Own"},
            (409, "EntityExistsError"),
        ),
    ],
)
def test_a_refusal_is_what_clients_know_and_changes_nothing(
    service: Service, method: str, path: str, body: Any, refusal: tuple[int, str]
) -> None:
    before = wire.events(service)
    if body and body.get("components"):
        body = {**body, "components": [wire.shown(service, f"/components/{kind}/default") for kind in PARTS]}
    assert wire.refused(service.as_zenml(method, path, body))[:2] == refusal
    assert wire.events(service) == before


NOT_TO_BE_TAKEN_FOR_OTHERS = [
    "yes",
    "null",
    "~",
    "2001-01-01",
    "1e3",
    "0x10",
    "010",
    "- a",
    "a: b",
    "größe\n日本\t",
]
REGISTERED = [
    tracker("tracker", tracking_password=" blank "),
    tracker("of a URL", tracking_uri="https://ann:p%40ss@mlflow.example", tracking_password="1"),
    component("artifact_store", "defaults"),
    component("artifact_store", "json", "s3", path="s3://größe", client_kwargs={"a": [1, 2.5, None, "no"]}),
    component("artifact_store", "json as text", "s3", path="s3://x", client_kwargs='{"a": 1}', secret=""),
    component(
        "metadata_store", "numbers", "mysql", host="h", database="d", username="on", password="", port="3306"
    ),
    component("orchestrator", "booleans", "kubernetes", kubernetes_context="off", synchronous="yes"),
    *(
        component("step_operator", f"texts {at}", "sagemaker", role=text, instance_type=text)
        for at, text in enumerate(NOT_TO_BE_TAKEN_FOR_OTHERS)
    ),
]


@pytest.mark.parametrize("sent", REGISTERED, ids=lambda sent: sent["name"])
@pytest.mark.parametrize("role", ["reader", "writer"])
def test_what_was_shown_is_no_change_when_it_comes_back(service: Service, sent: dict[str, Any], role: str) -> None:
    """A writer may have been shown what a reader is: stars where secrets are."""
    sent = renamed({**sent, "uuid": (uuid := new_id()), "config": _of(sent, uuid)}, f"{sent['name']} {role}")
    done(own_answer := service.as_zenml("POST", "/components", sent))
    assert own_answer.said is None
    path = f"/components/{sent['type']}/{sent['name'].replace(' ', '%20')}"
    given = wire.shown(service, path, TEXTS[role])
    before = wire.events(service)
    assert done(service.as_zenml("PUT", path, given)) == {sent["type"]: sent["flavor"]}
    assert wire.events(service) == before
    assert wire.shown(service, path, TEXTS[role]) == given
    texts = {name: value for name, value in wire.parameters(sent).items() if name in ("role", "tracking_password")}
    if role == "writer":
        assert texts.items() <= wire.parameters(given).items()


def _of(sent: dict[str, Any], uuid: str) -> str:
    return wire.config(yaml.safe_dump({"name": sent["name"], "uuid": uuid, **wire.parameters(sent)}))


def test_a_custom_flavor_keeps_whatever_it_is_given(own: Service) -> None:
    done(own.as_zenml("POST", "/flavors", {"name": "own", "type": "orchestrator", "source": "own.Own"}))
    assert wire.shown(own, "/flavors/orchestrator/own")["source"] == "own.Own"
    values: dict[str, Any] = {
        "a": [1, {"b": None}],
        "date": "2001-01-01",
        "number": 1.5,
        "yes": True,
        "api_key": "canary",
    }
    done(own.as_zenml("POST", "/components", component("orchestrator", "x", "own", **values)))
    path = "/components/orchestrator/x"
    given = wire.shown(own, path)
    assert wire.parameters(given) == values
    before = len(wire.events(own))
    done(own.as_zenml("PUT", path, given))
    assert wire.topics(own, before) == []
    done(own.as_zenml("PUT", path, altered(given, number=None, yes=1)))
    assert sorted(wire.topics(own, before)) == ["ParameterRemoved", "ParameterSet"]
    assert "canary" not in str(wire.events(own))


def test_what_a_flavor_does_not_know_is_kept_where_it_came_from_a_file(own: Service) -> None:
    content = {
        "stack_name": "old",
        "components": {
            "artifact_store": {"flavor": "local", "name": "a", "path": "/data", "color": "blue"},
            "orchestrator": {"flavor": "local", "name": "o"},
        },
    }
    file = own.home.work / "old.yaml"
    file.write_text(yaml.safe_dump({"zenml_version": "0.13.2", **content}))
    own.home.done("stack", "import", "old", "-f", str(file))
    given = wire.shown(own, "/components/artifact_store/a")
    assert wire.parameters(given) == {"path": "/data", "color": "blue"}
    before = len(wire.events(own))
    done(own.as_zenml("PUT", "/components/artifact_store/a", given))
    assert wire.topics(own, before) == []
    done(own.as_zenml("PUT", "/components/artifact_store/a", altered(given, path="/other")))
    assert wire.topics(own, before) == ["ParameterSet"]
    assert wire.parameters(wire.shown(own, "/components/artifact_store/a")) == {"path": "/other", "color": "blue"}


def test_a_parameter_that_is_left_out_has_its_default_again(own: Service) -> None:
    path, sent = "/components/metadata_store/x", component("metadata_store", "x", "sqlite", uri="/data/x.db")
    done(own.as_zenml("POST", "/components", sent))
    given, before = wire.shown(own, path), len(wire.events(own))
    assert wire.parameters(given) == {"uri": "/data/x.db", "upgrade_migration_enabled": True}
    done(own.as_zenml("PUT", path, altered(given, upgrade_migration_enabled=None)))
    assert wire.topics(own, before) == []
    done(own.as_zenml("PUT", path, altered(given, upgrade_migration_enabled=False)))
    assert wire.parameters(wire.shown(own, path))["upgrade_migration_enabled"] is False
    done(own.as_zenml("PUT", path, sent))
    assert wire.topics(own, before) == ["ParameterSet", "ParameterSet"]
    assert wire.shown(own, path) == given
