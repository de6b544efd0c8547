"""What a command that records a change imports: nothing of what it needs in rare cases alone."""

from __future__ import annotations

import json

import pytest

from tests.cli.test_imports import imported
from tests.support.program import Home

RARE = {
    "pydantic",
    "rich",
    "yaml",
    "cryptography",
    "importlib.metadata",
    "http.client",
    "ssl",
    "zenml.documents.profile",
    "zenml.ledger.approving",
    "zenml.ledger.failed_attempts",
    "zenml.ledger.rehearsed",
    "zenml.projections.lost",
    "zenml.sharing.confirmations",
    "zenml.sharing.finishing",
    "zenml.sharing.following",
    "zenml.stores.rest.places",
    "zenml.stores.shared.arrivals",
    "zenml.stores.shared.pending",
}


@pytest.mark.parametrize(
    "words",
    [["stack", "register", "new", "-o", "default", "-a", "default"], ["stack", "set", "one"]],
    ids=["stack register", "stack set"],
)
def test_a_change_of_a_local_profile(words: list[str], used: Home) -> None:
    used.done("stack", "register", "one", "-o", "default", "-a", "default")
    assert imported(used, words, RARE)[2:] == []


@pytest.mark.parametrize(
    "words",
    [
        ["stack", "register", "new", "-o", "default", "-a", "default", "--dry-run"],
        ["undo", "--dry-run"],
        ["show", "{}"],
    ],
    ids=["a change", "an undo", "what undoing would meet"],
)
def test_what_is_only_tried_out_needs_nothing_that_stores_events(words: list[str], used: Home) -> None:
    used.done("stack", "register", "one", "-o", "default", "-a", "default")
    newest = json.loads(used.done("history", "--limit=1", "--output=json").stdout)["changes"][0]["change"]
    assert imported(used, [word.format(newest) for word in words], {*RARE, "eventsourcing"})[2:] == []


def test_an_undo(used: Home) -> None:
    used.done("stack", "register", "one", "-o", "default", "-a", "default")
    assert imported(used, ["undo"], RARE)[2:] == []


def test_an_apply_of_what_is_so(used: Home) -> None:
    """Only the half that reads, and what reads YAML."""
    used.done("export", "--out", "all.yaml")
    writing = {"eventsourcing", "orjson", "zenml.ledger.change", "zenml.unit_of_work.work", "zenml.flavors.build"}
    assert imported(used, ["apply", "all.yaml"], (RARE | writing) - {"yaml", "zenml.documents.profile"})[2:] == []
    assert imported(used, ["apply", "all.yaml"], {"yaml"})[2:] == ["yaml"]
