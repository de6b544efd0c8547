import math
import uuid
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field

from zenml.domain.errors import FlavorNotFoundError, InvalidValueError
from zenml.flavors import index
from zenml.flavors.base import StackComponent
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.info import FlavorInfo

CANARY = "canary-7f3a"


class Runner(StackComponent):
    """A flavor with every kind of parameter."""

    TYPE: ClassVar[str] = "step_operator"
    FLAVOR: ClassVar[str] = "runner"

    size: int | None = None
    fast: bool = False
    labels: dict[str, str] = Field(default_factory=dict)
    limits: dict[str, Any] | None = None
    pair: tuple[str, str] | None = None
    level: Literal["1", "2"] | None = None
    share: float | None = None
    tags: list[str] = Field(default_factory=list)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = FlavorInfo("runner", f"{__name__}.Runner")
    monkeypatch.setitem(index.FLAVORS, "step_operator", (listed,))


def build_runner(**raw: object) -> dict[str, Any]:
    return build("step_operator", "runner", "r", None, raw).parameters


def problems(**raw: object) -> tuple[str, ...]:
    with pytest.raises(ComponentParametersError) as caught:
        build_runner(**raw)
    assert CANARY not in caught.value.message + caught.value.hint
    return caught.value.problems


@pytest.mark.usefixtures("runner")
def test_typed_text_becomes_values() -> None:
    assert build_runner(
        size="8",
        fast="yes",
        labels='{"a": "b"}',
        limits='{"a": [1, null]}',
        pair='["x", "y"]',
        level="2",
        share="0.5",
        tags="[]",
    ) == {
        "size": 8,
        "fast": True,
        "labels": {"a": "b"},
        "limits": {"a": [1, None]},
        "pair": ["x", "y"],
        "level": "2",
        "share": 0.5,
        "tags": [],
    }


@pytest.mark.usefixtures("runner")
def test_values_of_the_right_type_stay() -> None:
    given = {
        "size": 8,
        "fast": True,
        "labels": {"a": "b"},
        "limits": {"a": 1},
        "pair": ["x", "y"],
        "level": "2",
        "share": 0.5,
        "tags": [],
    }
    assert build_runner(**given) == given


@pytest.mark.usefixtures("runner")
def test_a_parameter_that_is_none_is_unset() -> None:
    assert build_runner(size=None, fast=None, unheard_of=None) == build_runner()


@pytest.mark.usefixtures("runner")
@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        ("size", CANARY, "value is not a valid integer"),
        ("size", "1.5", "value is not a valid integer"),
        ("size", "1" * 5000, "value is not a valid integer"),
        ("size", math.pi, "value is not a valid integer"),
        ("size", [CANARY], "value is not a valid integer"),
        ("fast", CANARY, "value could not be parsed to a boolean"),
        ("fast", [CANARY], "value could not be parsed to a boolean"),
        ("labels", CANARY, "value is not a valid JSON object"),
        ("labels", f'["{CANARY}"]', "value is not a valid JSON object"),
        ("labels", f'{{"{CANARY}": 1}}', "str type expected"),
        ("labels", '{"a": 1, "b": 2}', "str type expected"),
        ("limits", '{"a": NaN}', "value is not a valid JSON object"),
        ("limits", '{"a": "\\ud800"}', "value is not a valid JSON object"),
        ("limits", '{"a":' * 100_000, "value is not a valid JSON object"),
        ("pair", CANARY, "value is not a valid JSON list"),
        ("pair", f'["{CANARY}"]', "field required"),
        ("pair", f'["{CANARY}", "{CANARY}", "{CANARY}"]', "value is not valid"),
        ("level", CANARY, "must be one of '1' or '2'"),
        ("share", CANARY, "value is not a valid number"),
        ("tags", CANARY, "value is not a valid JSON list"),
        ("unheard_of", CANARY, "extra fields not permitted"),
    ],
)
def test_a_value_of_the_wrong_form_is_named_and_not_shown(parameter: str, value: object, problem: str) -> None:
    assert problems(**{parameter: value}) == (f"{parameter}: {problem}",)


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        ("host", "", "must not be empty"),
        ("host", 5, "str type expected"),
        ("host", "\ud800", "value is not valid Unicode text"),
        ("port", "0", "must be at least 1"),
        ("port", "65536", "must be at most 65535"),
        ("database", CANARY + "/", "must be the name of a database: 1 to 64 letters, digits, _, $ or -"),
    ],
)
def test_problems_are_in_plain_words(parameter: str, value: object, problem: str) -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("metadata_store", "mysql", "m", None, {"host": "h", "database": "d", parameter: value})
    assert caught.value.problems == (f"{parameter}: {problem}",)
    assert CANARY not in str(caught.value)


def test_a_choice_is_answered_with_what_there_is() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("secrets_manager", "local", "s", None, {"scope": CANARY})
    assert caught.value.problems == ("scope: must be one of 'none', 'global', 'component' or 'namespace'",)


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(InvalidValueError) as caught:
        build("metadata_store", "mysql", "m", None, {"port": CANARY, "foo": CANARY, "database": "d"})
    assert caught.value.message == (
        "When you are registering a new metadata store with the flavor `mysql`, make sure that you are "
        "utilizing the right attributes. Current problems:\n\n"
        "foo: extra fields not permitted\n"
        "host: field required\n"
        "port: value is not a valid integer"
    )
    assert caught.value.hint == (
        "The attributes of this flavor are: host (required), database (required), port, username, password, "
        "secret, upgrade_migration_enabled."
    )


def test_no_value_hangs_on_to_the_error() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("metadata_store", "mysql", "m", None, {"port": CANARY})
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_problem_of_the_whole_stands_alone() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("secrets_manager", "local", "s", None, {"namespace": "team"})
    assert caught.value.problems == ("namespace: only allowed with the scope 'namespace'",)


def test_mistyped_parameters_are_guessed() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("metadata_store", "mysql", "m", None, {"hots": "h", "pasword": CANARY})
    assert caught.value.hint == "Did you mean 'host'? Did you mean 'password'?"


def test_a_flavor_without_attributes_says_so() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("orchestrator", "local", "o", None, {"foo": "1"})
    assert caught.value.hint == "This flavor has no attributes."


@pytest.mark.parametrize("key", ["name", "uuid", "TYPE", "parameters", "model_config"])
def test_what_is_no_parameter_cannot_be_set(key: str) -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("orchestrator", "local", "o", None, {key: "x"})
    assert caught.value.problems == (f"{key}: extra fields not permitted",)


def test_a_component_has_the_name_and_the_id_it_is_given() -> None:
    given = uuid.uuid4()
    for form in (given, str(given)):
        component = build("orchestrator", "local", "o", form, {})
        assert (component.name, component.uuid) == ("o", given)
    assert build("orchestrator", "local", "o", None, {}).uuid != given


def test_a_name_must_not_be_a_reference() -> None:
    with pytest.raises(ComponentParametersError, match="name: a secret reference is not allowed here"):
        build("orchestrator", "local", "{{a.b}}", None, {})


def test_an_unknown_flavor_is_reported_before_its_parameters() -> None:
    with pytest.raises(FlavorNotFoundError):
        build("orchestrator", "nowhere", "o", None, {"foo": "1"})
