"""A client changes what differs from what it was shown: what others did meanwhile stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from starlette.concurrency import run_in_threadpool

from tests.service.running import TEXTS, Service, listening
from tests.service.test_removals import rows
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import altered, component, done, renamed, tracker
from tests.support.program import Home
from tests.support.removals import Place, places
from zenml.service.tokens import Role, Token
from zenml.service.writer import Writer
from zenml.service.writing.answers import Decided
from zenml.service.writing.asked import Asked

BEA = "zt_bea_secret"
PATH = "/components/experiment_tracker/tracker"


@pytest.fixture
def shared(own: Service) -> Service:
    """A service of a profile with a tracker, which another member uses, too."""
    own.tokens.tokens[BEA] = Token("bea", "bea", Role.WRITER, secrets=True)
    done(own.as_zenml("POST", "/components", tracker(tracking_password="first")))
    return own


def bea_puts(service: Service, path: str, wrapper: dict[str, Any]) -> None:
    done(service.as_zenml("PUT", path, wrapper, BEA))


def values(service: Service, name: str = "tracker") -> dict[str, Any]:
    return wire.parameters(wire.shown(service, f"/components/experiment_tracker/{name}"))


def test_parameters_that_others_set_and_unset_stay(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    bea_puts(
        shared, PATH, altered(wire.shown(shared, PATH, BEA), tracking_insecure_tls=True, tracking_password="new")
    )
    before = len(wire.events(shared))
    done(shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))
    assert wire.topics(shared, before) == ["ParameterSet"]
    found = values(shared)
    assert (found["tracking_insecure_tls"], found["tracking_password"], found["tracking_username"]) == (
        True,
        "new",
        "zoe",
    )


def test_the_same_parameter_is_what_the_last_one_set(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    bea_puts(shared, PATH, altered(mine, tracking_username="bea"))
    done(shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))
    assert values(shared)["tracking_username"] == "zoe"


@pytest.mark.parametrize("both", [False, True])
def test_a_component_that_was_renamed_meanwhile_is_still_that_one(shared: Service, both: bool) -> None:
    mine = wire.shown(shared, PATH)
    bea_puts(shared, PATH, renamed(mine, "theirs"))
    before = len(wire.events(shared))
    changed = altered(mine, tracking_username="zoe")
    done(shared.as_zenml("PUT", PATH, renamed(changed, "mine") if both else changed))
    assert wire.topics(shared, before) == (["ParameterSet", "ComponentRenamed"] if both else ["ParameterSet"])
    assert values(shared, "mine" if both else "theirs")["tracking_username"] == "zoe"


def test_another_component_that_has_the_name_by_now_is_not_touched(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    bea_puts(shared, PATH, renamed(mine, "theirs"))
    done(shared.as_zenml("POST", "/components", tracker(tracking_password="other"), BEA))
    before = wire.events(shared)
    answer = shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe"))
    assert wire.refused(answer)[:2] == (409, "StackComponentExistsError")
    assert wire.events(shared) == before


def test_a_component_that_was_deleted_meanwhile_is_gone_and_may_come_back(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    done(shared.as_zenml("DELETE", PATH, text=BEA))
    assert wire.refused(shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))[:2] == (
        404,
        "KeyError",
    )
    done(shared.as_zenml("POST", "/components", mine))
    assert wire.shown(shared, PATH) == mine


def test_the_components_that_others_gave_a_stack_stay(shared: Service) -> None:
    for part in (component("orchestrator", "o"), component("artifact_store", "a")):
        done(shared.as_zenml("POST", "/components", part))
    first = wire.shown(shared, "/stacks/default")
    with_tracker = {"name": "default", "components": [*first["components"], wire.shown(shared, PATH)]}
    done(shared.as_zenml("PUT", "/stacks/default", with_tracker))
    mine = wire.shown(shared, "/stacks/default")
    parts = {part["type"]: part for part in mine["components"]}
    theirs = {**parts, "artifact_store": wire.shown(shared, "/components/artifact_store/a")}
    bea_puts(shared, "/stacks/default", {"name": "default", "components": list(theirs.values())})
    own = {**parts, "orchestrator": wire.shown(shared, "/components/orchestrator/o")}
    del own["experiment_tracker"]
    done(shared.as_zenml("PUT", "/stacks/default", {"name": "default", "components": list(own.values())}))
    assert wire.shown(shared, "/stack-configurations/default") == {
        "artifact_store": "a",
        "metadata_store": "default",
        "orchestrator": "o",
    }


def test_a_stack_that_was_renamed_meanwhile_is_still_that_one(shared: Service) -> None:
    done(shared.as_zenml("POST", "/components", component("orchestrator", "o")))
    mine = wire.shown(shared, "/stacks/default")
    bea_puts(shared, "/stacks/default", {**mine, "name": "theirs"})
    parts = {part["type"]: part for part in mine["components"]}
    parts["orchestrator"] = wire.shown(shared, "/components/orchestrator/o")
    done(shared.as_zenml("PUT", "/stacks/default", {"name": "default", "components": list(parts.values())}))
    assert wire.shown(shared, "/stack-configurations")["theirs"]["orchestrator"] == "o"


def test_another_stack_that_has_the_name_by_now_is_not_touched(shared: Service) -> None:
    mine = wire.shown(shared, "/stacks/default")
    bea_puts(shared, "/stacks/default", {**mine, "name": "theirs"})
    done(shared.as_zenml("POST", "/stacks", mine, BEA))
    before = wire.events(shared)
    answer = shared.as_zenml("PUT", "/stacks/default", {**mine, "name": "mine"})
    assert wire.refused(answer)[:2] == (409, "StackExistsError")
    assert wire.events(shared) == before


def test_what_a_client_is_shown_after_it_has_asked_changes_nothing(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    bea_puts(shared, PATH, altered(wire.shown(shared, PATH, BEA), tracking_insecure_tls=True))
    make = Writer.make

    async def shown_before(writer: Writer, asked: Asked) -> Decided:
        await run_in_threadpool(wire.shown, shared, PATH)
        return await make(writer, asked)

    with mock.patch.object(Writer, "make", shown_before):
        done(shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))
    found = values(shared)
    assert (found["tracking_insecure_tls"], found["tracking_username"]) == (True, "zoe")


def test_a_value_that_was_redacted_meanwhile_does_not_come_back(shared: Service) -> None:
    mine = wire.shown(shared, PATH)
    ((position, pointer),) = [
        place for place in found(shared, "https://mlflow.example") if "tracking_uri" in place[1]
    ]
    body = {"values": [{"position": position, "field": pointer}]}
    assert shared.post(f"{shared.ledger}/redact", body, TEXTS["admin"]).status == 200
    before = len(wire.events(shared))
    done(shared.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))
    assert wire.topics(shared, before) == ["ParameterSet"]
    assert "tracking_uri" not in values(shared)
    assert not found(shared, "https://mlflow.example")
    done(shared.as_zenml("PUT", PATH, altered(wire.shown(shared, PATH), tracking_uri="https://other.example")))
    assert values(shared)["tracking_uri"] == "https://other.example"


def found(service: Service, text: str) -> list[Place]:
    return places(rows(service), service.served.ledger_id, text)


@pytest.fixture
def again(home: Home) -> Iterator[Any]:
    """Starts a service of one machine each time."""
    home.done("profile", "list")
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        yield lambda: listening(home)


def test_a_service_that_was_started_again_compares_with_what_there_is(again: Any) -> None:
    """What clients were shown is in memory alone: what others set meanwhile is then set back, as in ZenML."""
    with again() as service:
        done(service.as_zenml("POST", "/components", tracker(tracking_password="first")))
        mine = wire.shown(service, PATH)
        done(service.as_zenml("PUT", PATH, altered(mine, tracking_insecure_tls=True)))
    with again() as service:
        done(service.as_zenml("PUT", PATH, altered(mine, tracking_username="zoe")))
        found = values(service)
        assert (found["tracking_insecure_tls"], found["tracking_username"]) == (False, "zoe")
        before = len(wire.events(service))
        done(service.as_zenml("PUT", PATH, wire.shown(service, PATH)))
        assert wire.topics(service, before) == []
