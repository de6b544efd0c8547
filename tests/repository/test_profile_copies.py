"""A copy of a profile is a new ledger that names the one it was copied from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.repository.owners import PASSWORD, password
from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.program import Home
from tests.support.refusals import refused
from zenml import paths
from zenml.evidence.merkle import Frontier
from zenml.projections import stored_events
from zenml.projections.database import open_still


def first_events(home: Home, name: str) -> list[tuple[str, dict[str, object]]]:
    ledger_id = shared._profile(home, name).profile_ledger_id
    with open_still(paths.ledger_file(str(home.config))) as database:
        rows = list(stored_events.events(database, ledger_id, 1, 2))
    return [(row.topic, json.loads(row.text)) for row in rows]


def test_a_copy_names_the_ledger_it_is_from(owner: Home) -> None:
    size, frontier = moves.end(owner, "team")
    owner.done("profile", "copy", "team", "trial")
    (_, began), (topic, copied) = first_events(owner, "trial")
    assert began["kind"] == "import"
    assert (topic, copied) == (
        "zenml:LedgerCopied",
        {
            "ledger_id": shared._profile(owner, "team").profile_ledger_id,
            "size": size,
            "root": Frontier.from_bytes(size, frontier).root().hex(),
        },
    )
    assert moves.end(owner, "team") == (size, frontier)
    assert "import profile 'trial'" in owner.done("history", "--all").stdout
    owner.done("audit", "verify")


@pytest.mark.parametrize("kind", ["local", *KINDS])
def test_a_copy_has_what_is_there_but_for_labels(owner: Home, kind: str) -> None:
    with fresh_url("sqlite" if kind == "local" else kind) as url:
        place = () if kind == "local" else ("--store-type", "sql", "--url", url)
        owner.done("profile", "copy", "team", "trial", *place)
        assert shared._profile(owner, "trial").store_type == ("local" if kind == "local" else "sql")
        owner.done("profile", "set", "trial", "--global")
        assert [row["STACK NAME"] for row in owner.done("stack", "list").rows] == ["prod"]
        assert password(owner) == PASSWORD
        with moves.on(owner) as repository:
            assert repository.active_stack_name == "prod"
            places = [repository.get_stack_component("artifact_store", "default").parameters["path"]]
            repository.activate_profile("team", machine_wide=True)
            places += [repository.get_stack_component("artifact_store", "default").parameters["path"]]
            assert places[0] != places[1]  # its data is its own
            assert repository.verify().ok
        assert "release" not in owner.done("label", "list", env={"ZENML_ACTIVATED_PROFILE": "trial"}).stdout


def test_a_shared_profile_is_copied_as_it_is_by_now(owner: Home, tmp_path: Path) -> None:
    with fresh_url("sqlite") as url:
        moves.move(owner, "team", url)
        other = shared.machine(tmp_path / "two", "two")
        shared.joined(owner, other, shared._profile(owner, "team"))
        other.done("stack", "rename", "prod", "newest")
        owner.done("profile", "copy", "team", "trial")
        owner.done("profile", "set", "trial", "--global")
        assert [row["STACK NAME"] for row in owner.done("stack", "list").rows] == ["newest"]
        answer = refused(other.run("profile", "copy", "team", "trial"), "cannot be opened")
        assert "zenml key import" in answer.stderr


def test_a_copy_that_is_undone_is_gone(owner: Home) -> None:
    owner.done("profile", "copy", "team", "trial")
    owner.done("undo")
    assert [row["PROFILE NAME"] for row in owner.done("profile", "list").rows] == ["default", "team"]


def test_a_copy_is_refused_where_a_ledger_or_a_name_is(owner: Home) -> None:
    with fresh_url("sqlite") as url:
        owner.done("profile", "create", "other", "--store-type", "sql", "--url", url)
        owner.done("profile", "delete", "other")
        refused(
            owner.run("profile", "copy", "team", "trial", "-t", "sql", "--url", url), "another profile's ledger"
        )
    refused(owner.run("profile", "copy", "team", "default"), "'default'")
    refused(owner.run("profile", "copy", "nobody", "trial"), "'nobody'")


def test_a_rehearsed_copy_writes_nothing(owner: Home) -> None:
    answer = owner.done("profile", "copy", "team", "trial", "--dry-run")
    assert "LedgerCopied: copy" in answer.stdout
    assert PASSWORD not in answer.output
    assert [row["PROFILE NAME"] for row in owner.done("profile", "list").rows] == ["default", "team"]
