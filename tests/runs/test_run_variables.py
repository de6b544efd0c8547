"""What a command finds in its environment, and what of that lasts while the configuration changes."""

from __future__ import annotations

import json
import sys

import pytest

from tests.runs.seen import last_run
from tests.support.program import Home

SHOW = "import os, json; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith('ZENML_')}))"


@pytest.fixture
def prod(used: Home) -> Home:
    """A machine with a stack of its own, which has a secret."""
    used.done("artifact-store", "register", "data", "-f", "local", f"--path={used.work}/one")
    tracker = ["experiment-tracker", "register", "tracker", "-f", "mlflow", "--tracking_uri=https://t.example"]
    used.done(*tracker, "--tracking_token=t0ps3cret")
    used.done("stack", "register", "prod", "-o", "default", "-a", "data", "-e", "tracker")
    used.done("stack", "set", "prod")
    return used


def shown(home: Home, *options: str) -> dict[str, str]:
    """Returns the variables that a run finds."""
    found: dict[str, str] = json.loads(home.done("run", *options, "--", sys.executable, "-c", SHOW).stdout)
    return found


def test_the_run_its_point_the_stack_by_id_and_each_parameter(prod: Home) -> None:
    found, run = shown(prod), last_run(prod).start
    assert found["ZENML_RUN_ID"] == run["run_id"]
    assert found["ZENML_RUN_POINT"] == f"{run['profile_ledger_id']}@{run['position']}"
    assert found["ZENML_ACTIVATED_STACK"] == run["stack_id"]
    assert found["ZENML_STACK__ARTIFACT_STORE__PATH"] == f"{prod.work}/one"
    assert len(found["ZENML_ACTIVATED_PROFILE"]) == 36


def within(home: Home, *script: str) -> str:
    """Returns what commands within a run say, one after the other; other terminals are none of its variables."""
    unset = "-u ZENML_ACTIVATED_STACK -u ZENML_ACTIVATED_PROFILE -u ZENML_RUN_ID -u ZENML_RUN_POINT"
    elsewhere = f'elsewhere() {{ env {unset} zenml "$@" >&2; }}'
    return home.done("run", "--", "bash", "-c", "; ".join(["set -e", elsewhere, *script])).stdout


def test_a_rename_during_a_run_does_not_break_what_runs(prod: Home) -> None:
    said = within(
        prod,
        "elsewhere stack rename prod production",
        "elsewhere profile rename default main",
        "zenml stack get",
        "zenml profile get",
    )
    assert "The active stack is: 'production'" in said
    assert "main" in said


def test_a_stack_that_is_deleted_during_a_run_is_as_it_was(prod: Home) -> None:
    said = within(
        prod,
        "elsewhere stack set default",
        "elsewhere stack delete prod -y",
        f"elsewhere artifact-store update data --path={prod.work}/two",
        "zenml stack get",
        "zenml stack describe",
        sys.executable
        + " -c 'from zenml.repository import Repository as R; print(R().active_stack.artifact_store.path)'",
    )
    assert "The active stack is: 'prod'" in said
    assert "data" in said
    assert said.endswith("/one\n")


def test_what_would_change_a_deleted_stack_is_refused(prod: Home) -> None:
    ran = prod.run(
        "run",
        "--",
        "bash",
        "-c",
        "elsewhere() { env -u ZENML_ACTIVATED_STACK zenml $@; }; elsewhere stack set default;"
        " elsewhere stack delete prod -y; zenml stack update -a default",
    )
    assert ran.exit == 1
    assert "Stack 'prod' was deleted after this run began: it can only be read as it was." in ran.stderr


def test_a_run_within_a_run_goes_on_with_the_stack_that_was_deleted(prod: Home) -> None:
    within(prod, "elsewhere stack set default", "elsewhere stack delete prod -y", "zenml run -- true")
    inner = last_run(prod)
    assert inner.start["stack_name"] == "prod"
    assert inner.end["outcome"] == "succeeded"


def test_an_id_is_accepted_wherever_a_variable_names_something(prod: Home) -> None:
    found = shown(prod)
    ids = {name: found[name] for name in ("ZENML_ACTIVATED_STACK", "ZENML_ACTIVATED_PROFILE")}
    prod.done("stack", "set", "default")
    assert "'prod'" in prod.done("stack", "get", env=ids).stdout
    prod.done("profile", "rename", "default", "main")
    then = prod.done(
        "stack", "get", "--at", "now", env={"ZENML_ACTIVATED_PROFILE": ids["ZENML_ACTIVATED_PROFILE"]}
    )
    assert "'default'" in then.stdout
    other = "01a22b95-7fad-70e8-89ef-930847655f45"
    assert (
        "names, does not exist" in prod.run("stack", "get", env={"ZENML_ACTIVATED_STACK": other}, check=1).stderr
    )


def test_choosing_what_a_variable_names_by_id_warns_of_nothing(prod: Home) -> None:
    found = shown(prod)
    ran = prod.done("stack", "set", "prod", env={"ZENML_ACTIVATED_STACK": found["ZENML_ACTIVATED_STACK"]})
    assert "takes precedence" not in ran.stderr


def test_secrets_are_handed_over_only_if_asked_and_their_names_are_recorded(prod: Home) -> None:
    assert not any("TOKEN" in name for name in shown(prod))
    assert last_run(prod).start["secrets"] == []
    found = shown(prod, "--with-secrets")
    assert found["ZENML_STACK__EXPERIMENT_TRACKER__TRACKING_TOKEN"] == "t0ps3cret"
    assert last_run(prod).start["secrets"] == ["experiment_tracker.tracking_token"]
