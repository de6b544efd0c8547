"""The files of plans: whole texts, for a profile that has everything a document may change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ledger.histories import PARTS, SECRET
from tests.ledger.machines import Machine
from tests.pins.pinned import check
from tests.pins.plainly import Plainly, same_people
from zenml.documents.profile import ProfileDocument
from zenml.repository import Repository

FLAVOR = """
from zenml.orchestrators import BaseOrchestrator

class Own(BaseOrchestrator):
    \"\"\"Runs steps somewhere.\"\"\"

    FLAVOR = "own"
"""
MYSQL = {"host": "h", "database": "d", "username": "u", "password": SECRET}


def part(kind: str, name: str, flavor: str, **parameters: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "flavor": flavor, "parameters": parameters}


def stack(name: str, **parts: str) -> dict[str, Any]:
    return {"name": name, "components": {**PARTS, "metadata_store": "default", **parts}}


DEFAULTS = [
    part("orchestrator", "default", "local"),
    part("artifact_store", "default", "local"),
    part("metadata_store", "default", "sqlite"),
]
DOCUMENTS: dict[str, dict[str, Any]] = {
    "nothing changes": {},
    "a component comes": {"components": [part("artifact_store", "größe 数据", "s3", path="s3://b", key="k")]},
    "a component with a secret comes": {"components": [part("metadata_store", "new", "mysql", **MYSQL)]},
    "a component of a custom flavor comes": {
        "flavors": [{"type": "orchestrator", "name": "own", "source": "own.Own"}],
        "components": [part("orchestrator", "mine", "own")],
    },
    "parameters are set and unset": {
        "components": [
            part("orchestrator", "docker", "local_docker", docker_parent_image="2"),
            part("metadata_store", "db", "mysql", **{**MYSQL, "password": "other"}, port=3307),
            part("artifact_store", "bucket", "s3", path="s3://one", key=None),
        ]
    },
    "a URL has a password": {
        "components": [part("container_registry", "r", "default", uri="https://u:other@r.example")]
    },
    "a stack comes": {"stacks": [stack("dev", orchestrator="docker", container_registry="r")]},
    "a stack has other components": {"stacks": [stack("prod", orchestrator="default", artifact_store="bucket")]},
    "a component and its stack come": {
        "components": [part("orchestrator", "new", "local_docker")],
        "stacks": [stack("new", orchestrator="new")],
    },
    "the rest goes": {"components": DEFAULTS, "stacks": [stack("default")]},
}


def lived(here: Repository) -> None:
    """Gives a profile something that documents can change."""
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "1"})
    here.register_component("metadata_store", "db", "mysql", MYSQL)
    here.register_component("artifact_store", "bucket", "s3", {"path": "s3://one", "key": "k"})
    here.register_component("container_registry", "r", "default", {"uri": "https://u:pass@r.example"})
    here.combine_stack("prod", {**PARTS, "orchestrator": "docker", "container_registry": "r"})


def test_the_files_of_plans(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    same_people(monkeypatch)
    monkeypatch.chdir(machine.folder("work"))
    Path("own.py").write_text(FLAVOR, encoding="utf-8")
    monkeypatch.syspath_prepend(machine.folder("work"))
    here = machine.repository()
    lived(here)
    plainly, found = Plainly(machine), {}
    for said, content in DOCUMENTS.items():
        for prune in (False, True) if said == "the rest goes" else (False,):
            plan = here.plan(ProfileDocument.from_fields(content), prune=prune, to="default" if prune else None)
            lines = plan.model_dump_json(indent=2).splitlines()  # as the command writes it
            found[f"{said}, pruned" if prune else said] = [plainly(line) for line in lines]
    check("plans", found, depth=2)
