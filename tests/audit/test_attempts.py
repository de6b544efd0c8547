"""What an attempt that was refused was about, in the file of attempts and in exports."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.audit.ocsf.validator import problems
from tests.ledger.machines import Machine
from tests.support.program import Home
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import LedgerError
from zenml.ledger import origin
from zenml.repository import Repository

SCHEMA = Path(__file__).parents[2] / "docs" / "audit-jsonl.schema.json"


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
        ("create_profile", ("a/b",), 300401, "profile", "a/b"),
        ("register_component", ("orchestrator", "o", "nothing", {}), 300401, "orchestrator", "o"),
        ("register_component", ("orchestrator", "o", "local", {"a": "b"}), 300401, "orchestrator", "o"),
        ("register_flavor", ("orchestrator", "no.Class"), 300401, "orchestrator_flavor", "no.Class"),
        ("update_component", ("orchestrator", "default", {"a": "b"}), 300403, "orchestrator", "default"),
        ("update_component", ("orchestrator", "nothing", {}), 300403, "orchestrator", "nothing"),
        ("copy_stack", ("nothing", "s"), 300401, "stack", "s"),
        ("put_label", ("before", "zzzz"), 300401, "label", "before"),
        ("delete_label", ("before",), 300404, "label", "before"),
    ],
)
def test_it_is_the_activity_that_was_meant(
    here: Repository, verb: str, given: tuple[Any, ...], type_uid: int, kind: str, name: str
) -> None:
    attempt = refused(here, verb, *given)
    assert (attempt["class_uid"], attempt["type_uid"], attempt["severity"]) == (3004, type_uid, "Low")
    assert (attempt["entity"]["type"], attempt["entity"]["name"]) == (kind, name)
    assert ("uid" in attempt["entity"]) == (name == "default")


def test_a_command_that_is_refused_before_it_changes_anything_names_its_target(home: Home) -> None:
    home.done("stack", "list")
    (component,) = json.loads(home.done("orchestrator", "list", "-o", "json").stdout)["components"]
    (profile,) = json.loads(home.done("profile", "list", "-o", "json").stdout)["profiles"]
    ids = {"orchestrator": component["id"], "profile": profile["id"]}
    for command, action, thing in (
        ("stack delete nothing --yes", "delete", ("stack", "nothing")),
        ("orchestrator update nothing --a=b", "update", ("orchestrator", "nothing")),
        ("orchestrator update default --a=b", "update", ("orchestrator", "default")),
        ("orchestrator register o --flavor nothing", "create", ("orchestrator", "o")),
        ("orchestrator up nothing", "provision", ("orchestrator", "nothing")),
        ("orchestrator down nothing --force", "deprovision", ("orchestrator", "nothing")),
        ("label before zzzz", "create", ("label", "before")),
        ("stack import nothing", "create", ("stack", "nothing")),
        ("restore --to now --only stack:nothing", "restore", ("stack", "nothing")),
        ("restore --to nothing", "restore", ("profile", "default")),
    ):
        home.run(*command.split()).exits(1)
        noted = json.loads((home.config / "attempts.jsonl").read_text().splitlines()[-1])
        target = noted["target"]
        assert (noted["action"], target["type"], target["name"]) == (action, *thing)
        assert target["id"] == (ids[thing[0]] if thing[1] == "default" else None)


def test_a_file_that_is_refused_names_its_component_else_the_profile(here: Repository, machine: Machine) -> None:
    bad = {"type": "orchestrator", "name": "default", "flavor": "local", "parameters": {"a": "b"}}
    for document in ({"profile": "other"}, {"components": [bad]}):
        with pytest.raises(LedgerError):
            here.apply(ProfileDocument.from_fields(document))
    other, component = map(json.loads, (machine.config / "attempts.jsonl").read_text().splitlines())
    assert (other["target"]["type"], other["target"]["name"]) == ("profile", "default")
    assert component["target"] == {
        "type": "orchestrator",
        "name": "default",
        "id": str(here.get_stack_component("orchestrator", "default").uuid),
    }


def test_one_that_is_not_understood_is_of_no_entity(here: Repository) -> None:
    assert refused(here, "undo", "zzzz")["type_uid"] == 600399


def test_an_undo_that_is_refused_names_what_it_met(here: Repository) -> None:
    here.register_component("orchestrator", "a", "local", {})
    registered = here.history(limit=1)[0].change
    here.combine_stack("s", {"artifact_store": "default", "orchestrator": "a"})
    attempt = refused(here, "undo", registered)
    assert (attempt["class_uid"], attempt["activity_name"]) == (3004, "Undo")
    assert (attempt["entity"]["type"], attempt["entity"]["name"]) == ("orchestrator", "a")


@pytest.mark.parametrize(("who", "severity"), [("tester", "Informational"), ("bob", "Low")])
def test_an_undo_of_what_somebody_else_did_is_graver(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, who: str, severity: str
) -> None:
    monkeypatch.setattr(origin, "_user", lambda: "tester")
    here = machine.repository()
    here.register_component("artifact_store", "a", "local", {"path": str(machine.base / "a")})
    here.update_component("artifact_store", "a", {"path": str(machine.base / "b")})
    monkeypatch.setattr(origin, "_user", lambda: who)
    Repository(machine.base, notify=lambda sentence: None, reason="it was wrong").undo(
        here.history(limit=1)[0].change, any_actor=True
    )
    out = io.BytesIO()
    here.export_record(out, format="ocsf", everything=True)
    *_, undone, _manifest = map(json.loads, out.getvalue().splitlines())
    assert undone["unmapped"]["change"]["kind"] == "undo"
    assert undone["severity"] == severity


def test_an_undo_of_somebody_elses_change_that_is_refused_names_the_change(
    here: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.create_profile("p")
    created = here.history(limit=1, everything=True)[0]
    monkeypatch.setattr(origin, "_user", lambda: "bob")
    attempt = refused(here, "undo", created.change)
    assert (attempt["class_uid"], attempt["activity_name"]) == (3004, "Undo")
    assert (attempt["entity"]["type"], attempt["entity"]["name"]) == ("change", created.letters)


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


def test_every_format_shows_the_target_and_json_is_of_its_schema(here: Repository) -> None:
    with pytest.raises(LedgerError):
        here.deregister_stack("default")
    with pytest.raises(LedgerError):
        here.undo("zzzz")
    written = {}
    for name in ("jsonl", "csv", "html"):
        out = io.BytesIO()
        here.export_record(out, format=name, everything=True)
        written[name] = out.getvalue().decode()
    schema = Draft202012Validator(json.loads(SCHEMA.read_text()))
    lines = [json.loads(line) for line in written["jsonl"].splitlines()]
    assert [error for line in lines for error in schema.iter_errors(line)] == []
    attempts = [line["entity"] for line in lines if line["schema"] == "zenml.audit.attempt"]
    assert [(it["type"], it["name"]) for it in attempts] == [("stack", "default"), ("command", None)]
    rows = csv.DictReader(io.StringIO(written["csv"].removeprefix("\ufeff")))
    cells = [(it["entity_type"], it["entity_name"], it["entity_id"]) for it in rows if it["action"] == "attempt"]
    assert cells == [("stack", "default", attempts[0]["id"]), ("command", "", "")]
    assert "delete stack &#39;default&#39;: (from Python)" in written["html"]
