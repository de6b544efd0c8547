"""Whatever a flavor checks has a value that is accepted and one that is refused; nothing is checked untested."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BeforeValidator, Field, field_validator

from tests.flavors.checked import (
    CHECKED,
    EVERY,
    checked_parameters,
    classes_with_a_hook,
    field_of,
    joint_checks,
)
from tests.flavors.samples import ID, MINIMAL
from zenml.domain.secrecy import SECRET
from zenml.flavors.base import StackComponent
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

CANARY = "canary-7f3a"
FORMS: list[Any] = [
    CANARY,
    f"{CANARY}/;",
    f"s3://{CANARY}",
    f"s3:/{CANARY}",
    f"/{CANARY}\0",
    f"http://[{CANARY}",
    f"http://{CANARY}:0",
    f"http://h:{CANARY}",
    f'["{CANARY}"]',
    f'{{"{CANARY}": 1}}',
    [CANARY],
    {CANARY: CANARY},
]
SWITCHES = [key for key in EVERY if field_of(*key).annotation is bool]
TRUTHS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


class Checking(StackComponent):
    """A flavor that checks in every way there is; what is not checked is named so."""

    TYPE: ClassVar[str] = "alerter"
    FLAVOR: ClassVar[str] = "checking"

    free: str
    free_or_unset: str | None = None
    free_secret: Annotated[str | None, SECRET] = None
    free_switch: bool = False
    long: str = Field(default="", max_length=3)
    patterned: Annotated[str | None, Field(pattern="^a")] = None
    converted: Annotated[str, BeforeValidator(str)] = ""
    validated: str = ""
    validated_switch: bool = False
    counted: int = 0
    shared: float = 0.0
    chosen: Literal["a"] = "a"
    mapped: dict[str, str] = Field(default_factory=dict)

    @field_validator("validated", "validated_switch", mode="before")
    @classmethod
    def _check(cls, value: Any) -> Any:
        return value


def made(component_type: str, flavor: str, **values: Any) -> dict[str, Any]:
    return build(component_type, flavor, "a", ID, {**MINIMAL[component_type, flavor], **values}).parameters


def refusal(key: tuple[str, str, str], value: object) -> ComponentParametersError | None:
    try:
        made(key[0], key[1], **{key[2]: value})
    except ComponentParametersError as error:
        return error
    return None


def name_of(key: object) -> str:
    return "/".join(key) if isinstance(key, tuple) and isinstance(key[0], str) else ""


def test_every_way_to_check_is_noticed() -> None:
    own = Checking.model_fields.keys() - StackComponent.model_fields.keys()
    assert checked_parameters(Checking) == {name for name in own if not name.startswith("free")}


def test_everything_that_is_checked_is_in_the_table() -> None:
    checked = {
        (component_type, info.name, name)
        for component_type, known in FLAVORS.items()
        for info in known
        for name in checked_parameters(SHIPPED.load(component_type, info.name))
    }
    assert set(CHECKED) == checked, "CHECKED in tests/flavors/checked.py has what is accepted and what is refused"
    assert all(accepted and refused for accepted, refused in CHECKED.values())


def test_nothing_is_checked_by_way_of_settings_of_the_class() -> None:
    assert not joint_checks(StackComponent)
    for component_type, known in FLAVORS.items():
        for info in known:
            flavor = SHIPPED.load(component_type, info.name)
            assert flavor.model_config == StackComponent.model_config
            assert not classes_with_a_hook(flavor)


def test_a_class_with_a_hook_of_its_own_is_noticed() -> None:
    class Hooked(Checking):
        def model_post_init(self, context: Any) -> None:
            raise ValueError("this checks something too")

    class Below(Hooked):
        pass

    assert classes_with_a_hook(Below) == {"Hooked"}


@pytest.mark.parametrize("key", CHECKED, ids=name_of)
def test_a_parameter_takes_what_is_right(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for value in CHECKED[key][0]:
        stored = made(component_type, flavor, **{parameter: value})[parameter]
        if field_of(*key).annotation not in (str, str | None) and not isinstance(stored, str):
            assert stored == (json.loads(value) if isinstance(value, str) else value)


@pytest.mark.parametrize("key", CHECKED, ids=name_of)
def test_a_parameter_takes_nothing_else(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for value in CHECKED[key][1]:
        with pytest.raises(ComponentParametersError) as caught:
            made(component_type, flavor, **{parameter: value})
        assert [problem.partition(": ")[0] for problem in caught.value.problems] == [parameter], value


@pytest.mark.parametrize("key", EVERY, ids=name_of)
def test_a_value_that_is_refused_is_not_told(key: tuple[str, str, str]) -> None:
    errors = [error for value in FORMS if (error := refusal(key, value))]
    assert errors
    for error in errors:
        assert CANARY not in f"{error} {error!r} {error.hint} {error.problems} {error.joint}"
        assert any(problem.startswith(f"{key[2]}: ") for problem in error.problems)


@pytest.mark.parametrize("key", SWITCHES, ids=name_of)
def test_a_switch_is_true_or_false(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for value, meant in TRUTHS.items():
        assert made(component_type, flavor, **{parameter: value})[parameter] is meant
    for value in ("maybe", "", "2"):
        with pytest.raises(ComponentParametersError, match=f"{parameter}: value could not be parsed to a boolean"):
            made(component_type, flavor, **{parameter: value})


@pytest.mark.parametrize("flavor", [info.name for info in FLAVORS["container_registry"]])
def test_a_registry_loses_closing_slashes(flavor: str) -> None:
    assert made("container_registry", flavor, uri="localhost:5000/a//")["uri"] == "localhost:5000/a"
