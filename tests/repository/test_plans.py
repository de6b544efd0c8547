from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document, mysql
from tests.support.canaries import leaks
from tests.support.hints import hint_of
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import BusyError, InvalidValueError, NotAllowedError, NotFoundError
from zenml.reconcile.plans.plan import Plan, read_plan
from zenml.repository import Repository

CANARY = "canary-4711"


def planned(machine: Machine, document: ProfileDocument, *, prune: bool = False) -> Plan:
    """Returns a plan as it comes back from its file."""
    file = machine.base / "plan.json"
    file.write_text(machine.repository().plan(document, prune=prune).model_dump_json())
    return read_plan(str(file))


def test_a_plan_does_what_it_says(used: Machine) -> None:
    plan = planned(used, document([docker(), mysql(password=CANARY)], {"dev": {"orchestrator": "docker"}}))
    assert [
        (it.thing, it.field, it.new) for it in used.repository().plan_differences(plan) if it.thing == "stack/dev"
    ] == [
        ("stack/dev", "name", "dev"),
        ("stack/dev", "artifact_store", "default"),
        ("stack/dev", "metadata_store", "default"),
        ("stack/dev", "orchestrator", "docker"),
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


def test_what_came_meanwhile_is_not_pruned(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker()]))
    wanted = document([*map(_default, ("artifact_store", "metadata_store", "orchestrator"))], {"default": {}})
    plan = planned(used, wanted, prune=True)
    here.register_component("orchestrator", "more", "local", {})
    assert here.apply_plan(plan) is not None
    assert [it.name for it in here.list_components("orchestrator")] == ["default", "more"]


def _default(kind: str) -> dict[str, str]:
    return {"type": kind, "name": "default", "flavor": "sqlite" if kind == "metadata_store" else "local"}


@pytest.mark.parametrize("then", ["left", "undone", "undone and redone", "undone twice"])
def test_it_is_carried_out_once(used: Machine, then: str) -> None:
    here = used.repository()
    plan = planned(used, document([docker()], {"dev": {"orchestrator": "docker"}}))
    change = here.apply_plan(plan)
    assert change is not None
    if then != "left":
        here.undo()
    if then == "undone and redone":
        here.redo()
    if then == "undone twice":
        here.combine_stack("other", {"orchestrator": "default", "artifact_store": "default"})
        here.undo()
    before = used.events()
    for repository in (here, Repository(notify=lambda sentence: None, dry_run=True)):
        with pytest.raises(BusyError, match=f"already carried out, by change {change.letters[:4]}"):
            repository.apply_plan(plan)
    assert used.events() == before


def test_the_change_says_which_plan_it_carries_out(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    change = used.repository().apply_plan(plan)
    assert change is not None
    began = [json.loads(text) for (text,) in used.query("SELECT state FROM stored_events")]
    found = {it["change_id"]: it["correlation_id"] for it in began if "correlation_id" in it}
    assert found.pop(change.change_id) == plan.plan_id
    assert all(change_id == correlated for change_id, correlated in found.items())


def test_what_was_refused_may_be_tried_again(used: Machine) -> None:
    here = used.repository()
    plan = planned(used, document([docker()]))
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "mine"})
    with pytest.raises(BusyError, match="would do something else"):
        here.apply_plan(plan)
    here.deregister_stack_component("orchestrator", "docker")
    assert here.apply_plan(plan) is not None


def test_an_idempotency_key_gives_the_first_result_again(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    keyed = Repository(idempotency_key="job 7", notify=lambda sentence: None)
    first, second = keyed.apply_plan(plan), keyed.apply_plan(plan)
    assert first is not None
    assert second is not None
    assert (second.change_id, second.repeated) == (first.change_id, True)
    with pytest.raises(BusyError):
        used.repository().apply_plan(plan)


def test_two_plans_are_two_changes(used: Machine) -> None:
    here = used.repository()
    one, other = planned(used, document([docker()])), planned(used, document([docker("docker2")]))
    with here.change():
        here.apply_plan(one)
        with pytest.raises(NotAllowedError, match="cannot carry out two plans"):
            here.apply_plan(other)
    assert here.apply_plan(other) is not None
    with pytest.raises(BusyError):
        here.apply_plan(one)


def _changed(text: str, **values: Any) -> str:
    return json.dumps({**json.loads(text), **values})


EDITED: dict[str, Callable[[str], str]] = {
    "what it does": lambda text: _changed(text, events=[]),
    "whose it is": lambda text: _changed(text, author={**json.loads(text)["author"], "kind": "automation"}),
    "what it touches": lambda text: _changed(text, touched={"x": "y"}),
    "since when": lambda text: _changed(text, head_size=10**6),
    "the profile": lambda text: _changed(text, profile="prod"),
    "the kind": lambda text: _changed(text, kind="restore"),
    "the keys": lambda text: _changed(text, keys={"x": "zz"}),
    "the seal": lambda text: _changed(text, seal="é"),
    "no seal": lambda text: _changed(text, seal=""),
}


@pytest.mark.parametrize("what", EDITED)
def test_an_edited_plan_is_refused(used: Machine, what: str) -> None:
    plan = planned(used, document([docker()]))
    (used.base / "plan.json").write_text(EDITED[what](plan.model_dump_json()))
    with pytest.raises(InvalidValueError, match="or was edited since it was made"):
        used.repository().apply_plan(read_plan(str(used.base / "plan.json")))


def test_a_plan_that_is_only_laid_out_otherwise_is_the_same(used: Machine) -> None:
    plan = planned(used, document([docker()]))
    (used.base / "plan.json").write_text(json.dumps(json.loads(plan.model_dump_json()), indent=8, sort_keys=True))
    assert used.repository().apply_plan(read_plan(str(used.base / "plan.json"))) is not None


@pytest.mark.parametrize("fields", [{}, {"stack_id": 1}, {"label": {"s": "00", "v": "{"}}])
@pytest.mark.parametrize(
    "topic", ["zenml:StackRegistered", "zenml:ProfileDeleted", "zenml:ChangeBegan", "os.system"]
)
def test_what_is_no_event_of_a_profile_is_no_plan(used: Machine, topic: str, fields: dict[str, Any]) -> None:
    plan = planned(used, document([docker()]))
    file = used.base / "plan.json"
    file.write_text(_changed(plan.model_dump_json(), events=[{"topic": topic, "fields": fields}]))
    with pytest.raises(InvalidValueError, match="an event in it is not as a ledger has it"):
        read_plan(str(file))


@pytest.mark.parametrize("version", [1, 2, 3, 5])
def test_a_plan_of_another_version_is_refused(used: Machine, version: int) -> None:
    plan = planned(used, document([docker()]))
    file = used.base / "plan.json"
    file.write_text(_changed(plan.model_dump_json(), zenml_plan=version))
    with pytest.raises(InvalidValueError, match=f"has version {version} of the format"):
        read_plan(str(file))


@pytest.mark.parametrize(
    ("values", "said"), [({"extra": 1}, "unknown key 'extra'"), ({"head_size": -1}, "'head_size' is not valid")]
)
def test_what_is_wrong_with_it_is_named(used: Machine, values: dict[str, Any], said: str) -> None:
    file = used.base / "plan.json"
    file.write_text(_changed(planned(used, document([docker()])).model_dump_json(), **values))
    with pytest.raises(InvalidValueError, match=f"is not a plan: {said}"):
        read_plan(str(file))
    file.write_text(file.read_text()[:-100])
    with pytest.raises(InvalidValueError, match="is not a plan: it "):
        read_plan(str(file))


def test_nothing_to_do_is_a_plan_too(used: Machine) -> None:
    plan = planned(used, document())
    assert used.repository().plan_differences(plan) == []
    assert used.repository().apply_plan(plan) is None


def test_another_profile_is_not_meant(used: Machine) -> None:
    here = used.repository()
    plan = planned(used, document([docker()]))
    here.create_profile("other")
    here.activate_profile("other")
    with pytest.raises(
        InvalidValueError, match="for profile 'default', and the active profile is 'other'"
    ) as error:
        here.apply_plan(plan)
    assert '"zenml profile set default"' in hint_of(error.value)


def test_a_profile_of_the_same_name_is_another_one(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    plan = planned(used, document([docker()]))
    here.activate_profile("default")
    here.delete_profile("team")
    with pytest.raises(InvalidValueError, match=r"for a profile 'team' that was deleted\.$"):
        here.apply_plan(plan)
    here.create_profile("team")
    here.activate_profile("team")
    with pytest.raises(InvalidValueError, match=r"was deleted\. The profile 'team' that is active was made later"):
        here.apply_plan(plan)


def test_another_machine_is_not_meant(used: Machine) -> None:
    plan = planned(used, document([docker()])).model_copy(update={"ledger": str(uuid4())})
    with pytest.raises(InvalidValueError, match="for profile 'default' of another machine"):
        used.repository().apply_plan(plan)


@pytest.mark.parametrize("text", ["", "{}", "[", '{"zenml_plan": 4}', "components: []"])
def test_what_is_no_plan_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(InvalidValueError, match="is not a plan"):
        read_plan(str(file))
    with pytest.raises(NotFoundError):
        read_plan(str(tmp_path / "nowhere.json"))
