"""A machine with two profiles and a repository, and what its tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from zenml.active import Active

PARTS = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}
IN_TEAM = {"ZENML_ACTIVATED_PROFILE": "team"}


@pytest.fixture
def here(used: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """`default` has the stacks default, other and third, the profile `team` has default and inner."""
    repository = used.repository()
    for name in ("other", "third"):
        repository.combine_stack(name, PARTS)
    repository.create_profile("team")
    with monkeypatch.context() as context:
        context.setenv("ZENML_ACTIVATED_PROFILE", "team")
        repository.combine_stack("inner", PARTS)
    return used


@pytest.fixture
def project(here: Machine) -> Path:
    """A repository that chose the stack `other` of the profile `default`."""
    folder = here.folder("project")
    here.repository().initialize(folder)
    here.repository(folder).activate_stack("other")
    return folder


def file_of(folder: Path) -> Path:
    return folder / ".zen" / "config.yaml"


def text(profile: str | None = None, stack: str | None = None) -> str:
    lines = {"active_profile_name": profile, "active_stack_name": stack}
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value)


def write(folder: Path, content: str) -> None:
    file_of(folder).parent.mkdir(exist_ok=True)
    file_of(folder).write_text(content, encoding="utf-8")


def active(machine: Machine, folder: Path | None = None) -> Active:
    return machine.repository(folder).active


def chosen(machine: Machine, folder: Path | None = None) -> tuple[str, str]:
    """Returns the names of the active profile and stack."""
    now = active(machine, folder)
    assert now.profile is not None
    assert now.stack is not None
    return now.profile.name, now.stack.name


def kinds(machine: Machine) -> list[str]:
    return [kind for (kind,) in machine.query("SELECT kind FROM changes ORDER BY number")]
