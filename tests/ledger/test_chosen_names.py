"""Whoever chose a name: what is recorded of them, whose their changes are, and what their ledgers need."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import verified
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError, OtherActorError
from zenml.ledger import identity, origin
from zenml.ledger.failed_attempts import read
from zenml.projections.versions import CHOSEN_FORMAT
from zenml.repository import Repository

VARIABLE = identity.VARIABLE


@pytest.fixture(autouse=True)
def _tester(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system calls everybody so."""
    monkeypatch.setattr(origin, "_user", lambda: "tester")


def actors(machine: Machine) -> list[dict[str, str]]:
    """Returns the actor of each change, its values in the open."""
    began = [row.fields["actor"] for row in machine.events() if row.topic == "zenml:ChangeBegan"]
    return [{key: json.loads(it["v"]) if isinstance(it, dict) else it for key, it in who.items()} for who in began]


def formats(machine: Machine) -> set[int]:
    return {number for (number,) in machine.query("SELECT format FROM ledgers")}


def file(machine: Machine) -> Path:
    return machine.config / "user"


# --- what is recorded ---------------------------------------------------------------------------


def test_who_chose_no_name_is_recorded_as_ever(used: Machine) -> None:
    assert {tuple(sorted(who)) for who in actors(used)} == {("actor_id", "host", "kind", "known_by")}
    assert formats(used) == {1}


@pytest.mark.parametrize("by", ["variable", "file"])
def test_a_chosen_name_is_the_actor_and_the_systems_user_stands_beside_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "variable":
        monkeypatch.setenv(VARIABLE, "Änn 数")
    else:
        identity.choose("Änn 数")
    here = machine.repository()
    here.register_component("orchestrator", "a", "local", {})
    for who in actors(machine):
        assert (who["actor_id"], who["known_by"], who["system_user"]) == ("Änn 数", "chosen", "tester")
    info = here.history(limit=1)[0]
    assert (info.actor, info.actor_kind, info.known_by, info.system_user) == (
        "Änn 数",
        "person",
        "chosen",
        "tester",
    )
    assert formats(machine) == {CHOSEN_FORMAT}
    assert verified(machine).ok
    here.rebuild()
    assert here.history(limit=1)[0] == info


def test_the_variable_takes_precedence_and_an_empty_one_is_none(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity.choose("ann")
    monkeypatch.setenv(VARIABLE, "")
    assert identity.chosen_name() == ("ann", str(file(used)))
    monkeypatch.setenv(VARIABLE, "bob")
    assert identity.chosen_name() == ("bob", VARIABLE)
    monkeypatch.delenv(VARIABLE)
    identity.forget()
    assert identity.chosen_name() is None


def test_an_automation_may_have_a_chosen_name(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv(VARIABLE, "deploys")
    used.repository().create_profile("p")
    assert (actors(used)[-1]["kind"], actors(used)[-1]["actor_id"]) == ("automation", "deploys")


def test_what_was_done_outside_is_by_nobody_who_chose_a_name(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = used.folder("project")
    used.repository().initialize(folder)
    used.repository().create_profile("other")
    (folder / ".zen" / "config.yaml").write_text("active_profile_name: other\n")
    monkeypatch.setenv(VARIABLE, "ann")
    used.repository(folder).register_component("orchestrator", "a", "local", {})
    outside = next(who for who in actors(used) if who["kind"] == "external")
    assert outside.keys() == {"actor_id", "host", "kind", "known_by"}


def test_a_refusal_is_noted_with_both_names(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "ann")
    with pytest.raises(LedgerError):
        used.repository().delete_profile("none")
    (note,) = read(str(used.config))
    assert note is not None
    assert (note["actor"], note["known_by"], note["system_user"]) == ("ann", "chosen", "tester")


# --- whose it is --------------------------------------------------------------------------------


def test_ones_own_are_those_of_the_name(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    before = here.create_profile("before")
    monkeypatch.setenv(VARIABLE, "ann")
    here.create_profile("by ann")
    monkeypatch.setenv(VARIABLE, "bob")
    here.create_profile("by bob")
    monkeypatch.setenv(VARIABLE, "ann")
    assert [it.summary for it in here.history(mine=True)] == ["create profile 'by ann'"]
    undone = here.undo()
    assert undone is not None
    assert here.undo() is None
    assert before is not None
    with pytest.raises(OtherActorError, match="was made by tester"):
        here.undo(before.letters)
    monkeypatch.setenv("CI", "true")
    assert here.history(mine=True) == []


def test_whoever_chooses_the_name_that_the_system_knows_stays_the_same(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = used.repository()
    here.create_profile("before")
    monkeypatch.setenv(VARIABLE, "tester")
    undone = here.undo()
    assert undone is not None
    assert "before" not in {profile.name for profile in here.profiles}


# --- what cannot be a name ----------------------------------------------------------------------

BAD = ["a/b", "a\nb", " a", "-a", "x" * 129, "a\u202eb", "a\udcff"]


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_what_cannot_be_a_name_is_refused(used: Machine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(InvalidValueError, match="is not a valid user name"):
        identity.choose(name)
    assert not file(used).exists()
    monkeypatch.setenv(VARIABLE, name)
    before = used.events()
    with pytest.raises(InvalidValueError, match=f"^{VARIABLE} says who you are, and ") as refused:
        used.repository().create_profile("p")
    assert (refused.value.code, refused.value.values) == ("chosen_name_invalid", {"source": VARIABLE})
    assert used.events() == before


@pytest.mark.parametrize("text", ["", "\n", "a\nb\n", "a/b", "  "])
def test_a_file_that_says_no_name_is_refused_until_one_is_chosen(used: Machine, text: str) -> None:
    file(used).write_text(text)
    with pytest.raises(InvalidValueError, match="says who you are, and"):
        used.repository().create_profile("p")
    assert used.repository().list_stacks(), "whoever only reads need not be anybody"
    assert identity.choose("ann")
    assert not identity.choose("ann")
    used.repository().create_profile("p")
    assert actors(used)[-1]["actor_id"] == "ann"


def test_what_is_no_file_of_text_is_refused_without_waiting(used: Machine) -> None:
    os.mkfifo(file(used))
    with pytest.raises(NotAllowedError, match="is not a regular file") as refused:
        used.repository().create_profile("p")
    assert refused.value.code == "chosen_name_unreadable"
    assert identity.choose("ann")
    file(used).write_bytes(b"\xff")
    with pytest.raises(NotAllowedError, match="is not UTF-8 text"):
        identity.chosen_name()
    file(used).write_text("ann\n" * 2000)
    with pytest.raises(NotAllowedError, match="is larger than 4 KiB"):
        identity.chosen_name()


def test_the_file_is_for_its_owner_and_may_be_made_before_anything_else(machine: Machine) -> None:
    assert identity.choose("ann")
    assert file(machine).read_text() == "ann\n"
    assert file(machine).stat().st_mode & 0o777 == 0o600
    assert machine.config.stat().st_mode & 0o777 == 0o700
    assert identity.forget()
    assert not identity.forget()


def test_a_folder_in_the_place_of_the_file_is_said(used: Machine) -> None:
    file(used).mkdir()
    with pytest.raises(NotAllowedError, match="cannot be written") as refused:
        identity.choose("ann")
    assert refused.value.code == "folder_not_writable"
    with pytest.raises(NotAllowedError, match="cannot be written"):
        identity.forget()


# --- formats ------------------------------------------------------------------------------------


def test_a_format_that_is_too_low_for_a_chosen_name_is_a_problem(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "ann")
    used.repository().create_profile("p")
    used.tamper("UPDATE ledgers SET format = 1 WHERE ledger_id = ?", used.machine_id())
    found = verified(used)
    assert not found.ok
    assert f"its events are of format {CHOSEN_FORMAT}" in str(found.verdicts["schema"].problems)


def test_only_what_is_written_by_a_chosen_name_needs_the_format(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = '{"known_by":"chosen"} "known_by":"chosen"'
    Repository(notify=lambda sentence: None, reason=words, command=[words]).create_profile(words.replace("/", ""))
    assert formats(used) == {1}
    monkeypatch.setenv(VARIABLE, "ann")
    used.repository().register_component("orchestrator", "a", "local", {})
    by_ledger = dict(used.query("SELECT ledger_id, format FROM ledgers"))
    assert by_ledger[used.profile_ledger()] == CHOSEN_FORMAT
    assert by_ledger[used.machine_id()] == 1
