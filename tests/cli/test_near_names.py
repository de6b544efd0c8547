"""A name that is nearly right is answered with the one that is meant, wherever it stands."""

from __future__ import annotations

import pytest

from tests.reliability.standing import unchanged
from tests.support.program import Home

NEAR = [
    ("stack register s -a defalt -o default", "default"),
    ("stack register s -a default -o default -m defalt", "default"),
    ("stack update default -o docer", "docker"),
    ("stack copy default x --to tem", "team"),
    ("stack copy default x --from tem", "team"),
    ("stack list --at befor", "before"),
    ("restore --to befor", "before"),
    ("restore --to before --only stack:defalt", "default"),
    ("restore --to before --only orchestrator/docer", "docker"),
    ("restore --to before --only orchestator/docker", "orchestrator"),
    ("diff befor", "before"),
    ("diff before tem", "team"),
    ("diff before --only stack:defalt", "default"),
    ("show befor", "before"),
    ("label delete befor", "before"),
    ("bisect --good befor -- true", "before"),
    ("profile export tem", "team"),
    ("apply --to tem f.yaml", "team"),
    ("blame orchestrator docker flavr", "flavor"),
    ("blame orchestrator/docer", "docker"),
    ("history --component orchestrator/docer", "docker"),
    ("audit export --stack defalt", "default"),
    ("orchestrator register x --flavor lokal", "local"),
    ("orchestrator flavor describe kubeflw", "kubeflow"),
]
HINTS = [
    ("orchestrator register x --flavor s3", "It is a flavor of artifact stores."),
    ("undo before", 'It is a label: run "zenml restore --to before" to go back to it, or "zenml undo '),
    ("undo 2", 'Run "zenml undo -n 2" to undo so many of your newest changes.'),
    ("alerter update", 'run "zenml alerter list" to see the names.'),
]
WRONG = [
    ("undo -n x", "'x' is not a whole number."),
    ("history -n 0", "0 is less than 1."),
    ("history --kind undone", 'Run "zenml history --kind undo".'),
    ("audit export --format cvs", 'Run "zenml audit export --format csv".'),
    ("profile create x --store-type loca", 'Run "zenml profile create x --store-type local".'),
    ("stack list -o JSON", 'Run "zenml stack list -o json".'),
    ("watch -o json", 'Run "zenml watch -o jsonl".'),
]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    machine = Home(tmp_path_factory.mktemp("near").resolve())
    machine.done("orchestrator", "register", "docker", "--flavor=local_docker")
    machine.done("label", "before")
    machine.done("profile", "create", "team")
    machine.done("export", "--out", "f.yaml")
    return machine


@pytest.mark.parametrize(("line", "meant"), NEAR, ids=[line for line, _ in NEAR])
def test_the_nearest_name_is_said(machine: Home, line: str, meant: str) -> None:
    with unchanged(machine):
        answer = machine.run(*line.split(), check=1)
    (hint,) = [line for line in answer.stderr.splitlines() if line.startswith("Hint: ")]
    assert f"Did you mean '{meant}'?" in hint


@pytest.mark.parametrize(("line", "said"), HINTS)
def test_what_is_known_of_a_wrong_value_is_said(machine: Home, line: str, said: str) -> None:
    assert said in machine.run(*line.split(), check=1).stderr


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_a_value_that_cannot_be_is_a_wrong_command_line(machine: Home, line: str, said: str) -> None:
    with unchanged(machine):
        error, hint = machine.run(*line.split(), check=2).stderr.splitlines()
    assert said in error + hint
