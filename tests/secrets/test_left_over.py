"""Parameters that another version of a flavor had: kept, sealed by their names, shown, and removable."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from tests.support.hints import worded
from zenml.documents.files import parse, read_yaml
from zenml.documents.stack_exports import read_stack_export
from zenml.domain.errors import NotAllowedError
from zenml.flavors.build import ComponentParametersError
from zenml.repository import Repository
from zenml.snapshot.exports import profile_export, stack_export

CANARY = "kanariOldVogel77q"
OLD: dict[str, Any] = {"host": "h", "port": 3306, "database": "d", "username": "me", "password": CANARY}
SHOWN = {**OLD, "password": "***"}

FILES = {
    "config.yaml": """
        activated_profile: default
        profiles: {default: {name: default, active_stack: default, store_type: local, store_url: ""}}
        version: 0.8.0
    """,
    "profiles/default/stacks.yaml": """
        stack_components:
          artifact_store: {default: local}
          metadata_store: {old: kubeflow}
          orchestrator: {default: local}
        stacks:
          default: {artifact_store: default, metadata_store: old, orchestrator: default}
    """,
    "profiles/default/artifact_stores/default.yaml": """
        {name: default, uuid: b3f5af95-e181-463c-9ada-5236af278ca1, path: /data}
    """,
    "profiles/default/metadata_stores/old.yaml": f"""
        {{name: old, uuid: b3f5af95-e181-463c-9ada-5236af278ca2, host: h, port: 3306,
          database: d, username: me, password: {CANARY}}}
    """,
    "profiles/default/orchestrators/default.yaml": """
        {name: default, uuid: b3f5af95-e181-463c-9ada-5236af278ca3}
    """,
}
"""What ZenML 0.8 left, whose metadata store of Kubeflow was one of MySQL, with a login."""


@pytest.fixture
def said() -> list[str]:
    """What was told while the configuration was brought over."""
    return []


@pytest.fixture
def here(machine: Machine, said: list[str]) -> Repository:
    """The profile that was brought over; ZenML's own files are gone, so that no byte may hold the password."""
    for name, text in FILES.items():
        path = machine.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    assert Repository(notify=said.append).active_stack_name == "default"
    (machine.config / "profiles/default/metadata_stores/old.yaml").unlink()
    return machine.repository()


def old(repository: Repository, name: str = "old") -> dict[str, Any]:
    """Returns the parameters that are shown, without those that are unset."""
    shown = repository.describe_component("metadata_store", name).parameters
    return {key: value for key, value in shown.items() if value is not None}


def in_profile(machine: Machine, name: str) -> Repository:
    repository = machine.repository()
    repository.activate_profile(name, machine_wide=True)
    return machine.repository()


def test_it_is_brought_over_and_named(machine: Machine, here: Repository, said: list[str]) -> None:
    (notice,) = [sentence for sentence in worded(said) if "does not know" in sentence]
    assert notice == (
        "Metadata store 'old' has parameters that its flavor 'kubeflow' does not know: database, password, "
        'username. They are kept; run "zenml metadata-store remove-attribute old --database --password '
        '--username" to remove them.'
    )
    assert old(here) == SHOWN
    assert here.verify().ok
    assert leaks(CANARY, bytes_below(machine.base)) == []


def test_python_has_it_with_its_password_and_does_not_print_it(here: Repository) -> None:
    store = here.active_stack.metadata_store
    assert store is not None
    assert (store.parameters["password"], store.parameters["port"]) == (CANARY, 3306)
    assert store.left_over == {"database", "username", "password"}
    assert CANARY not in f"{store!r} {store}"
    assert store == here.get_stack_component("metadata_store", "old")


def test_what_the_flavor_knows_is_updated_and_the_rest_stays(here: Repository) -> None:
    assert here.update_component("metadata_store", "old", {"host": "h2"}) is not None
    with pytest.raises(ComponentParametersError, match="port: value is not a valid integer"):
        here.update_component("metadata_store", "old", {"port": "http"})
    with pytest.raises(NotAllowedError, match="with property 'passwort'"):
        here.update_component("metadata_store", "old", {"passwort": CANARY})
    assert old(here) == {**SHOWN, "host": "h2"}


def test_a_left_over_secret_gets_another_value_and_stays_one(machine: Machine, here: Repository) -> None:
    here.update_component("metadata_store", "old", {"password": f"{CANARY}2", "database": "d2"})
    assert old(here) == {**SHOWN, "database": "d2"}
    assert here.get_stack_component("metadata_store", "old").parameters["password"] == f"{CANARY}2"
    assert leaks(CANARY, bytes_below(machine.base)) == []


def test_it_is_removed_and_the_removal_undone(here: Repository) -> None:
    here.update_component("metadata_store", "old", {}, ["password", "username", "database"])
    assert old(here) == {"host": "h", "port": 3306}
    with pytest.raises(NotAllowedError, match="cannot remove the attribute 'password'"):
        here.update_component("metadata_store", "old", {}, ["password"])
    here.undo()
    assert old(here) == SHOWN
    assert here.get_stack_component("metadata_store", "old").parameters["password"] == CANARY


def test_it_is_copied_also_to_another_profile(machine: Machine, here: Repository) -> None:
    here.copy_stack_component("metadata_store", "old", "new")
    here.create_profile("other")
    here.copy_stack_component("metadata_store", "old", "there", to_profile="other")
    assert old(here, "new") == SHOWN
    there = in_profile(machine, "other")
    assert old(there, "there") == SHOWN | {"upgrade_migration_enabled": False}
    assert there.get_stack_component("metadata_store", "there").parameters["password"] == CANARY
    assert leaks(CANARY, bytes_below(machine.base)) == []


def test_its_stack_is_copied_to_another_profile(machine: Machine, here: Repository) -> None:
    here.rename_component("artifact_store", "default", "data")
    here.create_profile("other")
    here.copy_stack("default", "theirs", to_profile="other")
    there = in_profile(machine, "other")
    assert old(there) == SHOWN | {"upgrade_migration_enabled": False}
    assert there.get_stack("theirs").components["metadata_store"].parameters["password"] == CANARY


def test_it_is_exported_and_imported_again(machine: Machine, here: Repository) -> None:
    file = machine.base / "all.yaml"
    file.write_text(here.ask(profile_export), encoding="utf-8")
    document = parse(read_yaml(str(file)), str(file))
    assert here.apply(document) is None or old(here) == SHOWN | {"upgrade_migration_enabled": False}
    here.import_profiles(str(file), name="again")
    there = in_profile(machine, "again")
    assert {key: value for key, value in old(there).items() if key in SHOWN} == SHOWN
    assert there.get_stack_component("metadata_store", "old").parameters["password"] == CANARY
    assert leaks(CANARY, bytes_below(machine.base)) == []


def test_a_stack_of_another_version_is_imported_with_it(machine: Machine, used: Machine) -> None:
    file = machine.base / "theirs.yaml"
    store = ", ".join(f"{key}: {value}" for key, value in OLD.items())
    lines = [f"  metadata_store: {{flavor: kubeflow, name: old, {store}}}"]
    lines += [f"  {kind}: {{flavor: local, name: theirs}}" for kind in ("artifact_store", "orchestrator")]
    file.write_text("\n".join(["components:", *lines, "stack_name: theirs", ""]), encoding="utf-8")
    said: list[str] = []
    Repository(notify=said.append).import_stack(read_stack_export(str(file)))
    assert any("does not know: database, password, username" in sentence for sentence in said)
    file.unlink()
    repository = machine.repository()
    assert {key: value for key, value in old(repository).items() if key in SHOWN} == SHOWN
    text = repository.ask(lambda now: stack_export(now, "theirs"))
    assert 'password: "***"' in text
    assert leaks(CANARY, {"export": text.encode(), **bytes_below(machine.base)}) == []


def test_a_class_of_ones_own_that_lost_a_field_keeps_its_value(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = used.folder("project")
    used.repository().initialize(root)
    body = "from zenml.alerters import BaseAlerter\nclass Own(BaseAlerter):\n    FLAVOR = 'own'\n    room: str\n"
    (root / "left_over_alerter.py").write_text(f"{body}    api_token: str\n", encoding="utf-8")
    here = used.repository(root)
    here.register_flavor("alerter", "left_over_alerter.Own")
    here.register_component("alerter", "bell", "own", {"room": "r", "api_token": CANARY})
    monkeypatch.delitem(sys.modules, "left_over_alerter")
    (root / "left_over_alerter.py").write_text(f"{body}    # as of today\n", encoding="utf-8")
    here = used.repository(root)
    bell = here.get_stack_component("alerter", "bell")
    assert bell.left_over == {"api_token"}
    assert bell.parameters == {"room": "r", "api_token": CANARY}
    here.update_component("alerter", "bell", {"room": "r2"})
    assert here.describe_component("alerter", "bell").parameters == {"room": "r2", "api_token": "***"}
    here.update_component("alerter", "bell", {}, ["api_token"])
    assert here.get_stack_component("alerter", "bell").parameters == {"room": "r2"}
    assert leaks(CANARY, bytes_below(used.base)) == []
