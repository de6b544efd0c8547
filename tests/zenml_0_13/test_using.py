"""A client of ZenML 0.13.2 runs pipelines on stacks that the service keeps, and copies between profiles."""

from __future__ import annotations

from tests.support.served import ServedTeam
from tests.support.tables import column
from tests.zenml_0_13.conftest import Joined

PIPELINE = """
from zenml.pipelines import pipeline
from zenml.repository import Repository
from zenml.steps import step

@step
def first() -> int:
    return 20

@step
def second(number: int) -> int:
    return number + 1

@pipeline
def adding(one, two):
    two(one())

adding(one=first(), two=second()).run()
(run,) = Repository().get_pipeline("adding").runs
print("it is", run.steps[-1].output.read())
"""


def test_a_pipeline_runs_on_the_default_stack(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    before = team.record().events
    assert "it is 21" in client.python(PIPELINE).exits(0).output
    assert team.record().events == before


def test_stacks_and_components_go_from_one_profile_to_the_other(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    client.done("artifact-store", "register", "data", "--flavor=local", "--path=/data")
    client.done("artifact-store", "copy", "data", "mine", "--from", "team", "--to", "default")
    client.done("stack", "copy", "default", "local", "--from", "default", "--to", "team")
    client.done("stack", "export", "default", "exported.yaml")
    client.done("stack", "import", "imported", "-f", "exported.yaml")
    listed = team.host.done("stack", "list").rows
    assert column(listed, "STACK NAME") == ["default", "imported", "local"]
    client.done("profile", "set", "default")
    assert "/data" in client.done("artifact-store", "describe", "mine").output
