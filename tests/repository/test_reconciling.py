"""`repository.apply`: the profile becomes what a document says, with one change, and with none the second time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ledger.machines import Machine
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import (
    ActiveError,
    FlavorNotFoundError,
    InUseError,
    InvalidValueError,
    StackComponentNotFoundError,
    UnknownSecretError,
)
from zenml.flavors.build import ComponentParametersError
from zenml.repository import Repository
from zenml.snapshot.profile_documents import document as contents

DEFAULTS = {"artifact_store": "default", "metadata_store": "default", "orchestrator": "default"}


def document(
    components: list[dict[str, Any]] | None = None, stacks: dict[str, dict[str, str]] | None = None, **more: Any
) -> ProfileDocument:
    found = [{"name": name, "components": {**DEFAULTS, **held}} for name, held in (stacks or {}).items()]
    return ProfileDocument.from_fields({"components": components or [], "stacks": found, **more})


def docker(name: str = "docker", image: str | None = "python:3.11", **more: Any) -> dict[str, Any]:
    parameters = {"docker_parent_image": image} if image else {}
    return {"type": "orchestrator", "name": name, "flavor": "local_docker", "parameters": parameters, **more}


def mysql(**parameters: Any) -> dict[str, Any]:
    given = {"host": "h", "database": "d", **parameters}
    return {"type": "metadata_store", "name": "db", "flavor": "mysql", "parameters": given}


def whole(repository: Repository) -> ProfileDocument:
    """Returns the active profile as a document, as a file would have it."""
    return repository.ask(
        lambda now: ProfileDocument.from_fields(contents(now.connection, now.active.profile))  # type: ignore[arg-type]
    )


def ids(repository: Repository) -> dict[str, str]:
    return {it.name: it.component_id for it in repository.list_components("orchestrator")}


def test_what_is_new_is_registered_and_what_differs_is_set(used: Machine) -> None:
    here = used.repository()
    assert here.apply(document([docker()], {"dev": {"orchestrator": "docker"}})) is not None
    before = ids(here)
    change = here.apply(document([docker(image="python:3.12")], {"dev": {}}))
    assert change is not None
    assert change.summary == "set docker_parent_image of orchestrator 'docker', set orchestrator of stack 'dev'"
    assert ids(here) == before
    assert here.get_stack_component("orchestrator", "docker").parameters == {"docker_parent_image": "python:3.12"}
    here.apply(document([docker(image=None)]))
    assert here.get_stack_component("orchestrator", "docker").parameters == {}
    here.undo()
    here.undo()
    assert here.stack_configurations["dev"]["orchestrator"] == "docker"


def test_the_second_time_nothing_is_to_be_done(used: Machine) -> None:
    here = used.repository()
    wanted = document([docker(), mysql(port="3307", password="geheim")], {"dev": {"metadata_store": "db"}})
    assert here.apply(wanted) is not None
    before = used.tables()
    assert here.apply(wanted) is None
    assert here.apply(whole(here), prune=True) is None
    assert used.tables() == before


def test_what_a_flavor_checks_is_checked_and_nothing_is_half_done(used: Machine) -> None:
    here = used.repository()
    for wanted, error in (
        (document([docker(), mysql(port=0)]), ComponentParametersError),
        (document([docker(), {"type": "alerter", "name": "a", "flavor": "nope"}]), FlavorNotFoundError),
        (document([docker()], {"dev": {"orchestrator": "nope"}}), StackComponentNotFoundError),
        (document([docker(), mysql(password="***")]), UnknownSecretError),
        (document([docker("a/b")]), InvalidValueError),
    ):
        with pytest.raises(error):
            here.apply(wanted)
        assert list(ids(here)) == ["default"]


def test_only_pruning_takes_away_what_the_files_do_not_name(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker(), mysql()], {"dev": {"orchestrator": "docker"}, "prod": {}}))
    assert here.apply(document([docker()])) is None
    kept = whole(here)
    kept = kept.replace(
        components=[it for it in kept.components if it.name != "db"],
        stacks=[it for it in kept.stacks if it.name != "prod"],
    )
    assert here.apply(kept, prune=True) is not None
    assert list(here.stack_configurations) == ["default", "dev"]
    assert [it.name for it in here.list_components("metadata_store")] == ["default"]


def test_what_is_active_is_not_pruned(used: Machine) -> None:
    here = used.repository()
    with pytest.raises(ActiveError):
        here.apply(document(), prune=True)
    assert list(here.stack_configurations) == ["default"]


def test_an_id_tells_a_new_name_from_a_new_thing(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker("a"), docker("b", "other")], {"s": {"orchestrator": "a"}}))
    before = ids(here)
    swapped = [docker("b", id=before["a"]), docker("a", "other", id=before["b"])]
    stack = next(it for it in here.list_stacks() if it.name == "s")
    stacks = [{"name": "t", "id": stack.stack_id, "components": {**DEFAULTS, "orchestrator": "b"}}]
    change = here.apply(ProfileDocument.from_fields({"components": swapped, "stacks": stacks}))
    assert change is not None
    assert ids(here) == {"default": before["default"], "a": before["b"], "b": before["a"]}
    assert [(it.name, it.stack_id) for it in here.list_stacks()][1] == ("t", stack.stack_id)
    assert here.stack_configurations["t"]["orchestrator"] == "b"


def test_another_flavor_is_another_component_in_its_place(used: Machine) -> None:
    here = used.repository()
    here.apply(document([docker()], {"s": {"orchestrator": "docker"}, "t": {"orchestrator": "docker"}}))
    before = ids(here)["docker"]
    plain = {"type": "orchestrator", "name": "docker", "flavor": "local"}
    here.apply(ProfileDocument.from_fields({"components": [plain]}))
    assert ids(here)["docker"] != before
    assert list(ids(here)) == ["default", "docker"]
    assert here.describe_component("orchestrator", "docker").flavor == "local"
    assert {here.stack_configurations[name]["orchestrator"] for name in ("s", "t")} == {"docker"}
    here.undo()
    assert ids(here)["docker"] == before


def test_stars_stand_for_the_secret_that_is_there(used: Machine) -> None:
    here = used.repository()
    here.apply(document([mysql(password="geheim")]))
    starred = next(it for it in whole(here).components if it.name == "db")
    assert starred.parameters["password"] == "***"
    assert here.apply(document([mysql(password="***", port=3307)])) is not None
    store = here.get_stack_component("metadata_store", "db")
    assert (store.parameters["password"], store.parameters["port"]) == ("geheim", 3307)
    used.repository().create_profile("other")
    used.repository().activate_profile("other")
    moved = starred.replace(name="moved")  # known by its id, in whatever profile it is
    used.repository().apply(ProfileDocument(components=[moved]))
    assert used.repository().get_stack_component("metadata_store", "moved").parameters["password"] == "geheim"


def test_a_password_in_a_url_stays_too(used: Machine) -> None:
    here = used.repository()
    tracker = {"type": "experiment_tracker", "name": "t", "flavor": "mlflow"}
    here.apply(document([{**tracker, "parameters": {"tracking_uri": "mysql://me:geheim@h/db"}}]))
    shown = next(it for it in whole(here).components if it.name == "t").parameters["tracking_uri"]
    assert shown == "mysql://me:***@h/db"
    assert here.apply(document([{**tracker, "parameters": {"tracking_uri": shown}}])) is None
    stored = here.get_stack_component("experiment_tracker", "t").parameters["tracking_uri"]
    assert stored == "mysql://me:geheim@h/db"


def test_what_was_encrypted_by_hand_stays_encrypted(used: Machine) -> None:
    here = used.repository()
    image = {"docker_parent_image": "geheim"}
    here.register_component("orchestrator", "docker", "local_docker", image, frozenset(image))
    here.apply(document([docker(image="geheim2")]))
    assert here.describe_component("orchestrator", "docker").parameters == {"docker_parent_image": "***"}


def test_flavors_of_ones_own_come_first(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    monkeypatch.syspath_prepend(used.base)
    (used.base / "own_flavors.py").write_text(
        "from zenml.orchestrators import BaseOrchestrator\n"
        "class Own(BaseOrchestrator):\n    FLAVOR = 'own'\n    size: int = 1\n"
    )
    flavors = [{"type": "orchestrator", "name": "own", "source": "own_flavors.Own"}]
    own = {"type": "orchestrator", "name": "mine", "flavor": "own", "parameters": {"size": "3"}}
    here.apply(document([own], {"dev": {"orchestrator": "mine"}}, flavors=flavors))
    assert here.get_stack_component("orchestrator", "mine").parameters == {"size": 3}
    assert here.apply(whole(here), prune=True) is None
    with pytest.raises(InUseError, match=r"is the class own_flavors\.Own here"):
        here.apply(document(flavors=[{**flavors[0], "source": "other.Own"}]))
    kept = whole(here)
    fewer = {
        "flavors": [],
        "components": [it for it in kept.components if it.name != "mine"],
        "stacks": [it for it in kept.stacks if it.name != "dev"],
    }
    here.apply(kept.replace(**fewer), prune=True)
    assert [it.name for it in here.list_flavors("orchestrator") if it.custom] == []


def test_a_flavor_that_is_not_here_is_no_reason_to_stop(used: Machine) -> None:
    said: list[str] = []
    here = Repository(notify=said.append)
    flavors = [{"type": "orchestrator", "name": "own", "source": "not_here.Own"}]
    own = {"type": "orchestrator", "name": "mine", "flavor": "own", "parameters": {"size": 3}}
    here.apply(document([own], flavors=flavors))
    assert here.describe_component("orchestrator", "mine").parameters == {"size": 3}
    assert any("not_here.Own" in it and "were not checked" in it for it in said)


def test_a_dry_run_says_what_would_be_and_writes_nothing(used: Machine) -> None:
    before = used.tables()
    rehearsal = Repository(notify=lambda sentence: None, dry_run=True)
    change = rehearsal.apply(document([docker()], {"dev": {"orchestrator": "docker"}}))
    assert change is not None
    assert change.summary == "register orchestrator 'docker', register stack 'dev'"
    assert used.tables() == before


def test_a_place_of_another_machine_is_ones_own_here(used: Machine) -> None:
    here = used.repository()
    theirs = whole(here).to_fields()
    for it in (*theirs["components"], *theirs["stacks"]):
        it["id"] = None
        for name, value in it.get("parameters", {}).items():
            if isinstance(value, str):
                it["parameters"][name] = value.replace(str(used.config), "/home/ann/.config/zenml")
    assert "/home/ann" in str(theirs)
    assert here.apply(ProfileDocument.from_fields(theirs)) is None


def test_a_folder_that_cannot_be_made_is_said_and_no_reason_to_stop(used: Machine) -> None:
    (used.base / "file").write_text("")
    said: list[str] = []
    store = {
        "type": "artifact_store",
        "name": "data",
        "flavor": "local",
        "parameters": {"path": f"{used.base}/file/x"},
    }
    assert Repository(notify=said.append).apply(document([store])) is not None
    assert any(f"{used.base}/file/x" in it and "cannot be created" in it for it in said)
    said.clear()
    assert Repository(notify=said.append).apply(document([store])) is None
    assert said == []
