"""What is so already is told at once, and only where the long way finds nothing to do either."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document, mysql, whole
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import LedgerError, RepeatedKeyError
from zenml.reconcile import as_it_is
from zenml.repository import Repository

Fields = dict[str, Any]
Edit = Callable[[Fields], object]


def component(fields: Fields, name: str) -> Fields:
    found: Fields = next(it for it in fields["components"] if it["name"] == name)
    return found


def parameters(**values: Any) -> Edit:
    return lambda fields: component(fields, "db")["parameters"].update(values)


def without(*names: str) -> Edit:
    def leave_out(fields: Fields) -> None:
        for listed in ("components", "stacks", "flavors"):
            fields[listed] = [it for it in fields[listed] if it["name"] not in names]

    return leave_out


def without_ids(fields: Fields) -> None:
    for it in (*fields["components"], *fields["stacks"]):
        it["id"] = None


def without_defaults(fields: Fields) -> None:
    del component(fields, "default")["parameters"]["path"]
    del component(fields, "db")["parameters"]["port"]


SO: dict[str, Edit] = {
    "all of it": lambda fields: None,
    "without ids": without_ids,
    "another spelling": lambda fields: component(fields, "db").update(type="metadata-store"),
    "without defaults": without_defaults,
    "nothing for a parameter": parameters(ssl_ca=None),
    "less of it": without("dev", "docker"),
    "only the flavor": lambda fields: fields.update(components=[], stacks=[]),
}
"""What says nothing new."""

NOT_TOLD: dict[str, Edit] = {
    "the secret itself": parameters(password="geheim"),
    "a number as text": parameters(port="3306"),
    "a whole number as a fraction": parameters(port=3306.0),
    "another value": parameters(host="other"),
    "another secret": parameters(password="other"),
    "other stars": parameters(host="***"),
    "one more": parameters(ssl_ca="file"),
    "one that is unknown": parameters(nothing="x"),
    "another flavor": lambda fields: component(fields, "docker").update(flavor="local", parameters={}),
    "another name": lambda fields: component(fields, "docker").update(name="renamed"),
    "a new component": lambda fields: fields["components"].append(docker("new")),
    "a new stack": lambda fields: fields["stacks"].append({**fields["stacks"][0], "name": "new", "id": None}),
    "another part": lambda fields: fields["stacks"][-1]["components"].update(orchestrator="default"),
    "a part less": lambda fields: fields["stacks"][-1]["components"].pop("alerter"),
    "a part that is not there": lambda fields: fields["stacks"][-1]["components"].update(alerter="gone"),
    "another class": lambda fields: fields["flavors"][0].update(source="not_here.Other"),
    "another profile": lambda fields: fields.update(profile="team"),
    "no profile that there is": lambda fields: fields.update(profile="gone"),
}
"""What is new, or is left to the long way."""


@pytest.fixture
def here(used: Machine) -> Repository:
    """A profile with a secret, a stack and a flavor."""
    here = used.repository()
    bell = {"type": "alerter", "name": "bell", "flavor": "slack", "parameters": {"slack_token": "{{bell.token}}"}}
    flavors = [{"type": "orchestrator", "name": "own", "source": "not_here.Own"}]
    dev = {"orchestrator": "docker", "metadata_store": "db", "alerter": "bell"}
    here.apply(document([docker(), mysql(password="geheim"), bell], {"dev": dev}, flavors=flavors))
    here.create_profile("team")
    return used.repository()


def told(here: Repository, fields: Fields, **how: Any) -> bool:
    given = {"prune": False, "to": None, **how}
    with here.reading() as snapshot:
        return as_it_is.is_as_it_says(snapshot, ProfileDocument.from_fields(fields), **given)


def changes_nothing(fields: Fields, monkeypatch: pytest.MonkeyPatch, **how: Any) -> bool:
    """Tells whether the long way finds nothing to do."""
    with monkeypatch.context() as patched:
        patched.setattr(as_it_is, "is_as_it_says", lambda *_, **__: False)
        rehearsal = Repository(notify=lambda sentence: None, dry_run=True)
        try:
            return rehearsal.apply(ProfileDocument.from_fields(fields), **how) is None
        except LedgerError:
            return False


@pytest.mark.parametrize("what", [*SO, *NOT_TOLD])
def test_what_is_so_is_told_at_once(what: str, here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = whole(here).to_fields()
    (SO | NOT_TOLD)[what](fields)
    assert told(here, fields) == (what in SO)
    assert changes_nothing(fields, monkeypatch) or what not in SO


@pytest.mark.parametrize("seed", range(40))
def test_it_is_never_told_of_what_changes_something(
    seed: int, here: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, fields = random.Random(seed), whole(here).to_fields()
    edits = list((SO | NOT_TOLD).values()) if seed % 2 else list(SO.values())
    for edit in chosen.sample(edits, 2):
        with suppress(IndexError, StopIteration):  # the one before took it away
            edit(fields)
    how = {"prune": chosen.random() < 0.5, "to": chosen.choice([None, "default", "team"])}
    if told(here, fields, **how):
        assert changes_nothing(fields, monkeypatch, **how)


def test_what_is_not_named_would_be_pruned(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = whole(here).to_fields()
    assert told(here, fields, prune=True)
    for what in ("dev", "own"):
        fewer = whole(here).to_fields()
        without(what)(fewer)
        assert not told(here, fewer, prune=True), what
        assert not changes_nothing(fewer, monkeypatch, prune=True), what


def test_views_that_were_edited_are_not_believed(here: Repository, used: Machine) -> None:
    used.tamper("UPDATE stacks SET name = 'edited' WHERE name = 'dev'")
    edited = whole(here)
    assert told(here, edited.to_fields())
    change = here.apply(edited)
    assert change is not None
    assert change.summary == "rename stack 'dev' to 'edited'"


def test_a_key_that_was_used_before_is_refused(here: Repository) -> None:
    keyed = Repository(notify=lambda sentence: None, idempotency_key="once")
    assert keyed.apply(document([docker("new")])) is not None
    with pytest.raises(RepeatedKeyError):
        keyed.apply(whole(here))
