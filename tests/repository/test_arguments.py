"""Whatever the public methods are given, they do what they say, or refuse it in a sentence of ours."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.ledger.machines import Machine
from zenml.api.past import Past
from zenml.domain.errors import InvalidValueError, LedgerError
from zenml.repository import Repository

ODD: list[Any] = [None, 5, b"x", ["a"], [5], object(), {"a": 1}, {5: "a"}, "\udcff", True, 1.5, "a\0b"]
ENDLESS = {"watch"}  # it waits for changes
NAMES = sorted(name for name in dir(Repository) if not name.startswith("_") and name not in ENDLESS)


def tried(method: Callable[..., Any]) -> None:
    """Calls a method with odd values in every place; only errors of ours may come."""
    parameters = inspect.signature(method).parameters.values()
    places = [one for one in parameters if one.kind is not one.KEYWORD_ONLY and one.kind is not one.VAR_KEYWORD]
    for odd in ODD:
        with_names = [{one.name: odd} for one in parameters if one.kind is one.KEYWORD_ONLY]
        for values, named in [([odd] * len(places), {}), *((["a"] * len(places), named) for named in with_names)]:
            with suppress(LedgerError):
                method(*values, **named)


@pytest.mark.parametrize("name", NAMES)
def test_every_method_takes_what_it_says_or_refuses_it(used: Machine, name: str) -> None:
    for owner in (used.repository(), used.repository().at("now")):
        if isinstance(inspect.getattr_static(type(owner), name, None), property) or not hasattr(owner, name):
            continue
        method = getattr(owner, name)
        if callable(method):
            tried(method)


@pytest.mark.parametrize("name", ["root", "notify", "command", "reason", "idempotency_key", "dry_run"])
def test_a_repository_takes_what_it_says_or_refuses_it(used: Machine, name: str) -> None:
    for odd in ODD:
        with suppress(InvalidValueError):
            Repository(**{name: odd})
    wrong: dict[str, Any] = {name: object()}
    with pytest.raises(InvalidValueError, match=f"as '{name}', and was given a value of the type object"):
        Repository(**wrong)


def test_a_text_in_place_of_a_list_is_not_taken_for_its_letters(used: Machine) -> None:
    with pytest.raises(InvalidValueError, match="takes a list of texts as 'only', and was given a value"):
        used.repository().restore("now", only="stack:a")
    with pytest.raises(InvalidValueError, match="takes a list of texts as 'kinds'"):
        used.repository().history(kinds="undo")


def test_a_condition_that_there_is_not_is_named(used: Machine) -> None:
    with pytest.raises(InvalidValueError, match=r"history\(\) has no argument 'sicne'"):
        used.repository().history(sicne=None)  # type: ignore[call-arg]


def test_within_a_change_arguments_are_looked_at_too(used: Machine) -> None:
    repository = used.repository()
    with pytest.raises(InvalidValueError, match="takes a text as 'name', and was given None"), repository.change():
        repository.activate_stack(None)  # type: ignore[arg-type]


def test_a_refusal_holds_no_value(used: Machine) -> None:
    with pytest.raises(InvalidValueError) as caught:
        used.repository().register_component("metadata_store", "m", "mysql", ["hunter2"])  # type: ignore[arg-type]
    assert "hunter2" not in str(caught.value)


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_what_is_nested_too_deeply_is_refused_and_what_is_not_is_kept(used: Machine) -> None:
    repository = used.repository()
    endless: dict[str, Any] = {}
    endless["a"] = [endless]
    repeated: list[Any] = [1]
    for _ in range(150):
        repeated = [repeated, repeated]  # 2**150 values, if each is looked at
    for value in (deep(101), deep(5000), deep(100_000), endless, repeated):
        with pytest.raises(InvalidValueError):
            repository.register_component("artifact_store", "a", "s3", {"path": "s3://a", "client_kwargs": value})
    kept = {"path": "s3://a", "client_kwargs": deep(99)}
    repository.register_component("artifact_store", "a", "s3", kept)
    assert repository.describe_component("artifact_store", "a").parameters == kept
    assert isinstance(repository.at("now"), Past)
