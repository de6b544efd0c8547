"""Text may be a reference to a secret, except where a validator has to see the value."""

from __future__ import annotations

import pytest

from tests.flavors.checked import EVERY, field_of, validated
from tests.flavors.samples import ID, MINIMAL
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.lookup import SHIPPED

REFERENCES = ("{{name.key}}", "{{ name.key }}")
TEXTS = [key for key in EVERY if field_of(*key).annotation in (str, str | None)]
SEEN = [key for key in EVERY if key[2] in validated(SHIPPED.load(*key[:2]))]


def given(key: tuple[str, str, str], value: str) -> dict[str, object]:
    component_type, flavor, parameter = key
    scope = {"scope": "namespace"} if parameter == "namespace" and component_type == "secrets_manager" else {}
    return {**MINIMAL[component_type, flavor], **scope, parameter: value}


@pytest.mark.parametrize(
    "key",
    # one file knows no scopes, and so no namespace
    [key for key in TEXTS if key not in SEEN and key != ("secrets_manager", "local", "namespace")],
    ids="/".join,
)
def test_text_that_is_not_looked_at_may_be_a_reference(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for reference in REFERENCES:
        component = build(component_type, flavor, "a", ID, given(key, reference))
        assert component.parameters[parameter] == reference


@pytest.mark.parametrize("key", SEEN, ids="/".join)
def test_what_a_validator_looks_at_must_not_be_a_reference(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for reference in REFERENCES:
        with pytest.raises(ComponentParametersError) as caught:
            build(component_type, flavor, "a", ID, given(key, reference))
        assert caught.value.problems == (
            f"{parameter}: a secret reference is not allowed here: the value itself is checked",
        )


@pytest.mark.parametrize("key", [key for key in EVERY if key not in TEXTS and key not in SEEN], ids="/".join)
def test_what_is_no_text_must_not_be_a_reference(key: tuple[str, str, str]) -> None:
    component_type, flavor, parameter = key
    for reference in REFERENCES:
        with pytest.raises(ComponentParametersError) as caught:
            build(component_type, flavor, "a", ID, given(key, reference))
        assert [problem.partition(": ")[0] for problem in caught.value.problems] == [parameter]


def test_addresses_and_secrets_are_among_those_that_may_be_references() -> None:
    free = set(TEXTS) - set(SEEN)
    assert free >= {
        ("model_deployer", "kserve", "base_url"),
        ("model_deployer", "seldon", "base_url"),
        ("secrets_manager", "vault", "url"),
    }
    assert free >= {key for key in EVERY if key[2] in SHIPPED.load(*key[:2]).secret_parameters()}
