from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document, mysql
from tests.support.canaries import leaks
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import BusyError, InvalidValueError, NotFoundError
from zenml.repository.plans import Plan, read_plan

CANARY = "canary-4711"


def planned(machine: Machine, document: ProfileDocument, *, prune: bool = False) -> Plan:
    """Returns a plan as it comes back from its file."""
    file = machine.base / "plan.json"
    file.write_text(machine.repository().plan(document, prune=prune).model_dump_json())
    return read_plan(str(file))


def test_a_plan_does_what_it_says(used: Machine) -> None:
    plan = planned(used, document([docker(), mysql(password=CANARY)], {"dev": {"orchestrator": "docker"}}))
    assert [(it.thing, it.field, it.new) for it in plan.listed() if it.thing == "stack 'dev'"] == [
        ("stack 'dev'", "name", "dev"),
        ("stack 'dev'", "artifact_store", "default"),
        ("stack 'dev'", "metadata_store", "default"),
        ("stack 'dev'", "orchestrator", "docker"),
    ]
    assert list(used.repository().stack_configurations) == ["default"]
    assert used.repository().apply_plan(plan) is not None
    assert list(used.repository().stack_configurations) == ["default", "dev"]
    assert used.repository().get_stack_component("metadata_store", "db").parameters["password"] == CANARY


def test_no_secret_is_in_it(used: Machine) -> None:
    planned(used, document([mysql(password=CANARY)]))
    assert leaks(CANARY, {"plan": (used.base / "plan.json").read_bytes()}) == []


def test_it_is_refused_when_what_it_touches_has_moved(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker(), mysql()], {"dev": {"orchestrator": "docker"}}))
    plan = planned(used, document([docker(image="new")]))
    here.update_component("orchestrator", "docker", {"docker_parent_image": "other"})
    with pytest.raises(BusyError, match="set docker_parent_image of orchestrator 'docker'"):
        here.apply_plan(plan)
    assert here.get_stack_component("orchestrator", "docker").parameters == {"docker_parent_image": "other"}


def test_what_it_does_not_touch_may_move(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker(), mysql()], {"dev": {"orchestrator": "docker"}}))
    plan = planned(used, document([docker(image="new")]))
    here.update_component("metadata_store", "db", {"port": 3307})
    here.rename_stack("dev", "prod")
    assert here.apply_plan(plan) is not None


def test_a_name_that_was_taken_meanwhile_is_in_its_way(used: Machine) -> None:
    here = used.repository()
    plan = planned(used, document([docker()]))
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "mine"})
    with pytest.raises(BusyError, match="would do something else"):
        here.apply_plan(plan)
    assert here.get_stack_component("orchestrator", "docker").parameters == {"docker_parent_image": "mine"}


def test_more_to_prune_is_something_else(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker()]))
    wanted = document([*map(_default, ("artifact_store", "metadata_store", "orchestrator"))], {"default": {}})
    plan = planned(used, wanted, prune=True)
    here.register_component("orchestrator", "more", "local", {})
    with pytest.raises(BusyError):
        here.apply_plan(plan)
    assert [it.name for it in here.list_components("orchestrator")] == ["default", "docker", "more"]


def _default(kind: str) -> dict[str, str]:
    return {"type": kind, "name": "default", "flavor": "sqlite" if kind == "metadata_store" else "local"}


def test_done_twice_it_has_moved_by_itself(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    assert used.repository().apply_plan(plan) is not None
    with pytest.raises(BusyError):
        used.repository().apply_plan(plan)


def test_a_plan_of_another_version_is_refused(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    file = used.base / "plan.json"
    file.write_text(plan.model_dump_json().replace('"zenml_plan":1', '"zenml_plan":2'))
    with pytest.raises(InvalidValueError, match="holds no plan"):
        read_plan(str(file))


def test_nothing_to_do_is_a_plan_too(used: Machine) -> None:
    plan = planned(used, document())
    assert plan.listed() == []
    assert used.repository().apply_plan(plan) is None


def test_another_profile_is_not_meant(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    used.repository().create_profile("other")
    used.repository().activate_profile("other")
    with pytest.raises(InvalidValueError, match="The plan is for profile 'default'"):
        used.repository().apply_plan(plan)


@pytest.mark.parametrize("text", ["", "{}", "[", '{"zenml_plan": 1}', "components: []"])
def test_what_is_no_plan_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(InvalidValueError, match="holds no plan"):
        read_plan(str(file))
    with pytest.raises(NotFoundError):
        read_plan(str(tmp_path / "nowhere.json"))
