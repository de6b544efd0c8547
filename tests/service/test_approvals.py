"""Approvals where people are known by their tokens: the service counts them, whatever its clients say."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.tables import column
from tests.support.teams import PARTS, listed

pytestmark = pytest.mark.slow

ASK = {"ZENML_FRESH": "0"}
REFUSED = "Stack 'prod' changes only with a plan that 1 other person approved"


def plan(home: Home, *words: str) -> Path:
    """Returns the file of a plan of a command."""
    file = home.base / f"plan-{'-'.join(words[1:3])}.json"
    home.done(*words, "--plan-out", str(file), env=ASK)
    return file


def asked(team: ServedTeam, token: str, commands: list[dict[str, Any]], **more: Any) -> tuple[int, Any]:
    """Asks the service itself, as a client of one's own making would."""
    body = json.dumps({"commands": commands, **more}).encode()
    url = f"http://127.0.0.1:{team.port}/v1/ledgers/{team.ledger_id}/changes"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_two_people_change_what_is_protected_and_nobody_alone_does(team: ServedTeam) -> None:
    ann, bob = team.member("ann"), team.member("bob")
    ann.done("stack", "register", "prod", *PARTS)
    ann.done("approval", "require", "--stack", "prod")
    assert REFUSED in ann.run("stack", "rename", "prod", "production", check=1).stderr
    assert REFUSED in bob.run("stack", "rename", "prod", "production", env=ASK, check=1).stderr
    file = plan(ann, "stack", "rename", "prod", "production")
    own = ann.run("approve", str(file), check=1).stderr
    assert "The plan was made by 'ann', and its author cannot approve it" in own
    assert REFUSED in ann.run("apply", "--plan", str(file), check=1).stderr
    approved = bob.done("approve", str(file), "--reason", "OPS-7", env=ASK)
    assert "production" in approved.stdout
    assert "Nothing to change" in bob.done("approve", str(file), env=ASK).stderr
    ann.done("apply", "--plan", str(file), env=ASK)
    assert listed(bob) == ["default", "production"]
    shown = json.loads(bob.done("show", "-o", "json", env=ASK).stdout)["change"]
    (by,) = shown["approved_by"]
    assert (by["by"], by["known_by"], by["reason"], by["author"]) == ("bob", "token", "OPS-7", "ann")
    again = ann.run("apply", "--plan", str(file), env=ASK, check=4).stderr
    assert "already carried out" in again
    for home in (ann, bob, team.host):
        home.done("audit", "verify", env=ASK)


def test_an_undo_over_the_service_needs_a_plan_too(team: ServedTeam) -> None:
    ann, bob = team.member("ann"), team.member("bob")
    ann.done("stack", "register", "prod", *PARTS)
    registered = column(ann.done("history", "--limit", "1", env=ASK).rows, "CHANGE")[0]
    ann.done("approval", "require", "--stack", "prod")
    assert REFUSED in ann.run("undo", registered, check=1).stderr
    file = plan(ann, "undo", registered)
    bob.done("approve", str(file), env=ASK)
    ann.done("apply", "--plan", str(file), env=ASK)
    assert listed(bob) == ["default"]
    assert json.loads(ann.done("show", "-o", "json", env=ASK).stdout)["change"]["kind"] == "undo"


def test_the_service_is_not_asked_nicely(team: ServedTeam) -> None:
    ann, bob = team.member("ann"), team.member("bob")
    token, mallory = team.token("eve", "writer"), team.token("mallory", "writer")
    ann.done("stack", "register", "prod", *PARTS)
    ann.done("approval", "require", "--stack", "prod")
    rename = {"do": "rename_stack", "name": "prod", "new_name": "x"}
    assert asked(team, token, [rename])[0] == 422
    assert asked(team, token, [rename], kind="evidence")[0] == 422
    assert asked(team, token, [rename], kind="restore", correlation_id=team.ledger_id)[0] == 422
    file = plan(ann, "stack", "rename", "prod", "production")
    bob.done("approve", str(file), env=ASK)
    document = json.loads(file.read_text())
    made = [{"do": "make", **event} for event in document["events"]]
    # an approval of one's own is not one of somebody else's, whoever the plan says to have made it
    forged = {**document, "events": [{**made[0], "fields": {**made[0]["fields"], "new_name": "y"}}]}
    from zenml.evidence.plan_digests import plan_digest

    event = forged["events"][0]
    fields = {
        "author": document["author"],
        "head_size": document["head_size"],
        "ledger_id": team.ledger_id,
        "plan_digest": plan_digest(team.ledger_id, [(event["topic"], event["fields"])]),
    }
    approve = {"do": "make", "topic": "zenml:PlanApproved", "fields": fields}
    assert asked(team, token, [approve], kind="evidence")[0] == 200
    assert asked(team, token, [event])[1]["code"] == "approval_needed"
    # an approval for another ledger, and one for a future
    for wrong in ({"ledger_id": fields["plan_digest"][:8] + team.ledger_id[8:]}, {"head_size": 10**6}):
        status, said = asked(team, mallory, [{**approve, "fields": {**fields, **wrong}}], kind="evidence")
        assert (status, said["code"]) == (422, "plan_unusable")
    # what was approved, and something besides
    label = {"do": "set_label", "label": "besides", "change_id": None}
    assert asked(team, token, [*made, {**rename, "name": "production", "new_name": "z"}])[0] == 422
    assert asked(team, token, [label, *made])[0] != 200
    # exactly what was approved is done, by whoever asks for it who is not the one who approved it
    assert asked(team, token, made)[0] == 200
    assert listed(bob) == ["default", "production"]


def test_a_client_of_zenml_0_13_is_refused_in_its_own_form(team: ServedTeam) -> None:
    ann, token = team.member("ann"), team.token("old", "writer")
    ann.done("stack", "register", "prod", *PARTS)
    ann.done("approval", "require", "--stack", "prod")
    url = f"http://127.0.0.1:{team.port}/t/{token}/stacks/prod"
    request = urllib.request.Request(url, method="DELETE")
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(request)
    kind, sentence = json.load(answer.value)["detail"]
    assert kind
    assert REFUSED in sentence
