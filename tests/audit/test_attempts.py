"""What an attempt that was refused was about, in the file of attempts and in exports."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest

from tests.audit.ocsf.validator import problems
from tests.ledger.machines import Machine
from zenml.domain.errors import LedgerError
from zenml.repository import Repository


@pytest.fixture
def here(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.list_stacks()  # which begins the ledger
    return repository


def refused(here: Repository, verb: str, *given: Any) -> dict[str, Any]:
    """Returns the attempt in an export as ocsf, of a call that is refused."""
    with pytest.raises(LedgerError):
        getattr(here, verb)(*given)
    out = io.BytesIO()
    here.export_record(out, format="ocsf", everything=True)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [found for line in lines for found in problems(line)] == []
    (attempt,) = [line for line in lines if line["status"] == "Failure"]
    return dict(attempt)


@pytest.mark.parametrize(
    ("verb", "given", "type_uid", "kind", "name"),
    [
        ("deregister_stack", ("default",), 300404, "stack", "default"),
        ("deregister_stack_component", ("orchestrator", "default"), 300404, "orchestrator", "default"),
        ("rename_component", ("orchestrator", "default", "a/b"), 300405, "orchestrator", "default"),
        ("combine_stack", ("default", {"orchestrator": "default"}), 300401, "stack", "default"),
        ("activate_stack", ("nothing",), 300410, "stack", "nothing"),
        ("delete_profile", ("default",), 300404, "profile", "default"),
    ],
)
def test_it_is_the_activity_that_was_meant(
    here: Repository, verb: str, given: tuple[Any, ...], type_uid: int, kind: str, name: str
) -> None:
    attempt = refused(here, verb, *given)
    assert (attempt["class_uid"], attempt["type_uid"], attempt["severity"]) == (3004, type_uid, "Low")
    assert (attempt["entity"]["type"], attempt["entity"]["name"]) == (kind, name)
    assert ("uid" in attempt["entity"]) == (name == "default")


def test_one_that_is_not_understood_is_of_no_entity(here: Repository) -> None:
    assert refused(here, "undo", "zzzz")["type_uid"] == 600399


def test_an_undo_that_is_refused_names_what_it_met(here: Repository) -> None:
    here.register_component("orchestrator", "a", "local", {})
    registered = here.history(limit=1)[0].change
    here.combine_stack("s", {"artifact_store": "default", "orchestrator": "a"})
    attempt = refused(here, "undo", registered)
    assert (attempt["class_uid"], attempt["activity_name"]) == (3004, "Undo")
    assert (attempt["entity"]["type"], attempt["entity"]["name"]) == ("orchestrator", "a")


def test_the_file_and_json_name_the_target(here: Repository, machine: Machine) -> None:
    with suppress(LedgerError):
        here.deregister_stack("default")
    noted = json.loads((machine.config / "attempts.jsonl").read_text())
    stack_id = here.get_stack("default").uuid
    assert (noted["action"], noted["target"]) == (
        "delete",
        {"type": "stack", "name": "default", "id": str(stack_id)},
    )
    out = io.BytesIO()
    here.export_record(out, everything=True)
    (attempt,) = [
        it for it in map(json.loads, out.getvalue().splitlines()) if it["schema"] == "zenml.audit.attempt"
    ]
    assert attempt["entity"] == noted["target"]
