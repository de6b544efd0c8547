"""The flavors are those of ZenML 0.13.2: 44, each with its parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.flavors.checked import CHECKED, EVERY, filled
from tests.flavors.samples import ID, MINIMAL
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.enums import SecretsManagerScope
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

FACTS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("facts.json").read_text("utf-8"))
"""What ZenML 0.13.2 declares: class, integration, and type, default, required and secret of each parameter."""

EACH = [(component_type, flavor) for component_type, known in FACTS.items() for flavor in known]
ANNOTATIONS: dict[str, Any] = {
    "str": str,
    "int": int,
    "bool": bool,
    "Optional[str]": str | None,
    "Optional[int]": int | None,
    "Dict[str, str]": dict[str, str],
    "Optional[Dict[str, Any]]": dict[str, Any] | None,
    "Optional[Tuple[str, str]]": tuple[str, str] | None,
    "SecretsManagerScope": SecretsManagerScope,
}
"""What a type is called here. Ports and URLs are whole numbers and text that are checked, and declared as such."""

OTHERWISE: dict[tuple[str, str, str], dict[str, Any]] = {
    # ZenML declares the default `component` there, and stores `none`
    ("secrets_manager", "local", "scope"): {"default": "none"},
    # a token is a secret, whatever ZenML says of it
    ("secrets_manager", "vault", "token"): {"secret": True},
    # Spark knows these two, and refuses others only when a job is submitted
    ("step_operator", "spark-kubernetes", "deploy_mode"): {"annotation": Literal["cluster", "client"]},
}
"""The differences, and why there are any."""


def fact(component_type: str, flavor: str, parameter: str) -> dict[str, Any]:
    known = FACTS[component_type].get(flavor, {}).get("params", {})
    assert parameter in known, f"{flavor}: write what is known of {parameter} in tests/flavors/facts.json"
    found = known[parameter]
    return {
        "annotation": ANNOTATIONS[found["type"]],
        "default": found["default"],
        "required": found["required"],
        "secret": found.get("secret", False),
    }


def test_there_are_44_flavors_of_twelve_types() -> None:
    assert {kind: {info.name for info in known} for kind, known in FLAVORS.items()} == {
        kind: set(known) for kind, known in FACTS.items()
    }
    assert FLAVORS.keys() == set(COMPONENT_TYPES)
    assert len(COMPONENT_TYPES) == 12
    assert len(EACH) == 44


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_a_flavor_is_as_zenml_declares_it(component_type: str, flavor: str) -> None:
    facts = FACTS[component_type][flavor]
    declared = SHIPPED.load(component_type, flavor)
    assert (component_type, flavor) == (declared.TYPE, declared.FLAVOR)
    assert (declared.__name__, declared.INTEGRATION) == (facts["class"], facts["integration"])
    assert (declared.PACKAGE is None) == (declared.INTEGRATION is None)
    described = {parameter.name: parameter for parameter in declared.describe_parameters()}
    assert set(described) == set(facts["params"])
    for name, parameter in described.items():
        expected = fact(component_type, flavor, name) | OTHERWISE.get((component_type, flavor, name), {})
        assert {
            "annotation": declared.model_fields[name].annotation,
            "default": parameter.default,
            "required": parameter.required,
            "secret": parameter.secret,
        } == expected, f"{name}: what is meant to differ from the facts is in OTHERWISE"


def test_every_difference_is_one() -> None:
    for key, differences in OTHERWISE.items():
        for what, value in differences.items():
            assert fact(*key)[what] != value


def test_what_zenml_checks_is_checked_here() -> None:
    checked = {key for key in EVERY if FACTS[key[0]][key[1]]["params"][key[2]].get("validated")}
    assert checked
    assert checked <= CHECKED.keys()


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_settings_survive_being_stored(component_type: str, flavor: str) -> None:
    for given in (MINIMAL[component_type, flavor], filled(component_type, flavor)):
        component = build(component_type, flavor, "a", ID, given)
        stored = json.loads(json.dumps(component.parameters))
        assert stored == component.parameters
        assert build(component_type, flavor, "a", ID, stored) == component
        as_typed = {key: value if isinstance(value, str) else json.dumps(value) for key, value in stored.items()}
        assert build(component_type, flavor, "a", ID, as_typed) == component
        assert type(component).model_validate_json(component.model_dump_json()) == component


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_everything_that_is_given_is_stored(component_type: str, flavor: str) -> None:
    given = filled(component_type, flavor)
    parameters = set(FACTS[component_type][flavor]["params"])
    unused = {"namespace"} if (component_type, flavor) == ("secrets_manager", "local") else set()
    assert build(component_type, flavor, "a", ID, given).parameters.keys() == given.keys() == parameters - unused


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"), [key for key in EVERY if fact(*key)["required"]]
)
def test_a_required_parameter_must_be_given(component_type: str, flavor: str, parameter: str) -> None:
    given = MINIMAL[component_type, flavor]
    assert build(component_type, flavor, "a", ID, given).parameters[parameter] == given[parameter]
    with pytest.raises(ComponentParametersError) as caught:
        build(component_type, flavor, "a", ID, {**given, parameter: None})
    assert caught.value.problems == (f"{parameter}: field required",)
    assert f"{parameter} (required)" in caught.value.hint


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_no_more_than_the_required_parameters_must_be_given(component_type: str, flavor: str) -> None:
    required = {
        name for name in FACTS[component_type][flavor]["params"] if fact(component_type, flavor, name)["required"]
    }
    assert MINIMAL[component_type, flavor].keys() == required
