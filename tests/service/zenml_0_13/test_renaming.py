"""After it has renamed a stack, a client deletes the one of the old name: nothing is deleted then."""

from __future__ import annotations

import itertools

import pytest

from tests.service.running import Service
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import done
from zenml.service.tokens import Role, Token
from zenml.service.zenml_0_13.shown import REMEMBERED, RenamedStacks

BEA = "zt_bea_secret"


def names(service: Service) -> set[str]:
    return set(wire.shown(service, "/stack-configurations"))


@pytest.fixture
def shared(own: Service) -> Service:
    """A service whose stack ``default`` was renamed to ``dev`` by one of two members."""
    own.tokens.tokens[BEA] = Token("bea", "bea", Role.WRITER, secrets=True)
    stack = wire.shown(own, "/stacks/default")
    assert wire.refused(own.as_zenml("GET", "/stacks/dev"))[:2] == (404, "KeyError")
    assert done(own.as_zenml("PUT", "/stacks/default", {**stack, "name": "dev"})) is None
    return own


def test_what_a_client_deletes_after_it_has_renamed_is_not_deleted(shared: Service) -> None:
    before = wire.events(shared)
    assert done(shared.as_zenml("DELETE", "/stacks/default")) is None
    assert wire.events(shared) == before
    assert names(shared) == {"dev"}
    assert wire.refused(shared.as_zenml("DELETE", "/stacks/default"))[:2] == (404, "KeyError")


def test_a_stack_that_somebody_gave_the_old_name_meanwhile_stays(shared: Service) -> None:
    stack = wire.shown(shared, "/stacks/dev", BEA)
    done(shared.as_zenml("POST", "/stacks", {**stack, "name": "default"}, BEA))
    done(shared.as_zenml("DELETE", "/stacks/default"))
    assert names(shared) == {"default", "dev"}
    done(shared.as_zenml("DELETE", "/stacks/default"))  # this one is meant
    assert names(shared) == {"dev"}


def test_whoever_has_not_renamed_it_deletes_what_has_the_name(shared: Service) -> None:
    assert wire.refused(shared.as_zenml("DELETE", "/stacks/default", text=BEA))[:2] == (404, "KeyError")
    stack = wire.shown(shared, "/stacks/dev")
    done(shared.as_zenml("POST", "/stacks", {**stack, "name": "default"}, BEA))
    done(shared.as_zenml("DELETE", "/stacks/default", text=BEA))
    assert names(shared) == {"dev"}


def test_a_stack_that_its_client_registers_with_the_old_name_is_deleted(shared: Service) -> None:
    """It has asked for something else since: what follows belongs to that."""
    stack = wire.shown(shared, "/stacks/dev")
    done(shared.as_zenml("POST", "/stacks", {**stack, "name": "default"}))
    done(shared.as_zenml("DELETE", "/stacks/default"))
    assert names(shared) == {"dev"}


def test_a_rename_that_was_refused_keeps_nothing_from_being_deleted(shared: Service) -> None:
    stack = wire.shown(shared, "/stacks/dev")
    done(shared.as_zenml("POST", "/stacks", {**stack, "name": "prod"}))
    answer = shared.as_zenml("PUT", "/stacks/prod", {**stack, "name": "dev"})
    assert wire.refused(answer)[:2] == (409, "StackExistsError")
    done(shared.as_zenml("DELETE", "/stacks/prod"))
    assert names(shared) == {"dev"}


def test_a_minute_later_a_name_is_forgotten() -> None:
    now = itertools.count(step=REMEMBERED / 2)
    renamed = RenamedStacks(lambda: next(now))
    renamed.note("bea", "dev")
    assert renamed.take("bea", "dev")  # half a minute later
    renamed.note("bea", "dev")
    next(now)
    assert not renamed.take("bea", "dev")


def test_a_name_is_remembered_for_one_token_and_once() -> None:
    renamed = RenamedStacks(lambda: 0)
    renamed.note("bea", "dev")
    assert [
        renamed.take(*asked) for asked in (("ann", "dev"), ("bea", "prod"), ("bea", "dev"), ("bea", "dev"))
    ] == [
        False,
        False,
        True,
        False,
    ]
