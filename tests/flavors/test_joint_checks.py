"""What parameters of a flavor have to be together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationInfo, model_validator

from tests.flavors.checked import joint_checks
from tests.flavors.samples import ID, MINIMAL
from zenml.flavors.alerters.slack import SlackAlerter
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

CANARY = "canary-7f3a"
SCOPED = [info.name for info in FLAVORS["secrets_manager"] if info.name != "local"]

REFUSED: list[tuple[str, str, dict[str, str], str]] = [
    *(("secrets_manager", flavor, {"namespace": CANARY}, "namespace") for flavor in [*SCOPED, "local"]),
    *(("secrets_manager", flavor, {"namespace": ""}, "namespace") for flavor in [*SCOPED, "local"]),
    *(("secrets_manager", flavor, {"scope": "namespace"}, "namespace") for flavor in SCOPED),
    *(("secrets_manager", flavor, {"scope": "namespace", "namespace": ""}, "namespace") for flavor in SCOPED),
    *(
        ("secrets_manager", flavor, {"scope": scope, "namespace": CANARY}, "namespace")
        for flavor in SCOPED
        for scope in ("none", "global", "component")
    ),
    *(
        ("experiment_tracker", "mlflow", {"tracking_uri": uri, **given}, "tracking_uri")
        for uri in (f"https://{CANARY}", f"http://{CANARY}:5000")
        for given in (
            {},
            {"tracking_username": CANARY},
            {"tracking_password": CANARY},
            {"tracking_username": CANARY, "tracking_password": ""},
            {"tracking_token": ""},
        )
    ),
    ("experiment_tracker", "mlflow", {"tracking_uri": "HTTPS://h"}, "tracking_uri"),
    ("experiment_tracker", "mlflow", {"tracking_uri": "databricks", "tracking_token": CANARY}, "databricks_host"),
    ("experiment_tracker", "mlflow", {"tracking_uri": "databricks", "databricks_host": CANARY}, "tracking_uri"),
]
ACCEPTED: list[tuple[str, str, dict[str, str]]] = [
    ("secrets_manager", "local", {"scope": "none"}),
    *(("secrets_manager", flavor, {"scope": "component"}) for flavor in SCOPED),
    *(("secrets_manager", flavor, {"scope": "namespace", "namespace": "team"}) for flavor in SCOPED),
    *(
        ("experiment_tracker", "mlflow", {"tracking_uri": "https://h", **given})
        for given in (
            {"tracking_username": "u", "tracking_password": "p"},
            {"tracking_token": "t"},
            {"tracking_token": "{{mlflow.token}}"},
        )
    ),
    (
        "experiment_tracker",
        "mlflow",
        {"tracking_uri": "databricks", "databricks_host": "https://d", "tracking_token": "t"},
    ),
    ("experiment_tracker", "mlflow", {"tracking_uri": "sqlite:///a.db"}),
    ("experiment_tracker", "mlflow", {"tracking_username": "u"}),
]


class Careful(SlackAlerter):
    """A flavor that checks before and after its values are converted."""

    @model_validator(mode="before")
    @classmethod
    def _before(cls, values: Any, info: ValidationInfo) -> Any:
        return values

    @model_validator(mode="after")
    def _after(self) -> Careful:
        return self


def test_every_joint_check_is_noticed() -> None:
    assert joint_checks(Careful) == {"_before", "_after"}


def test_every_joint_check_is_tested() -> None:
    checks = {
        (component_type, info.name): joint_checks(SHIPPED.load(component_type, info.name))
        for component_type, known in FLAVORS.items()
        for info in known
    }
    found = {key: names for key, names in checks.items() if names}
    assert found == {
        ("experiment_tracker", "mlflow"): {"_check_credentials"},
        **{("secrets_manager", info.name): {"_check_namespace"} for info in FLAVORS["secrets_manager"]},
    }
    assert found.keys() == {(it[0], it[1]) for it in ACCEPTED} == {(it[0], it[1]) for it in REFUSED}


@pytest.mark.parametrize(("component_type", "flavor", "given"), ACCEPTED)
def test_what_goes_together_is_accepted(component_type: str, flavor: str, given: dict[str, str]) -> None:
    component = build(component_type, flavor, "a", ID, {**MINIMAL[component_type, flavor], **given})
    assert component.parameters.items() >= given.items()


@pytest.mark.parametrize(("component_type", "flavor", "given", "named"), REFUSED)
def test_what_does_not_go_together_is_refused(
    component_type: str, flavor: str, given: dict[str, str], named: str
) -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build(component_type, flavor, "a", ID, {**MINIMAL[component_type, flavor], **given})
    assert caught.value.problems == caught.value.joint
    assert [problem.partition(": ")[0] for problem in caught.value.joint] == [named]
    assert CANARY not in f"{caught.value} {caught.value!r} {caught.value.hint}"


@pytest.mark.parametrize("flavor", SCOPED)
def test_a_secrets_manager_shares_with_nobody_unless_it_is_told_to(flavor: str) -> None:
    component = build("secrets_manager", flavor, "a", ID, MINIMAL["secrets_manager", flavor])
    assert component.parameters["scope"] == "component"


def test_parameters_are_not_compared_while_one_of_them_is_wrong() -> None:
    with pytest.raises(ComponentParametersError) as caught:
        build("secrets_manager", "aws", "a", ID, {"region_name": "r", "scope": CANARY, "namespace": "team"})
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == ["scope"]
    assert caught.value.joint == ()
