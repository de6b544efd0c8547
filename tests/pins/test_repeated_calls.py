"""What an idempotency key remembers of a call from Python: pinned, because it is in hashes that are stored.

A call is known by the name and the arguments of what it asks of the ledger's writer. Under the same key the same
call must be the same text in every later version, or a job that is repeated after an upgrade is refused as another
command. Nothing in ``calls.json`` may ever change; a new method adds a line to it.
"""

from __future__ import annotations

import inspect
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.support.people import being
from zenml.artifact_stores import LocalArtifactStore
from zenml.documents.profile import ComponentDocument, ProfileDocument, StackDocument
from zenml.domain.errors import ActiveError, NotAllowedError
from zenml.ledger import idempotency
from zenml.orchestrators import LocalOrchestrator
from zenml.repository import Repository
from zenml.stack import Stack

PINNED = json.loads(Path(__file__).with_name("calls.json").read_text(encoding="utf-8"))
THROUGH_OTHERS = {"provision", "export_record", "create_service_token"}
"""Methods that record by way of another one; `suspend` and `deprovision` do it as `provision` does."""

DOCUMENT = ProfileDocument(
    components=[
        ComponentDocument(type="orchestrator", name="doc", flavor="local_docker", parameters={}),
        ComponentDocument(type="artifact_store", name="shared", flavor="s3", parameters={"path": "s3://b"}),
    ],
    stacks=[
        StackDocument(
            name="documented",
            components={"orchestrator": "doc", "artifact_store": "shared", "metadata_store": "default"},
        )
    ],
)
IMPORTED = DOCUMENT.replace(
    components=[
        *DOCUMENT.components,
        ComponentDocument(type="metadata_store", name="default", flavor="sqlite", parameters={"uri": "file"}),
    ]
)
FLAVOR = """
from zenml.orchestrators import BaseOrchestrator

class Own(BaseOrchestrator):
    \"\"\"Runs steps somewhere.\"\"\"

    FLAVOR = "own"
"""


class Calls:
    """The texts by which calls are remembered, in the order in which they were made."""

    def __init__(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.machine = machine
        self.texts: dict[str, str] = {}
        self.called: set[str] = set()
        self._last = b""
        described = idempotency.command_text

        def noted(words: object) -> bytes:
            self._last = described(words)
            return self._last

        monkeypatch.setattr(idempotency, "command_text", noted)

    def make(self, label: str, call: Callable[[Repository], object]) -> Any:
        """Makes a call, and notes its text under a label: the name of the method, and more after a colon."""
        try:
            return call(Repository(notify=lambda sentence: None, idempotency_key=label))
        finally:
            self._note(label)

    def _note(self, label: str) -> None:
        text = self._last.decode().replace(str(self.machine.base), "BASE")
        text = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
        text = re.sub(r"[0-9a-f]{32,}", "HEX", text)
        self.texts[label] = re.sub(r"\d+, \d+, (?=\"HEX)|(?<=head_size.{2})\d+|(?<=head_size=)\d+", "N, ", text)
        self.called.add(label.partition(":")[0])


@pytest.fixture
def calls(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Every method that records something, called once or more."""
    calls = Calls(machine, monkeypatch)
    make = calls.make
    monkeypatch.chdir(machine.folder("work"))
    make("create_profile", lambda repo: repo.create_profile("team"))
    make("create_profile:url", lambda repo: repo.create_profile("far", store_type="local", url="file:///BASE/far"))
    make("create_profile:activate", lambda repo: repo.create_profile("tried", activate=True))
    make("activate_profile", lambda repo: repo.activate_profile("team"))
    make("activate_profile:machine", lambda repo: repo.activate_profile("default", machine_wide=True))
    make("rename_profile", lambda repo: repo.rename_profile("team", "crew"))
    make("copy_profile", lambda repo: repo.copy_profile("default", "copied"))
    with pytest.raises(NotAllowedError):  # it is a local one; the text is made before that is seen
        make("update_profile", lambda repo: repo.update_profile("crew", url="postgresql://db/team"))
    make("delete_profile", lambda repo: repo.delete_profile("crew"))
    make("initialize", lambda repo: repo.initialize(machine.folder("project")))
    store = LocalArtifactStore(name="files", path="/data")
    make("register_stack_component", lambda repo: repo.register_stack_component(store))
    parameters = {"path": "s3://bucket", "key": "id", "secret": "s3cret", "client_kwargs": {"a": [1, None]}}
    secret = frozenset({"key", "token"})
    make(
        "register_component",
        lambda repo: repo.register_component("artifact_store", "bucket", "s3", parameters, secret),
    )
    make(
        "update_component",
        lambda repo: repo.update_component("artifact_store", "bucket", {"path": "s3://other"}, ["key"], secret),
    )
    other = LocalArtifactStore(name="files", path="/other")
    make("update_stack_component", lambda repo: repo.update_stack_component("files", "artifact_store", other))
    make("rename_component", lambda repo: repo.rename_component("artifact_store", "files", "disk"))
    make("copy_stack_component", lambda repo: repo.copy_stack_component("artifact_store", "disk", "disk2"))
    make(
        "copy_stack_component:profile",
        lambda repo: repo.copy_stack_component("artifact_store", "disk", "disk3", to_profile="far"),
    )
    make("deregister_stack_component", lambda repo: repo.deregister_stack_component("artifact_store", "disk2"))
    parts = {"orchestrator": "default", "artifact_store": "disk", "metadata_store": "default"}
    make("combine_stack", lambda repo: repo.combine_stack("dev", parts))
    make("combine_stack:activate", lambda repo: repo.combine_stack("prod", parts, activate=True))
    make(
        "update_stack", lambda repo: repo.update_stack("dev", {"artifact_store": "bucket"}, ["metadata_store"][:0])
    )
    made = machine.repository().get_stack("dev")
    built = Stack(
        name="built",
        orchestrator=LocalOrchestrator(name="built"),
        metadata_store=made.metadata_store,
        artifact_store=made.artifact_store,
    )
    make("register_stack", lambda repo: repo.register_stack(built))
    make("update_stack:object", lambda repo: repo.update_stack("dev", built_as("dev", built)))
    make("rename_stack", lambda repo: repo.rename_stack("dev", "lab"))
    make("copy_stack", lambda repo: repo.copy_stack("lab", "lab2"))
    make(
        "copy_stack:profile",
        lambda repo: repo.copy_stack("lab", "lab3", to_profile="far", renames={"orchestrator/built": "b"}),
    )
    make("activate_stack", lambda repo: repo.activate_stack("lab"))
    make("activate_stack:machine", lambda repo: repo.activate_stack("default", machine_wide=True))
    make("deregister_stack", lambda repo: repo.deregister_stack("lab2"))
    make("put_label", lambda repo: repo.put_label("v1"))
    make("delete_label", lambda repo: repo.delete_label("v1"))
    make("apply", lambda repo: repo.apply(DOCUMENT))
    with pytest.raises(
        ActiveError
    ):  # the active stack is not in the document; the text is made before that is seen
        make("apply:prune", lambda repo: repo.apply(DOCUMENT, prune=True, to="default"))
    make(
        "import_stack",
        lambda repo: repo.import_stack(IMPORTED, "imported", renames={"metadata_store/default": "m2"}),
    )
    changed = DOCUMENT.replace(stacks=[DOCUMENT.stacks[0].replace(name="planned")])
    with being("ann"):
        plan = machine.repository().plan(changed)
    make("apply_plan", lambda repo: repo.apply_plan(plan))
    make("require_approvals", lambda repo: repo.require_approvals(2, stack="lab"))
    lifting = machine.repository().for_plan()
    lifting.lift_approvals(stack="lab")
    with being("carl"):
        lift = lifting.planned()
    with being("ann"):
        make("approve", lambda repo: repo.approve(lift))
    with being("bob"):
        assert machine.repository().approve(lift) is not None
    machine.repository().apply_plan(lift)
    make("lift_approvals", lambda repo: repo.lift_approvals(stack="lab"))
    file = machine.folder("work") / "profile.yaml"
    file.write_text("profile: read\ncomponents: []\nstacks: []\n", encoding="utf-8")
    make("import_profiles", lambda repo: repo.import_profiles(file))
    make("import_profiles:name", lambda repo: repo.import_profiles(file, "named"))
    (machine.folder("work") / "own.py").write_text(FLAVOR, encoding="utf-8")
    monkeypatch.syspath_prepend(machine.folder("work"))
    make("register_flavor", lambda repo: repo.register_flavor("orchestrator", "own.Own"))
    make("delete_flavor", lambda repo: repo.delete_flavor("orchestrator", "own"))
    make("provision", lambda repo: repo.provision({"artifact_store": "default"}))
    make("undo", lambda repo: repo.undo())
    make("redo", lambda repo: repo.redo())
    make("undo:more", lambda repo: repo.undo(count=2, cascade=True))
    make("redo:more", lambda repo: repo.redo(count=1, cascade=True, any_actor=False))
    make("restore", lambda repo: repo.restore("0"))
    make("export_record", lambda repo: repo.export_record(io.BytesIO(), "jsonl", everything=True))
    make("create_service_token", lambda repo: repo.create_service_token("ci", "writer", secrets=False))
    make("revoke_service_token", lambda repo: repo.revoke_service_token("ci"))
    make("restore:only", lambda repo: repo.restore("now", only=["stack:default"], everything=False))
    return calls


def built_as(name: str, stack: Stack) -> Stack:
    """Returns a stack of the same components under another name."""
    return Stack(
        name=name,
        orchestrator=stack.orchestrator,
        metadata_store=stack.metadata_store,
        artifact_store=stack.artifact_store,
    )


def test_every_call_is_remembered_as_it_always_was(calls: Calls) -> None:
    assert calls.texts == PINNED


def test_no_call_is_missing(calls: Calls) -> None:
    methods = inspect.getmembers(Repository, inspect.isfunction)
    source = {name: inspect.getsource(inspect.unwrap(method)) for name, method in methods if name[0] != "_"}
    recording = {name for name, text in source.items() if "self._recorded(" in text}
    assert len(recording) > 25
    assert recording | THROUGH_OTHERS == calls.called, (
        "make a call of it after all others, with its line in calls.json"
    )
