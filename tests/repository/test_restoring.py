"""Going back to any point, with the smallest change, under the rules of every command."""

from __future__ import annotations

import pytest

from tests.ledger.histories import PARTS, SECRET, Wanderer
from tests.ledger.machines import Machine
from tests.support.hints import hint_of
from zenml.domain.errors import (
    ActiveError,
    InUseError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    ProfileNotFoundError,
)
from zenml.repository import Repository
from zenml.snapshot.profile_documents import document as contents
from zenml.snapshot.snapshot import Snapshot


def state(here: Repository, profile: str = "default") -> object:
    """Returns what a profile has by now, ids included, and its active stack."""

    def read(now: Snapshot) -> object:
        from zenml.projections import machine

        rows = {row.name: row for row in machine.profiles(now.connection, now.machine_id)}
        row = rows[profile]
        return contents(now.connection, row), machine.active_stacks(now.connection, now.machine_id)[row.profile_id]

    return here.ask(read)


@pytest.mark.parametrize("seed", range(2))
def test_every_point_can_be_gone_back_to_and_undone(machine: Machine, seed: int) -> None:
    walker = Wanderer(machine, seed=seed)
    here, states = walker.here, {}
    for steps in range(1, 26):
        walker.walk(steps)
        if here.active_profile_name == "default":
            states[here.history(everything=True, limit=1)[0].letters] = state(here)
    here.activate_profile("default", machine_wide=True)
    before = state(here)
    for letters, expected in states.items():
        change = here.restore(letters)
        assert state(here) == expected
        assert here.diff(letters).differences == []
        assert here.restore(letters) is None
        if change is not None:
            assert change.kind == "restore"
            here.undo()
            assert state(here) == before
    assert here.verify().ok


def test_no_more_is_changed_than_is_different(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "o", "local_docker", {"docker_parent_image": "1"})
    point = here.history(limit=1)[0].letters
    for image in "234":
        here.update_component("orchestrator", "o", {"docker_parent_image": image})
    here.rename_component("orchestrator", "o", "p")
    change = here.restore(point)
    assert change is not None
    assert [event.TOPIC for event in change.events] == ["zenml:ComponentRenamed", "zenml:ParameterSet"]


def test_names_that_changed_places_and_things_that_were_replaced(used: Machine) -> None:
    here = used.repository()
    for name in ("a", "b"):
        here.register_component("orchestrator", name, "local", {})
        here.combine_stack(name, {**PARTS, "orchestrator": name})
    before, point = state(here), here.history(limit=1)[0].letters
    with here.change():
        for rename in (lambda *names: here.rename_component("orchestrator", *names), here.rename_stack):
            for names in (("a", "x"), ("b", "a"), ("x", "b")):
                rename(*names)
    here.deregister_stack("a")
    here.deregister_stack_component("orchestrator", "a")
    here.register_component("orchestrator", "a", "local", {})
    here.combine_stack("a", {**PARTS, "orchestrator": "a"}, activate=True)
    here.restore(point)
    assert state(here) == before


def test_a_secret_comes_back(used: Machine) -> None:
    here = used.repository()
    given = {"host": "h", "database": "d", "username": "u", "password": SECRET}
    here.register_component("metadata_store", "m", "mysql", given)
    point = here.history(limit=1)[0].letters
    here.deregister_stack_component("metadata_store", "m")
    here.restore(point)
    assert here.get_stack_component("metadata_store", "m").parameters["password"] == SECRET


def test_some_things_alone(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/one"})
    here.combine_stack("prod", {**PARTS, "artifact_store": "s"})
    here.combine_stack("dev", PARTS)
    point = here.history(limit=1)[0].letters
    here.update_component("artifact_store", "s", {"path": "/two"})
    here.update_stack("prod", {"artifact_store": "default"})
    here.rename_stack("dev", "test")
    here.restore(point, only=["artifact-store/s"])
    assert here.describe_component("artifact_store", "s").parameters == {"path": "/one"}
    assert here.describe_stack("prod").components["artifact_store"] == "default"
    here.undo()
    here.restore(point, only=["stack:prod"])
    assert here.diff(point, only=["stack:prod"]).differences == []
    assert here.describe_stack("test")
    here.restore(point, only=["stack:test"])  # by the name of now
    assert [it.name for it in here.list_stacks()] == ["default", "dev", "prod"]
    with pytest.raises(InvalidValueError, match="did not exist then"):
        here.restore(point, only=["stack:nope"])
    with pytest.raises(InvalidValueError, match="everything"):
        here.restore(point, only=["stack:prod"], everything=True)


def test_what_is_in_use_is_protected(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "o", "local", {})
    here.combine_stack("s", PARTS)
    point = here.history(limit=1)[0].letters
    here.deregister_stack("s")
    here.deregister_stack_component("orchestrator", "o")
    here.register_component("orchestrator", "o", "local", {})  # of the same names, and others
    here.combine_stack("s", {**PARTS, "orchestrator": "o"}, activate=True)
    with pytest.raises(ActiveError):
        here.restore(point, only=["stack:s"])
    with pytest.raises(InUseError):
        here.restore(point, only=["orchestrator/o"])
    assert here.active_stack_name == "s"


def test_a_profile_that_did_not_exist(used: Machine) -> None:
    here = used.repository()
    point = here.history(limit=1)[0].letters
    here.create_profile("team")
    here.activate_profile("team")
    with pytest.raises(ProfileNotFoundError, match="'team' did not exist"):
        here.restore(point)
    assert here.active_profile_name == "team"


def test_everything(used: Machine) -> None:
    here = used.repository()
    here.create_profile("old")
    here.combine_stack("s", PARTS, activate=True)
    before, point = state(here), here.history(limit=1)[0].letters
    profiles = here.profiles
    here.delete_profile("old")
    here.create_profile("new")
    here.activate_profile("new")
    here.combine_stack("t", PARTS, activate=True)
    here.activate_profile("default")
    here.activate_stack("default")
    here.activate_profile("new")
    now = here.profiles
    change = here.restore(point, everything=True)
    assert change is not None
    assert (state(here), here.profiles) == (before, profiles)
    assert here.active_profile_name == "default"
    here.undo()
    assert here.profiles == now
    assert [it.name for it in here.list_stacks()] == ["default", "t"]


def test_the_choice_of_the_repository_one_is_in(used: Machine) -> None:
    root = used.folder("project")
    used.repository().combine_stack("prod", PARTS)
    used.repository().initialize(root)
    here = used.repository(root)
    here.activate_stack("prod")
    point = here.history(limit=1)[0].letters
    here.activate_stack("default")
    here.deregister_stack("prod")
    here.restore(point)
    assert here.active_stack_name == "prod"
    assert "prod" in (root / ".zen" / "config.yaml").read_text()
    assert here.diff(point).differences == []


@pytest.mark.parametrize("everything", [False, True])
def test_the_choice_of_a_repository_whose_stack_is_gone(used: Machine, *, everything: bool) -> None:
    root = used.folder("project")
    used.repository().initialize(root)
    here = used.repository(root)
    point = here.history(limit=1)[0].letters
    here.combine_stack("prod", PARTS, activate=True)
    used.repository().deregister_stack("prod")  # from elsewhere
    assert here.restore(point, everything=everything) is not None
    assert here.active_stack_name == "default"
    assert here.restore(point, everything=everything) is None


def test_a_profile_is_chosen_again_where_the_stack_chosen_since_is_gone(used: Machine) -> None:
    root = used.folder("project")
    used.repository().create_profile("other")
    used.repository().initialize(root)
    here = used.repository(root)
    point = here.history(limit=1)[0].letters
    here.activate_profile("other")
    here.combine_stack("prod", PARTS, activate=True)
    here.activate_stack("prod")
    outside = used.repository()
    outside.activate_profile("other")
    outside.deregister_stack("prod")
    assert here.restore(point, everything=True) is not None
    assert (here.active_profile_name, here.active_stack_name) == ("default", "default")


def test_nothing_is_done_by_a_rehearsal_or_half(used: Machine) -> None:
    here = used.repository()
    point = here.history(limit=1)[0].letters
    here.combine_stack("s", PARTS)
    tables = used.tables()
    rehearsed = Repository(notify=lambda sentence: None, dry_run=True).restore(point)
    assert rehearsed is not None
    assert [event.TOPIC for event in rehearsed.events] == ["zenml:StackDeleted"]
    with pytest.raises(LedgerError):
        here.restore("no such point")
    assert used.tables() == tables


def test_a_repository_that_had_not_chosen_yet_has_what_the_machine_had_chosen(used: Machine) -> None:
    outside, root = used.repository(), used.folder("project")
    outside.combine_stack("prod", PARTS, activate=True)
    point = outside.history(limit=1)[0].letters
    outside.activate_stack("default")
    outside.initialize(root)
    here = used.repository(root)
    assert here.at(point).active_stack_name == "prod"
    here.restore(point)
    assert here.active_stack_name == "prod"
    assert here.diff(point).differences == []
    here.undo()
    here.combine_stack("later", PARTS, activate=True)  # which has to go, and is active here
    here.restore(point)
    assert here.active_stack_name == "prod"
    assert here.diff(point).differences == []
    assert here.restore(point) is None


def test_what_was_made_since_is_never_restored_alone(used: Machine) -> None:
    here = used.repository()
    point = here.history(limit=1)[0].letters
    here.register_component("orchestrator", "late", "local", {})
    here.combine_stack("new", {**PARTS, "orchestrator": "late"})
    before = used.tables()
    for thing, command in (
        ("stack:new", "zenml stack delete new"),
        ("orchestrator/late", "zenml orchestrator del"),
    ):
        with pytest.raises(NotAllowedError, match=f"{thing} did not exist at .*would delete it") as refused:
            here.restore(point, only=[thing])
        assert command in hint_of(refused.value)
    assert used.tables() == before


def test_zero_is_a_profile_s_beginning(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("s", PARTS)
    here.create_profile("other")
    here.activate_profile("other")
    here.combine_stack("t", PARTS)
    here.restore("0")
    assert here.active_profile_name == "other"
    assert [stack.name for stack in here.list_stacks()] == ["default"]
    here.undo()
    assert [stack.name for stack in here.list_stacks()] == ["default", "t"]
