"""Undoing over the service: one's own changes, those of others with a reason, and nothing of the machine's."""

from __future__ import annotations

import json
import os
import pwd
from typing import Any

import pytest

from tests.service.asking import done, fields, refused, renaming, stack
from tests.service.running import TEXTS, Service
from zenml import paths
from zenml.ledger import reach
from zenml.ledger.ids import new_change_id, new_id
from zenml.ledger.origin import Origin
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.timeline import history
from zenml.projections.timeline.filters import Filter
from zenml.projections.timeline.undoable import is_made_by, undoable


def names(service: Service) -> set[str]:
    return {row["STACK NAME"] for row in service.home.done("stack", "list").rows}


def newest(service: Service) -> Any:
    return json.loads(service.home.done("history", "--all", "-n", "1", "-o", "json").stdout)["changes"][0]


def test_what_one_did_is_undone_and_redone(own: Service) -> None:
    change_id = done(own.change(renaming("default", "prod")))["change_id"]
    undone = done(own.undo(change_id))
    assert names(own) == {"default"}
    assert json.loads(undone["events"][0]["text"])["kind"] == "undo"
    assert json.loads(undone["events"][0]["text"])["targets"] == [change_id]
    again = own.undo(change_id)
    assert (again.status, again.said["recorded"]) == (200, False)
    redone = done(own.undo(change_id, redo=True))
    assert json.loads(redone["events"][0]["text"])["kind"] == "redo"
    assert names(own) == {"prod"}
    own.home.done("audit", "verify")


def test_letters_name_a_change(own: Service) -> None:
    done(own.change(renaming("default", "prod")))
    done(own.undo(newest(own)["letters"]))
    assert names(own) == {"default"}


def test_what_others_did_takes_a_reason(own: Service) -> None:
    own.home.done("stack", "rename", "default", "prod")
    change_id = newest(own)["change_id"]
    assert refused(own.undo(change_id)) == (422, "other_actor")
    assert refused(own.undo(change_id, any_actor=True)) == (422, "other_actor")
    assert refused(own.undo(change_id, reason="by mistake")) == (422, "other_actor")
    done(own.undo(change_id, any_actor=True, reason="by mistake"))
    assert names(own) == {"default"}


def test_another_token_is_somebody_else(own: Service) -> None:
    change_id = done(own.change(renaming("default", "prod"), text=TEXTS["admin"]))["change_id"]
    answer = own.undo(change_id)
    assert refused(answer) == (422, "other_actor")
    assert "admin" in answer.said["message"]
    done(own.undo(change_id, text=TEXTS["admin"]))


def test_a_program_with_a_token_is_not_the_person_who_has_it(own: Service) -> None:
    change_id = done(own.change(renaming("default", "prod"), client={"automation": True}))["change_id"]
    assert refused(own.undo(change_id)) == (422, "other_actor")
    done(own.undo(change_id, client={"automation": True}))


def test_nobody_is_the_owner_of_a_token_by_his_name(own: Service) -> None:
    user = pwd.getpwuid(os.getuid()).pw_name
    own.tokens.tokens[TEXTS["writer"]] = own.tokens.tokens[TEXTS["writer"]]._replace(name=user)
    by_token = done(own.change(renaming("default", "prod")))["change_id"]
    refused_here = own.home.run("undo", newest(own)["letters"], check=1)
    assert f"made by {user} with a token" in refused_here.output
    assert own.home.done("history", "--mine").output.count("rename") == 0
    assert "nothing to undo" in own.home.run("undo").output
    own.home.done("stack", "rename", "prod", "mine")
    by_user = newest(own)["change_id"]
    answer = own.undo(by_user)
    assert refused(answer) == (422, "other_actor")
    assert f"made by {user} on host" in answer.said["message"]
    done(own.undo(by_user, any_actor=True, reason="agreed"))
    done(own.undo(by_token))
    assert names(own) == {"default"}


def test_what_came_later_is_in_the_way_unless_it_is_undone_too(own: Service) -> None:
    first = done(own.change(stack("one")))["change_id"]
    second = done(own.change(renaming("one", "two")))["change_id"]
    answer = own.undo(first)
    assert refused(answer) == (409, "undo_needs_others")
    assert answer.said["values"]["of_others"] is False
    undone = done(own.undo(first, cascade=True))
    assert json.loads(undone["events"][0]["text"])["targets"] == [second, first]
    done(own.undo(second, redo=True))
    assert names(own) == {"default", "two"}


def test_nothing_of_the_machine_is_undone(own: Service) -> None:
    made = own.home.run("service", "token", "create", "ci", "--role", "writer", check=0)
    assert made.stdout.startswith("zt_")
    everything: dict[str, Any] = {"any_actor": True, "reason": "to see"}
    for change in (newest(own)["change_id"], newest(own)["letters"]):
        assert refused(own.undo(change, **everything)) == (422, "unknown_change")
    own.home.done("stack", "copy", "default", "copied")
    own.home.done("stack", "set", "copied")
    assert refused(own.undo(newest(own)["change_id"], **everything)) == (422, "unknown_change")
    assert "ci" in own.home.done("service", "token", "list").output


def test_of_a_change_with_a_part_on_the_machine_that_part_stays(own: Service) -> None:
    own.home.done("stack", "register", "mine", "-a", "default", "-o", "default", "--set")
    change = newest(own)
    done(own.undo(change["change_id"], any_actor=True, reason="to see"))
    assert names(own) == {"default"}
    own.home.done("audit", "verify")
    own.home.done("stack", "list")


def test_the_first_change_of_a_profile_stays(own: Service) -> None:
    everything: dict[str, Any] = {"any_actor": True, "reason": "to see"}
    began = json.loads(own.ask(f"{own.ledger}/events?limit=1").said["events"][0]["text"])
    assert refused(own.undo(began["change_id"], **everything)) == (422, "never_undone")


@pytest.mark.parametrize("redo", [False, True])
def test_what_does_not_exist_is_not_taken_back(service: Service, redo: bool) -> None:
    assert refused(service.undo("zzzzzzzzzzzzzzzzzz", redo=redo)) == (422, "unknown_change")
    unknown = "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f"
    assert refused(service.undo(unknown, redo=redo)) == (422, "unknown_change")


def test_what_is_in_effect_is_not_redone(own: Service) -> None:
    change_id = done(own.change(stack("one")))["change_id"]
    assert refused(own.undo(change_id, redo=True)) == (422, "not_undone")
    assert fields(own.undo(change_id))["name"] == "one"


@pytest.mark.parametrize(
    ("known_by", "name", "token", "is_own"),
    [
        ("token", "writer", None, True),
        ("operating system user", "ann", "writer", True),
        ("chosen", "ann", "writer", True),
        ("operating system user", "writer", None, False),
        ("chosen", "writer", None, False),
        ("operating system user", "writer", "admin", False),
        ("token", "admin", None, False),
    ],
)
def test_a_change_is_of_whoever_has_its_token(
    own: Service, known_by: Any, name: str, token: str | None, is_own: bool
) -> None:
    change_id = done(own.change(renaming("default", "prod"), client={"session": "71 12"}))["change_id"]
    who = Origin(name, "person", known_by, "elsewhere", "71 12", None, None, None, "1", token=token)
    mine = reach.own(who)
    with open_still(paths.ledger_file(own.served.config_directory)) as database:
        row = history.by_id(database, change_id)
        assert row is not None
        context = history.Context(machine_ledger(database) or "", own.served.ledger_id, None)
        assert is_made_by(database, row, mine) is is_own
        assert (row in undoable(database, context, mine)) is is_own
        which = Filter(mine=(mine.actor, mine.actor_kind, mine.host, mine.known_by, mine.token))
        assert (row in history.history(database, context, None, which)) is is_own
        assert reach.made_elsewhere(row, who) == ""
        assert reach.made_elsewhere(row, who._replace(session="another")) == "another session"
        assert not reach.is_other_terminal(
            row._replace(session="tty 1 2"), who._replace(session="tty 3 4", host=row.host or "")
        )


def test_whoever_has_a_token_is_not_who_has_his_name_on_the_machine(own: Service) -> None:
    own.home.done("stack", "rename", "default", "prod")
    user, host = newest(own)["actor"], newest(own)["host"]
    who = Origin(user, "person", "token", host, "1 2", None, None, None, "1", token=user)
    with open_still(paths.ledger_file(own.served.config_directory)) as database:
        row = history.by_id(database, newest(own)["change_id"])
        assert row is not None
        assert not is_made_by(database, row, reach.own(who))
        assert is_made_by(database, row, reach.own(who._replace(known_by="operating system user")))


def test_what_an_undo_takes_back_on_the_clients_machine_alone_is_said_too(own: Service) -> None:
    change_id, elsewhere = done(own.change(renaming("default", "prod")))["change_id"], new_change_id()
    parts = [{"ledger_id": new_id(), "count": 1}, {"ledger_id": own.served.ledger_id, "count": 1}]
    undone = done(own.undo(elsewhere, change_id, parts=parts))
    assert json.loads(undone["events"][0]["text"])["targets"] == [elsewhere, change_id]
    assert names(own) == {"default"}
    own.home.done("audit", "verify")


def test_an_undo_of_nothing_that_is_here_is_refused(own: Service) -> None:
    change_id, elsewhere = done(own.change(renaming("default", "prod")))["change_id"], new_change_id()
    parts = [{"ledger_id": new_id(), "count": 1}, {"ledger_id": own.served.ledger_id, "count": 1}]
    assert refused(own.undo(elsewhere, parts=parts)) == (422, "unknown_change")
    assert refused(own.undo(elsewhere, change_id)) == (422, "unknown_change")
    own.home.done("profile", "create", "other")  # a change of the service's machine alone
    assert refused(own.undo(newest(own)["change_id"], change_id, parts=parts)) == (422, "unknown_change")
    assert names(own) == {"prod"}
