"""The flavors are those of ZenML 0.13.2: 44, each with its parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from tests.flavors.samples import ID, MINIMAL
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.flavors.build import build
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED
from zenml.flavors.secrets_managers.scoped import SecretsManagerScope

FACTS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("facts.json").read_text("utf-8"))
"""What ZenML 0.13.2 declares: class, integration, and type, default, required and secret of each parameter."""

EACH = [(component_type, flavor) for component_type, known in FACTS.items() for flavor in known]
ANNOTATIONS = {
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
OTHERWISE: dict[tuple[str, str, str], dict[str, Any]] = {
    # ZenML declares the default `component` there, and stores `none`
    ("secrets_manager", "local", "scope"): {"default": "none"},
    # a token is a secret, whatever ZenML says of it
    ("secrets_manager", "vault", "token"): {"secret": True},
    # Spark knows these two, and refuses others only when a job is submitted
    ("step_operator", "spark-kubernetes", "deploy_mode"): {"annotation": Literal["cluster", "client"]},
}


def test_there_are_44_flavors_of_twelve_types() -> None:
    assert {kind: {info.name for info in known} for kind, known in FLAVORS.items()} == {
        kind: set(known) for kind, known in FACTS.items()
    }
    assert FLAVORS.keys() == set(COMPONENT_TYPES)
    assert len(EACH) == 44


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_a_flavor_is_as_zenml_declares_it(component_type: str, flavor: str) -> None:
    facts = FACTS[component_type][flavor]
    declared = SHIPPED.load(component_type, flavor)
    assert (declared.__name__, declared.INTEGRATION) == (facts["class"], facts["integration"])
    assert (declared.PACKAGE is None) == (declared.INTEGRATION is None)
    described = {parameter.name: parameter for parameter in declared.describe_parameters()}
    assert set(described) == set(facts["params"])
    for name, fact in facts["params"].items():
        other = OTHERWISE.get((component_type, flavor, name), {})
        annotation = other.get("annotation", ANNOTATIONS[fact["type"]])
        assert declared.model_fields[name].annotation == annotation, name
        assert described[name].default == other.get("default", fact["default"]), name
        assert described[name].required == fact["required"], name
        assert described[name].secret == other.get("secret", fact.get("secret", False)), name


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_settings_survive_being_stored(component_type: str, flavor: str) -> None:
    component = build(component_type, flavor, "a", ID, MINIMAL[component_type, flavor])
    stored = json.loads(json.dumps(component.parameters))
    assert build(component_type, flavor, "a", ID, stored) == component
    as_typed = {name: value if isinstance(value, str) else json.dumps(value) for name, value in stored.items()}
    assert build(component_type, flavor, "a", ID, as_typed) == component


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"),
    [
        (component_type, flavor, name)
        for component_type, flavor in EACH
        for name, fact in FACTS[component_type][flavor]["params"].items()
        if fact["required"]
    ],
)
def test_a_required_parameter_must_be_given(component_type: str, flavor: str, parameter: str) -> None:
    declared = SHIPPED.load(component_type, flavor)
    given = MINIMAL[component_type, flavor]
    assert declared(name="a", **given).parameters[parameter] == given[parameter]
    with pytest.raises(ValidationError, match=rf"1 validation error for \w+\n{parameter}\n  Field required"):
        declared.model_validate({"name": "a"} | {name: given[name] for name in given if name != parameter})


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"),
    [
        (component_type, flavor, name)
        for component_type, flavor in EACH
        for name, fact in FACTS[component_type][flavor]["params"].items()
        if fact["type"] in ("str", "Optional[str]") and name not in ("namespace", "deploy_mode")
    ],
)
def test_a_reference_is_allowed_where_nothing_is_checked(component_type: str, flavor: str, parameter: str) -> None:
    """A namespace needs a scope, and a mode is one of two words: those are checked with the values."""
    declared = SHIPPED.load(component_type, flavor)
    given = {**MINIMAL[component_type, flavor], parameter: "{{name.key}}"}
    validators = declared.__pydantic_decorators__.field_validators.values()
    if any(parameter in validator.info.fields for validator in validators):
        with pytest.raises(ValidationError, match="a secret reference is not allowed here"):
            declared(name="a", **given)
    else:
        assert declared(name="a", **given).parameters[parameter] == "{{name.key}}"


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_everything_is_explained(component_type: str, flavor: str) -> None:
    from zenml.flavors.documentation import parameter_docs, summary

    declared = SHIPPED.load(component_type, flavor)
    assert summary(declared).endswith(".")
    docs = parameter_docs(declared)
    for parameter in declared.describe_parameters():
        assert docs[parameter.name][0].isupper(), parameter.name
        assert docs[parameter.name].endswith("."), parameter.name
