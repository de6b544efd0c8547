"""`zenml show`: one change, before and after, and where its evidence is."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest

from tests.ledger.histories import PARTS, SECRET, URL_PASSWORD, everything
from tests.ledger.machines import Machine
from tests.support.program import Home
from tests.support.refusals import hinted, refused
from tests.support.terminal import ESCAPE, on_terminal
from zenml.domain.errors import ChangeNotFoundError, DamagedLedgerError
from zenml.evidence.merkle import leaf_hash

STACK = ("stack", "register", "prod", "-a", "default", "-o", "docker", "--set", "--reason", "for the release")


@pytest.fixture
def lived(used: Home) -> Home:
    """A home with a component, a stack that uses it, and what came of them."""
    used.done("orchestrator", "register", "docker", "-f", "local_docker", "--docker_parent_image=python:3.11")
    used.done(*STACK)
    used.done("orchestrator", "rename", "docker", "podman")
    return used


def changes(home: Home) -> list[str]:
    """Returns the names of all changes, newest first."""
    return [row["CHANGE"] for row in home.done("history").rows]


def shown(home: Home, *words: str) -> list[str]:
    return home.done("show", *words).stdout.splitlines()


def test_who_when_where_why_and_what(lived: Home) -> None:
    name = changes(lived)[1]
    lines = shown(lived, name)
    facts = dict(line.strip().split(maxsplit=1) for line in lines[1 : lines.index("")])
    assert lines[0] == f"change {name}: register stack 'prod', activate stack 'prod' in profile 'default'"
    assert re.fullmatch(r"\S+ \(person, operating system user\) on \S+", facts["who"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", facts["when"])
    assert facts["where"].startswith("session ")
    assert facts["why"] == "for the release"
    assert facts["command"] == f"zenml {' '.join(STACK[:-1])} 'for the release'"
    assert facts["kind"] == "change"
    assert facts["id"].startswith(name)
    assert "next" not in facts


def test_before_and_after_thing_by_thing(lived: Home) -> None:
    newest, stack, component, first = changes(lived)
    text = "\n".join(shown(lived, stack))
    # names as they are now: that is how they can be found
    assert (
        "+ stack/prod\n"
        "  + artifact_store  default\n"
        "  + metadata_store  default\n"
        "  + orchestrator    podman\n"
        "profile/default\n"
        "  - active_stack  default\n"
        "  + active_stack  prod\n"
    ) in text
    assert "orchestrator/podman\n  - name  docker\n  + name  podman\n" in "\n".join(shown(lived, newest))
    assert (
        "+ orchestrator/docker\n  + flavor               local_docker\n  + docker_parent_image  python:3.11\n"
    ) in "\n".join(shown(lived, component))
    assert "+ profile/default" in shown(lived, first)


def test_what_stands_on_it_and_whether_undo_takes_it(lived: Home) -> None:
    newest, stack, component, _ = changes(lived)
    lines = shown(lived, component)
    later = lines[lines.index("Later changes about the same things") + 1 :]
    assert [line.split()[0] for line in later[: later.index("")]] == [newest, stack]
    assert '  next     "zenml undo" undoes this change' in shown(lived)
    lived.done("undo")
    undo = changes(lived)[0]
    assert any(line.startswith(f"  undone   by {undo}  undo {newest}: rename") for line in shown(lived, newest))
    assert f"  undoes   {newest}" in shown(lived, undo)
    assert shown(lived) == shown(lived, undo)


def test_secrets_are_stars_and_one_that_changed_is_told(used: Home) -> None:
    secret, other = "hunter2-first", "hunter2-second"
    used.done(
        "metadata-store", "register", "db", "-f", "mysql", "--host=h", "--database=d", f"--password={secret}"
    )
    registered = used.done("show")
    assert re.search(r"^  \+ password +\*\*\*$", registered.stdout, re.MULTILINE)
    used.done("metadata-store", "update", "db", f"--password={other}", "--port", "3307")
    updated = used.done("show", "-o", "table")
    assert "    password  *** (changed)" in updated.stdout.splitlines()
    as_json = used.done("show", "-o", "json")
    secret_changed = {"old": "***", "new": "***", "hidden": True, "itself": False}
    assert {"thing": "metadata-store/db", "field": "password", **secret_changed} in json.loads(as_json.stdout)[
        "change"
    ]["differences"]
    for answer in (registered, updated, as_json):
        assert "hunter2" not in answer.output


def test_colours_are_for_terminals(lived: Home) -> None:
    drawn = on_terminal(lived, "show", rows=200)
    assert "\x1b[31m  - name  docker\x1b[0m" in drawn
    assert "\x1b[32m  + name  podman\x1b[0m" in drawn
    assert re.search(r"when .*Z \((?:a moment|a second|\d+ seconds) ago\)", ESCAPE.sub("", drawn))
    plain = on_terminal(lived, "show", rows=200, env={"NO_COLOR": "1"})
    assert not ESCAPE.search(plain)
    assert "  - name  docker\n  + name  podman\n" in plain
    assert not ESCAPE.search(lived.done("show").stdout)
    paged = on_terminal(lived, "show", rows=8, env={"PAGER": "head -n 1"})
    assert paged.splitlines()[-1].startswith("\x1b[1mchange ")


def test_the_evidence_is_of_what_is_stored(lived: Home) -> None:
    for name in changes(lived):
        found = json.loads(lived.done("show", name, "-o", "json").stdout)["change"]
        text = lived.done("show", name).stdout
        with closing(sqlite3.connect(lived.config / "ledger.db")) as database:
            for part in found["evidence"]:
                assert f"  ledger {part['ledger']}, positions {part['first']} to {part['last']}\n" in text
                assert [leaf["position"] for leaf in part["leaves"]] == list(
                    range(part["first"], part["last"] + 1)
                )
                for leaf in part["leaves"]:
                    (state,) = database.execute(
                        "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = ?",
                        (part["ledger"].replace("-", ""), leaf["position"]),
                    ).fetchone()
                    computed = leaf_hash(part["ledger"], leaf["position"], leaf["topic"], json.loads(state))
                    assert leaf["hash"] == computed.hex()
                    assert f"{leaf['position']:>8}  {leaf['hash']}\n" in text


def test_any_beginning_that_is_no_other_changes_names_it(lived: Home) -> None:
    found = json.loads(lived.done("history", "-o", "json").stdout)["changes"]
    for change in found:
        for name in (change["letters"], change["letters"][:7], change["change"]):
            assert shown(lived, name)[0] == f"change {change['change']}: {change['told']}"


@pytest.mark.parametrize("name", ["kkkk", "stack", "1", "", "ZZZZ", "[red]", "z" * 40])
def test_a_change_that_is_not_there_is_refused(used: Home, name: str) -> None:
    hinted(refused(used.run("show", name), name), used)


def test_letters_that_several_changes_begin_with_are_refused(machine: Machine) -> None:
    here = machine.repository()
    here.combine_stack("a", PARTS)
    one, other = (it.letters for it in here.history())
    machine.tamper("UPDATE changes SET letters = ? WHERE letters = ?", one[:5] + "z" * 13, other)
    with pytest.raises(ChangeNotFoundError, match="More than one change begins with"):
        here.show(one[:4])
    assert here.show(one).info.letters == one


def test_every_change_there_can_be_is_shown(machine: Machine) -> None:
    everything(machine)
    here = machine.repository()
    for info in here.history(everything=True):
        found = here.show(info.letters)
        assert found.info == info
        assert found.differences
        assert sum(len(part.leaves) for part in found.evidence) == sum(
            part.last - part.first + 1 for part in found.evidence
        )
        told = json.dumps(found.document(), ensure_ascii=False)
        assert SECRET not in told
        assert URL_PASSWORD not in told
        numbers = [it.number for it in found.dependents]
        assert numbers == sorted(numbers, reverse=True)
        assert all(number > info.number for number in numbers)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM stored_events WHERE topic = 'zenml:StackRegistered'",
        "UPDATE stored_events SET state = x'00ff' WHERE topic = 'zenml:StackRegistered'",
        "UPDATE stored_events SET state = x'5b5d' WHERE topic = 'zenml:StackRegistered'",
        "UPDATE stored_events SET state = x'7b7d' WHERE topic = 'zenml:ChangeBegan'",
    ],
)
def test_a_change_whose_events_were_tampered_with_is_called_damaged(machine: Machine, harm: str) -> None:
    here = machine.repository()
    here.combine_stack("a", PARTS)
    machine.tamper(harm)
    with pytest.raises(DamagedLedgerError, match="have been altered"):
        here.show()
