"""What is refused to a client of ZenML 0.13.2: it says our sentence, if need be at the end of a traceback."""

from __future__ import annotations

from tests.support.program import Result
from tests.support.served import ServedTeam
from tests.zenml_0_13.conftest import Joined

STORE = ("--flavor=local", "--path=/data")


def check_said(result: Result, sentence: str) -> None:
    assert sentence in " ".join(result.output.split()), result.report()


def test_what_a_rule_forbids(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    client.done("artifact-store", "register", "data", *STORE)
    before = team.record().events
    taken = client.refused("artifact-store", "register", "data", *STORE)
    check_said(taken, "Artifact store 'data' already exists.")
    renamed = client.refused("artifact-store", "rename", "data", "default")
    check_said(renamed, "A component of type 'artifact store' with the name 'default' already exists.")
    check_said(client.refused("stack", "describe", "other"), "Stack 'other' does not exist.")
    check_said(client.refused("stack", "update", "other", "-a", "data"), "it does not exist")
    in_use = client.breaks("artifact-store", "delete", "default")
    check_said(in_use, "Artifact store 'default' cannot be deleted while stack 'default' uses it.")
    check_said(client.breaks("stack", "set", "other"), "Stack 'other' does not exist.")
    assert team.record().events == before


def test_what_a_reader_may_not(team: ServedTeam, joined: Joined) -> None:
    client = joined("eve", "reader")
    before = team.record().events
    check_said(client.refused("artifact-store", "register", "data", *STORE), "This takes the role writer.")
    check_said(client.breaks("stack", "rename", "default", "prod"), "This takes the role writer.")
    client.done("stack", "list")
    assert team.record().events == before


def test_a_token_that_was_revoked_a_service_that_is_down_and_one_that_is_back(
    team: ServedTeam, joined: Joined
) -> None:
    ann, eve = joined("ann"), joined("eve")
    team.host.done("service", "token", "revoke", "eve")
    check_said(eve.breaks("stack", "list"), "The token is wrong, or was revoked.")
    team.down()
    check_said(ann.breaks("stack", "list"), "Connection refused")
    team.start()
    ann.done("stack", "list")
    # whoever is locked out can still leave
    eve.done("profile", "set", "default")
    eve.done("profile", "delete", "team")


def test_a_token_of_an_admin_is_not_taken(team: ServedTeam, joined: Joined) -> None:
    client = joined("ann")
    url = f"{team.url}/t/{team.token('root', 'admin')}"
    words = ("profile", "create", "own", "--store-type", "rest", "--user", "anybody")
    answer = client.breaks(*words, "--url", url)
    check_said(answer, "ZenML 0.13 takes one of a reader or a writer.")
