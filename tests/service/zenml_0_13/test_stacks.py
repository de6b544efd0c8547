"""The components that are sent with a stack are references: what is registered of one stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.running import Service, listening
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import altered, component, done, renamed, tracker

PATH = "/components/experiment_tracker/tracker"


@pytest.fixture
def given(own: Service) -> list[dict[str, Any]]:
    """The components of the default stack, and a tracker."""
    done(own.as_zenml("POST", "/components", tracker(tracking_password="first")))
    return [*wire.shown(own, "/stacks/default")["components"], wire.shown(own, PATH)]


def with_tracker(given: list[dict[str, Any]], part: dict[str, Any], name: str = "dev") -> dict[str, Any]:
    return {"name": name, "components": [*given[:-1], part]}


@pytest.mark.parametrize("change", [altered, renamed], ids=["its values", "its name"])
def test_a_component_that_is_registered_stays_as_it_is(
    own: Service, given: list[dict[str, Any]], change: Any
) -> None:
    sent = altered(given[-1], tracking_username="zoe") if change is altered else renamed(given[-1], "another")
    for method, path in (("POST", "/stacks"), ("PUT", "/stacks/dev")):
        done(own.as_zenml(method, path, with_tracker(given, sent)))
        assert wire.shown(own, "/stack-configurations/dev")["experiment_tracker"] == "tracker"
        assert wire.shown(own, PATH) == given[-1]


def test_one_that_is_not_is_registered_in_the_same_change(own: Service, given: list[dict[str, Any]]) -> None:
    before, new = len(wire.events(own)), tracker("new", tracking_password="x")
    done(own.as_zenml("POST", "/stacks", with_tracker(given, new)))
    assert wire.topics(own, before) == ["ComponentRegistered", "StackRegistered"]
    done(own.as_zenml("PUT", "/stacks/dev", with_tracker(given, tracker("newer", tracking_password="x"))))
    assert wire.topics(own, before)[2:] == ["ComponentRegistered", "StackComponentSet"]
    assert [topic for topic, _ in wire.events(own)[before:]].count("zenml:ChangeBegan") == 2


def test_nothing_of_a_stack_that_is_refused_is_registered(own: Service, given: list[dict[str, Any]]) -> None:
    before = wire.events(own)
    two = component("orchestrator", "new"), {**tracker("new"), "flavor": "none"}
    answer = own.as_zenml("POST", "/stacks", {"name": "dev", "components": [given[0], given[1], *two]})
    assert answer.status in (404, 422)
    answer = own.as_zenml("POST", "/stacks", with_tracker(given, tracker("new", tracking_password="x"), "default"))
    assert wire.refused(answer)[:2] == (409, "StackExistsError")
    assert wire.events(own) == before


def test_one_of_the_same_name_is_a_reference_where_it_is_the_same_in_all_else(
    own: Service, given: list[dict[str, Any]]
) -> None:
    def of_another_identity(**changed: Any) -> dict[str, Any]:
        values = {**wire.parameters(given[-1]), **changed}
        return component("experiment_tracker", "tracker", "mlflow", **values)

    done(own.as_zenml("POST", "/stacks", with_tracker(given, of_another_identity())))
    before = wire.events(own)
    other = own.as_zenml("POST", "/stacks", with_tracker(given, of_another_identity(tracking_username="zoe"), "x"))
    assert wire.refused(other)[:2] == (409, "StackComponentExistsError")
    assert wire.events(own) == before


@pytest.mark.parametrize("kind", ["orchestrator", "step_operator"])
def test_the_identity_of_a_component_of_another_type_is_taken(
    own: Service, given: list[dict[str, Any]], kind: str
) -> None:
    part = component(kind, "new", uuid=given[-1]["uuid"], **({"role": "r"} if kind == "step_operator" else {}))
    before = wire.events(own)
    for answer in (
        own.as_zenml("POST", "/components", part),
        own.as_zenml("POST", "/stacks", {"name": "dev", "components": [given[0], given[1], part]}),
    ):
        assert wire.refused(answer)[0] in (404, 409)
    assert wire.events(own) == before


def test_a_component_that_was_deleted_comes_again_as_the_same(own: Service, given: list[dict[str, Any]]) -> None:
    done(own.as_zenml("DELETE", PATH))
    done(own.as_zenml("POST", "/stacks", with_tracker(given, given[-1])))
    assert wire.shown(own, PATH) == given[-1]


def test_each_of_two_profiles_has_its_own_component_of_an_identity(own: Service) -> None:
    own.home.done("profile", "create", "other", "--set")
    words = ("--tracking_uri=https://x.example", "--tracking_username=ann", "--tracking_password=theirs")
    own.home.done("experiment-tracker", "register", "hidden", "-f", "mlflow", *words)
    with listening(own.home, "other") as another:
        (theirs,) = wire.shown(another, "/components/experiment_tracker")
        done(own.as_zenml("POST", "/components", tracker("mine", theirs["uuid"], tracking_password="ours")))
        (mine,) = wire.shown(own, "/components/experiment_tracker")
        assert wire.parameters(mine)["tracking_password"] == "ours"
        done(own.as_zenml("PUT", "/components/experiment_tracker/mine", altered(mine, tracking_username="zoe")))
        assert wire.shown(another, "/components/experiment_tracker") == [theirs]
        assert wire.parameters(theirs)["tracking_password"] == "theirs"


def test_two_components_of_one_type_are_no_stack(own: Service, given: list[dict[str, Any]]) -> None:
    before = wire.events(own)
    sent = {"name": "dev", "components": [*given, tracker("new", tracking_password="x")]}
    assert wire.refused(own.as_zenml("POST", "/stacks", sent))[:2] == (422, "ValueError")
    assert wire.events(own) == before
