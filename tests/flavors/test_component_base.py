import copy
import json
import pickle
import uuid
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError, field_validator

from zenml.domain.secrecy import SECRET
from zenml.flavors.base import StackComponent

CANARY = "canary-7f3a"
ID = uuid.UUID("12345678-1234-4234-8234-123456789abc")


class Tracker(StackComponent):
    """A flavor as somebody else would write it."""

    TYPE: ClassVar[str] = "experiment_tracker"
    FLAVOR: ClassVar[str] = "mine"

    url: str
    token: Annotated[str | None, SECRET] = None
    retries: int = 3
    labels: dict[str, str] = Field(default_factory=dict)
    pair: tuple[str, str] | None = None
    options: dict[str, Any] | None = None
    mode: str = "a"
    level: Literal["1", "2"] = "1"
    share: float | None = None

    @field_validator("mode")
    @classmethod
    def _check_mode(cls, mode: str) -> str:
        if mode not in {"a", "b"}:
            raise ValueError("must be a or b")
        return mode


def test_each_component_gets_an_id_of_its_own() -> None:
    first, second = Tracker(name="t", url="u"), Tracker(name="t", url="u")
    assert isinstance(first.uuid, uuid.UUID)
    assert first.uuid != second.uuid


def test_components_of_the_same_content_are_equal() -> None:
    assert Tracker(name="t", uuid=ID, url="u") == Tracker(name="t", uuid=ID, url="u")


def test_an_id_is_dashed_text_in_json() -> None:
    assert json.loads(Tracker(name="t", uuid=ID, url="u").model_dump_json())["uuid"] == str(ID)


def test_assignment_is_refused() -> None:
    component = Tracker(name="t", url="u")
    with pytest.raises(TypeError, match="Tracker cannot be changed"):
        component.url = CANARY  # type: ignore[misc]
    assert component.url == "u"


def test_a_component_can_be_copied_and_pickled() -> None:
    component = Tracker(name="t", url="u", labels={"a": "b"})
    assert copy.deepcopy(component) == component
    assert pickle.loads(pickle.dumps(component)) == component
    assert component.model_copy(update={"name": "s"}).name == "s"


def test_parameters_hold_json_values_without_the_unset_ones() -> None:
    component = Tracker(name="t", url="u", pair=("a", "b"), options={"deep": {"null": None}})
    assert component.parameters == {
        "url": "u",
        "retries": 3,
        "labels": {},
        "pair": ["a", "b"],
        "options": {"deep": {"null": None}},
        "mode": "a",
        "level": "1",
    }
    json.dumps(component.parameters)


def test_parameters_are_described_with_the_required_ones_first() -> None:
    described = {parameter.name: parameter for parameter in Tracker.describe_parameters()}
    assert next(iter(described)) == "url"
    assert {name: parameter.type for name, parameter in described.items()} == {
        "url": "text",
        "token": "text",
        "retries": "whole number",
        "labels": "JSON",
        "pair": "JSON",
        "options": "JSON",
        "mode": "text",
        "level": "one of 1, 2",
        "share": "number",
    }
    assert [name for name, parameter in described.items() if parameter.required] == ["url"]
    assert [name for name, parameter in described.items() if parameter.secret] == ["token"]
    assert described["labels"].default == {}
    assert described["retries"].default == 3


def test_secret_parameters_are_the_marked_ones() -> None:
    assert Tracker.secret_parameters() == {"token"}


def test_the_text_of_a_component_names_its_parameters() -> None:
    component = Tracker(name="t", uuid=ID, url="u")
    assert repr(component) == (
        f"Tracker(type=experiment_tracker, flavor=mine, name=t, uuid={ID}, url=u, token=None, retries=3, "
        "labels={}, pair=None, options=None, mode=a, level=1, share=None)"
    )
    assert str(component) == repr(component)


def test_the_text_of_a_component_hides_secrets() -> None:
    component = Tracker(
        name="t",
        url=f"https://ann:{CANARY}@h",
        token=CANARY,
        options={"proxy": f"http://p:{CANARY}@q"},
    )
    for text in (repr(component), str(component), f"{component}", f"{component!r}", repr([component])):
        assert CANARY not in text
        assert "token=***" in text
        assert "url=https://ann:***@h" in text


def test_the_text_of_a_component_shows_references() -> None:
    assert "token={{wandb.token}}" in repr(Tracker(name="t", url="u", token="{{wandb.token}}"))


@pytest.mark.parametrize(
    "parameters",
    [
        {"url": "u", "foo": CANARY},
        {"url": "u", "retries": CANARY},
        {"url": "u", "mode": CANARY},
        {"url": "u", "labels": CANARY},
        {"token": CANARY},
        {"url": "u", "name": {CANARY: CANARY}},
    ],
)
def test_errors_never_hold_a_value(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Tracker(**{"name": "t", **parameters})
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_text_may_be_a_reference() -> None:
    assert Tracker(name="t", url="{{a.url}}").parameters["url"] == "{{a.url}}"


@pytest.mark.parametrize("parameters", [{"name": "{{a.b}}"}, {"name": "t", "mode": "{{a.b}}"}])
def test_a_name_or_a_checked_parameter_must_not_be_a_reference(parameters: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="a secret reference is not allowed here"):
        Tracker.model_validate({"url": "u", **parameters})
