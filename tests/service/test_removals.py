"""An admin takes out of the served profile what should never have been recorded; nobody else does."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.ledger.machines import Row
from tests.service.asking import done, fields, tracker, value
from tests.service.running import SECRET, TEXTS, Answer, Service
from tests.support.removals import Place, bytes_of, places
from zenml.ledger.ids import new_change_id, new_id

CANARY = "canary.example.com/customer"
ADMIN = TEXTS["admin"]


def register(own: Service, name: str = "tracker") -> Answer:
    given = tracker(name, tracking_uri=f"https://{CANARY}", tracking_password=SECRET)
    answer = own.change(given, reason=f"move to {CANARY}")
    done(answer)
    return answer


def rows(own: Service) -> list[Row]:
    """Returns all events of the service's file."""
    sql = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
    with closing(sqlite3.connect(f"file:{own.home.config}/ledger.db?mode=ro", uri=True)) as database:
        return [
            Row(rowid, str(UUID(ledger)), position, topic, state.decode())
            for rowid, ledger, position, topic, state in database.execute(sql)
        ]


def found(own: Service) -> list[Place]:
    return places(rows(own), own.served.ledger_id, CANARY)


def redact(own: Service, values: list[Place], text: str = ADMIN, **more: object) -> Answer:
    named = [{"position": position, "field": pointer} for position, pointer in values]
    return own.post(f"{own.ledger}/redact", {"values": named, **more}, text)


def shred(own: Service, *key_ids: str, text: str = ADMIN, **more: object) -> Answer:
    return own.post(f"{own.ledger}/shred", {"key_ids": key_ids, **more}, text)


def key_ids(own: Service) -> list[str]:
    with closing(sqlite3.connect(f"file:{own.home.config}/ledger.db?mode=ro", uri=True)) as database:
        return [str(key_id) for (key_id,) in database.execute("SELECT key_id FROM keys")]


def everything(own: Service) -> bytes:
    """Returns what is answered to whoever asks for everything."""
    asked = [own.ask(f"{own.ledger}/events?limit=5000", ADMIN), own.ask(own.ledger, ADMIN)]
    asked += [own.as_zenml("GET", "/components/experiment_tracker"), own.as_zenml("GET", "/stack-configurations")]
    assert all(answer.status == 200 for answer in asked)
    return b"".join(answer.body for answer in asked)


def test_a_value_is_gone_from_all_that_the_service_keeps_and_answers(own: Service) -> None:
    register(own)
    values = found(own)
    assert len(values) == 2
    before = own.ask(own.ledger).said
    assert CANARY.encode() in everything(own)
    answer = redact(own, values, reason="a customer is named")
    said = done(answer)
    assert said["left_over"] == []
    assert [event["topic"] for event in said["events"]] == ["zenml:ChangeBegan", "zenml:ValueRedacted"]
    assert (fields(answer, 0)["kind"], value(fields(answer, 0)["actor"]["actor_id"])) == ("evidence", "admin")
    named = [{"field": pointer, "position": position} for position, pointer in values]
    assert fields(answer)["values"] == named
    assert value(fields(answer)["reason"]) == "a customer is named"
    assert CANARY.encode() not in everything(own)
    own.end()
    assert bytes_of(own.home.base, CANARY) == {}
    assert own.ask(own.ledger).said["size"] == before["size"] + 2


def test_what_the_machine_of_the_service_repeats_is_said(own: Service) -> None:
    """The first run made the profile, and is in the machine's ledger, too."""
    register(own)
    (began, *_) = [row for row in rows(own) if row.ledger_id == own.served.ledger_id]
    assert began.topic == "zenml:ChangeBegan"
    (sentence,) = done(redact(own, [*found(own), (began.position, "/actor/host")]))["left_over"]
    assert "the service's machine repeats what 1 of these changes began with" in sentence


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_only_an_admin_may(own: Service, role: str) -> None:
    register(own)
    before = rows(own)
    for answer in (redact(own, found(own), TEXTS[role]), shred(own, *key_ids(own), text=TEXTS[role])):
        assert (answer.status, answer.said["code"]) == (403, "role_may_not")
        assert answer.said["values"] == {"role": role, "needed": "admin"}
    assert rows(own) == before
    assert redact(own, found(own), "zt_wrong_secret").status == 401


def test_no_member_says_in_a_change_that_something_was_removed(own: Service) -> None:
    register(own)
    before = rows(own)
    for topic, given in (
        ("zenml:ValueRedacted", {"values": [{"position": 1, "field": "/reason"}], "reason": None}),
        ("zenml:SecretsShredded", {"key_ids": key_ids(own)[:1]}),
    ):
        for text in (TEXTS["writer"], ADMIN):
            answer = own.change({"do": "make", "topic": topic, "fields": given}, text=text)
            assert (answer.status, answer.said["code"]) == (422, "invalid_event")
    assert rows(own) == before


def test_asked_twice_it_is_done_once(own: Service) -> None:
    register(own)
    change_id = new_change_id()
    values = found(own)
    first = done(redact(own, values, change_id=change_id))
    again = redact(own, values, change_id=change_id).said
    assert (again["repeated"], again["change_id"], again["events"]) == (True, change_id, first["events"])
    other = done(redact(own, values))  # what is blank is left, and said once more
    assert other["change_id"] != change_id
    refused = redact(own, values, TEXTS["admin"], change_id="nonsense")
    assert refused.status == 422


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((2, "/nothing"), "no_value_there"),
        ((1, "/change_id"), "no_value_there"),
        ((10_000, "/reason"), "no_value_there"),
        ((1, "reason"), "invalid"),
        ((0, "/reason"), "invalid"),
        ((1, "/" + "x" * 3000), "invalid"),
        (("1", "/reason/~2"), "invalid"),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_is_blanked(own: Service, place: Any, code: str) -> None:
    register(own)
    before = rows(own)
    answer = redact(own, [*found(own), place])
    assert (answer.status, answer.said["code"]) == (422, code)
    assert rows(own) == before


def test_a_secret_is_destroyed(own: Service) -> None:
    done(own.change(tracker(tracking_password=SECRET)))
    keys = key_ids(own)
    assert own.ask(f"{own.ledger}/secrets/{keys[0]}", ADMIN).status == 200
    answer = shred(own, *keys, reason="it leaked")
    assert fields(answer)["key_ids"] == keys
    assert key_ids(own) == []
    assert own.ask(f"{own.ledger}/secrets/{keys[0]}", ADMIN).status == 410
    for key_id in (keys[0], new_id()):
        again = shred(own, key_id)
        assert (again.status, again.said["code"]) == (422, "unknown_secret")


def test_a_key_of_the_machine_is_not_destroyed(own: Service) -> None:
    """The password in the URL of another profile is no secret of the served one."""
    url = "sqlite:////nowhere/x.db"
    own.home.run("profile", "create", "other", "--store-type", "sql", "--url", url)
    with closing(sqlite3.connect(f"{own.home.config}/ledger.db")) as database, database:
        key_id = new_id()
        database.execute("INSERT INTO keys VALUES (?, ?, ?, ?)", (key_id, new_id(), b"wrapped", b"digest"))
    assert shred(own, key_id).said["code"] == "unknown_secret"
    assert key_id in key_ids(own)


def test_a_request_that_is_refused_is_noted_without_any_value(own: Service, tmp_path: Path) -> None:
    register(own)
    redact(own, [*found(own), (1, "/nothing")], reason="by mistake")
    own.end()
    noted = (own.home.config / "attempts.jsonl").read_text()
    assert "no value at /nothing" in noted
    assert CANARY not in noted
    assert [json.loads(line) for line in noted.splitlines()]
