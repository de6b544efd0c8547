"""Each command that can be asked for does what the command line does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.asking import PARTS, began, done, fields, refused, renaming, stack, tracker, value
from tests.service.running import SECRET, TEXTS, Service, listening
from tests.support import shared
from tests.support.program import Home
from zenml.ledger.ids import new_id
from zenml.ledger.sessions import host

OWN_FLAVOR = {"component_type": "experiment_tracker", "name": "own", "source": "flavors.missing.Own"}


def described(service: Service, kind: str, name: str) -> Any:
    told = json.loads(service.home.done(kind, "describe", name, "-o", "json").stdout)
    return told["stack" if kind == "stack" else "component"]


def password(home: Home, name: str) -> str:
    """Returns what a machine opens as the password of a tracker."""
    opened = home.python(
        "from zenml.repository import Repository\n"
        f"component = Repository().get_stack_component('experiment_tracker', '{name}')\n"
        "print(component.parameters['tracking_password'])"
    )
    return opened.stdout.strip()


def test_a_stack_is_registered_updated_renamed_and_deleted(own: Service) -> None:
    done(own.change(tracker(tracking_password=SECRET), stack("one")))
    registered = described(own, "stack", "one")
    assert registered["components"] == {**PARTS, "metadata_store": "default"}
    update = {"do": "update_stack", "name": "one", "components": {"experiment_tracker": "tracker"}}
    assert fields(own.change(update))["stack_name"] == "one"
    assert described(own, "stack", "one")["components"]["experiment_tracker"] == "tracker"
    done(own.change({"do": "update_stack", "name": "one", "components": {}, "removed": ["experiment_tracker"]}))
    done(own.change(renaming("one", "two")))
    assert "experiment_tracker" not in described(own, "stack", "two")["components"]
    done(own.change({"do": "delete_stack", "name": "two"}))
    own.home.run("stack", "describe", "two", check=1)
    assert own.home.done("audit", "verify")


def test_a_component_is_registered_updated_renamed_and_deleted(own: Service) -> None:
    component_id = new_id()
    registered = own.change({**tracker(tracking_password=SECRET), "component_id": component_id})
    assert fields(registered)["component_id"] == component_id
    update = {
        "do": "update_component",
        "component_type": "experiment_tracker",
        "name": "tracker",
        "settings": {"tracking_uri": "https://other.example", "tracking_password": "another-" + SECRET},
    }
    events = done(own.change(update))["events"]
    assert [event["topic"] for event in events[1:]] == [*["zenml:ParameterSet"] * 2, "zenml:KeysNoted"]
    rename = {"do": "rename_component", "component_type": "experiment_tracker", "name": "tracker", "new_name": "x"}
    done(own.change(rename))
    shown = described(own, "experiment-tracker", "x")
    assert (shown["parameters"]["tracking_uri"], shown["parameters"]["tracking_password"]) == (
        "https://other.example",
        "***",
    )
    assert password(own.home, "x") == "another-" + SECRET
    done(own.change({"do": "delete_component", "component_type": "experiment_tracker", "name": "x"}))
    own.home.run("experiment-tracker", "describe", "x", check=1)


def test_what_is_said_to_be_secret_is_sealed_whatever_its_name(own: Service) -> None:
    done(own.change({**tracker(tracking_password=SECRET), "secrets": ["tracking_uri"]}))
    assert described(own, "experiment-tracker", "tracker")["parameters"]["tracking_uri"] == "***"
    update = {
        "do": "update_component",
        "component_type": "experiment_tracker",
        "name": "tracker",
        "settings": {"tracking_uri": "https://other.example"},
    }
    assert "key_id" in fields(own.change(update))["new"]  # it stays one


def test_the_class_of_a_custom_flavor_is_not_looked_for(own: Service) -> None:
    done(own.change({"do": "register_flavor", **OWN_FLAVOR}))
    register = {
        "do": "register_component",
        "component_type": "experiment_tracker",
        "name": "mine",
        "flavor": "own",
        "parameters": {"anything": [1, 2], "api_key": SECRET, "left_out": None},
    }
    parameters = fields(own.change(register))["parameters"]
    assert parameters.keys() == {"anything", "api_key"}
    assert value(parameters["anything"]) == [1, 2]
    assert "key_id" in parameters["api_key"]
    update = {
        "do": "update_component",
        "component_type": "experiment_tracker",
        "name": "mine",
        "settings": {"api_key": "another", "more": 1},
        "removed": ["anything"],
    }
    assert len(done(own.change(update))["events"]) == 5  # a key is noted with its secret
    in_use = own.change({"do": "delete_flavor", "component_type": "experiment_tracker", "name": "own"})
    assert refused(in_use) == (422, "flavor_in_use")
    done(own.change({"do": "delete_component", "component_type": "experiment_tracker", "name": "mine"}))
    done(own.change({"do": "delete_flavor", "component_type": "experiment_tracker", "name": "own"}))


def test_a_label_names_a_change_of_this_profile(own: Service) -> None:
    change_id = done(own.change(stack("one")))["change_id"]
    done(own.change({"do": "set_label", "label": "release", "change_id": change_id}))
    assert "release" in own.home.done("label", "list").output
    done(own.change({"do": "set_label", "label": "release", "change_id": None}))
    own.home.done("profile", "create", "other")
    changes = json.loads(own.home.done("history", "--all", "-n", "1", "-o", "json").stdout)["changes"]
    elsewhere = {"do": "set_label", "label": "release", "change_id": changes[0]["change_id"]}
    assert refused(own.change(elsewhere)) == (422, "unknown_change")


def test_an_event_is_made_happen(own: Service) -> None:
    made = own.change(stack("one"))
    event = {"stack_id": fields(made)["stack_id"], "old_name": "one", "new_name": "two"}
    renamed = own.change({"do": "make", "topic": "zenml:StackRenamed", "fields": event})
    assert fields(renamed) == event
    assert refused(
        own.change({"do": "make", "topic": "zenml:StackRenamed", "fields": {**event, "new_name": "x"}})
    ) == (
        409,
        "changed_since",
    )


def test_a_change_is_whole_or_not_at_all(own: Service) -> None:
    before = own.ask(own.ledger).said
    assert refused(own.change(stack("one"), renaming("nowhere", "two"))) == (422, "stack_not_found")
    assert own.ask(own.ledger).said == before
    said = done(own.change(stack("one"), renaming("one", "two"), stack("one")))
    assert [event["position"] for event in said["events"]] == list(range(before["size"] + 1, before["size"] + 5))
    assert said["ledger"] == own.ask(own.ledger).said


def test_nothing_to_change_is_recorded_nowhere(own: Service) -> None:
    before = own.ask(own.ledger).said
    said = own.change(renaming("default", "default")).said
    assert said == {"change_id": None, "recorded": False, "repeated": False, "events": [], "ledger": before}


def test_it_is_recorded_who_asked_and_where(own: Service) -> None:
    client = {
        "session": "71 12",
        "version": "9.9",
        "command": f"zenml experiment-tracker register tracker --tracking_password={SECRET}",
        "repository_path": "/somewhere/größe",
        "automation": True,
    }
    asked = own.change(tracker(tracking_password=SECRET), client=client, reason=f"its password is {SECRET}")
    fact = began(asked)
    assert (value(fact["actor"]["actor_id"]), fact["actor"]["kind"]) == ("writer", "automation")
    assert (value(fact["actor"]["host"]), fact["actor"]["known_by"]) == (host(), "token")
    assert (value(fact["session"]), fact["client_version"]) == ("71 12", "9.9")
    assert value(fact["command"]) == "zenml experiment-tracker register tracker '--tracking_password=***'"
    assert (value(fact["repository_path"]), value(fact["reason"])) == ("/somewhere/größe", "its password is ***")
    fact = began(own.change(stack("one"), text=TEXTS["admin"]))
    assert (value(fact["actor"]["actor_id"]), value(fact["session"])) == ("admin", "admin")
    assert (fact["command"], fact["reason"], fact["actor"]["kind"]) == (None, None, "person")


def test_what_the_header_says_is_recorded(own: Service) -> None:
    point, plan = done(own.change(stack("one")))["change_id"], new_id()
    fact = began(own.change(stack("two"), kind="restore", point=point, correlation_id=plan))
    assert (fact["kind"], fact["causation_id"], fact["correlation_id"]) == ("restore", point, plan)


def test_a_member_may_delete_what_is_active_on_the_services_machine(own: Service) -> None:
    own.home.run("stack", "delete", "default", "-y", check=1)
    done(own.change({"do": "delete_stack", "name": "default"}))
    assert own.home.done("stack", "list").rows == []
    own.home.done("audit", "verify")


def test_another_profile_may_be_active_on_the_services_machine(own: Service) -> None:
    own.home.done("profile", "create", "other")
    own.home.done("profile", "set", "other")
    done(own.change(renaming("default", "prod")))
    assert "prod" not in own.home.done("stack", "list").output
    own.home.done("profile", "set", "default")
    assert "prod" in own.home.done("stack", "list").output


def test_the_file_for_people_follows(own: Service) -> None:
    done(own.change(stack("one")))
    path = Path(own.served.config_directory, "profiles", "default", "profile.yaml")
    own.end()
    assert "one" in path.read_text()


@pytest.fixture
def team(tmp_path: Path) -> Any:
    one, other = (shared.machine(tmp_path.resolve() / name, name) for name in ("one", "other"))
    profile = shared.begun(one, "team")
    shared.joined(one, other, profile)
    shared.hand_over(one, other, profile)
    return one, other


def test_a_shared_profile_is_changed_in_its_database(team: tuple[Home, Home]) -> None:
    one, other = team
    other.done("stack", "copy", "default", "theirs")
    with mock.patch.dict(os.environ, one.variables(), clear=True), listening(one, "team") as service:
        size = done(service.change(renaming("theirs", "ours"), tracker(tracking_password=SECRET)))["ledger"][
            "size"
        ]
        assert {row["STACK NAME"] for row in other.done("stack", "list").rows} == {"default", "ours"}
        assert password(other, "tracker") == SECRET
        other.done("stack", "rename", "ours", "mine")
        assert refused(service.change(stack("more"), expect=size)) == (409, "changed_meanwhile")
        change_id = done(service.change(renaming("mine", "all")))["change_id"]
        done(service.undo(change_id))
        assert {row["STACK NAME"] for row in other.done("stack", "list").rows} == {"default", "mine"}
    for home in team:
        home.done("audit", "verify")
