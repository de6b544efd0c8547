"""What a service records of runs, what it refuses, and what it gives out."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest

from tests.runs.made_runs import record_run
from tests.service.asking import done, refused
from tests.service.running import TEXTS, Answer, Service
from zenml.api.runs import closing
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.ids import new_change_id, utc_now
from zenml.ledger.origin import origin
from zenml.repository import Repository
from zenml.runs.configuration import configuration
from zenml.runs.running.code import FoundCode
from zenml.runs.running.masking import Mask
from zenml.runs.running.started import RunRequest, started
from zenml.service import sent_runs
from zenml.service.tokens import Role, Token

YEAR = int(utc_now()[:4])
ROOT = "00" * 32


def salted(value: object) -> dict[str, str]:
    return {"s": "00" * 16, "v": json.dumps(value)}


def begin(service: Service) -> str:
    """Begins the ledger of this year's runs; returns the path of its events."""
    done(service.change({"do": "begin_runs_ledger", "year": YEAR}))
    return f"{service.ledger}/runs/{YEAR}/events"


def start(service: Service, **others: Any) -> dict[str, Any]:
    """Returns the first event of a run."""
    with Repository(notify=lambda sentence: None).reading() as snapshot:
        chosen = configuration(snapshot, None)
    event = started(
        chosen, origin(None, None, None), RunRequest(command=("true",), folder="/"), FoundCode(), Mask()
    )
    return {"topic": event.TOPIC, "fields": {**event.to_fields(), **others}}


def end(run_id: str) -> dict[str, Any]:
    """Returns the last event of a run."""
    fields = {"run_id": run_id, "outcome": "failed", "exit_code": 3, "signal": None, "time": utc_now()}
    return {"topic": "zenml:RunFinished", "fields": fields}


def record(service: Service, path: str, *events: dict[str, Any], **others: Any) -> Answer:
    """Asks to record events."""
    return service.post(path.removesuffix("/events"), {"events": events, **others})


def test_a_run_is_recorded_and_given_out_with_what_it_takes_to_check_it(own: Service) -> None:
    path = begin(own)
    began = start(own)
    assert record(own, path, began).status == 200
    assert record(own, path, end(began["fields"]["run_id"]), after=1).status == 200
    answer = own.ask(path)
    said, tree = answer.said, Frontier()
    assert [event["topic"] for event in said["events"]] == ["zenml:RunStarted", "zenml:RunFinished"]
    for event in said["events"]:
        ledger_id, fields = said["ledger"]["ledger_id"], json.loads(event["text"])
        tree = tree.appended(leaf_hash(ledger_id, event["position"], event["topic"], fields))
    assert (said["ledger"]["root"], said["ledger"]["kind"], said["next"]) == (tree.root().hex(), "runs", None)
    assert own.ask(path, **{"If-None-Match": answer.headers["etag"]}).status == 304
    assert own.ask(f"{path}?after=1").said["events"] == said["events"][1:]
    page = own.ask(f"{path}?limit=1").said
    assert (page["events"], page["next"]) == (said["events"][:1], 1)


def test_whoever_records_is_told_what_others_did_meanwhile(own: Service) -> None:
    path = begin(own)
    began, another = start(own), start(own)
    record(own, path, began)
    answer = record(own, path, another).said
    assert [json.loads(event["text"])["run_id"] for event in answer["events"]] == [
        began["fields"]["run_id"],
        another["fields"]["run_id"],
    ]


def test_who_ran_it_is_for_the_token_to_say(own: Service) -> None:
    path = begin(own)
    began = start(own)
    began["fields"]["actor"] = {**began["fields"]["actor"], "actor_id": salted("somebody"), "kind": "external"}
    stored = json.loads(record(own, path, began).said["events"][0]["text"])["actor"]
    assert (json.loads(stored["actor_id"]["v"]), stored["known_by"], stored["kind"]) == (
        "writer",
        "token",
        "automation",
    )


def test_the_same_event_is_recorded_once(own: Service) -> None:
    path = begin(own)
    began = start(own)
    ended = end(began["fields"]["run_id"])
    for _ in range(2):
        assert record(own, path, began, ended, began, ended).said["ledger"]["size"] == 2


@pytest.mark.parametrize("role", ["reader", None])
def test_only_writers_record(own: Service, role: str | None) -> None:
    path = begin(own)
    answer = own.post(path.removesuffix("/events"), {"events": [start(own)]}, TEXTS[role] if role else None)
    assert refused(answer) == ((403, "role_may_not") if role else (401, "no_token"))
    assert own.ask(path).said["events"] == []


def test_what_was_not_begun_is_not_there(own: Service) -> None:
    path = f"{own.ledger}/runs/{YEAR}/events"
    assert refused(own.ask(path)) == (404, "runs_not_begun")
    assert refused(record(own, path, start(own))) == (404, "runs_not_begun")
    begin(own)
    assert refused(own.ask(path.replace(str(YEAR), "2001"))) == (404, "runs_not_begun")
    elsewhere = path.replace(own.served.ledger_id, "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11")
    assert refused(own.ask(elsewhere)) == (404, "ledger_not_found")
    assert refused(record(own, elsewhere, start(own))) == (404, "ledger_not_found")


def test_a_run_that_did_not_begin_here_is_refused(own: Service) -> None:
    path = begin(own)
    assert refused(record(own, path, end(new_change_id()))) == (404, "run_not_found")
    assert refused(record(own, path, start(own), end(new_change_id()))) == (404, "run_not_found")
    assert own.ask(path).said["events"] == []


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        ({"profile_ledger_id": "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"}, (422, "run_elsewhere")),
        ({"root": ROOT}, (409, "another_history")),
        ({"position": 2**40}, (409, "beyond_the_end")),
        ({"position": 1}, (409, "another_history")),
        ({"position": -1}, (409, "another_history")),
        ({"name": 3}, (422, "invalid_event")),
        ({"surplus": 3}, (422, "invalid_event")),
        ({"origin": {"s": "00" * 16, "v": "{ }"}}, (422, "invalid_event")),
    ],
)
def test_what_cannot_be_a_run_of_this_profile_is_refused(
    own: Service, wrong: dict[str, Any], answer: tuple[int, str]
) -> None:
    path = begin(own)
    assert refused(record(own, path, start(own, **wrong))) == answer
    assert own.ask(path).said["events"] == []


def test_an_event_of_a_profile_is_none_of_a_run(own: Service) -> None:
    path = begin(own)
    event = {"topic": "zenml:StackRenamed", "fields": {}}
    assert refused(record(own, path, event)) == (422, "invalid_event")


def test_an_earlier_point_of_the_profile_is_one_too(own: Service) -> None:
    path = begin(own)
    began = start(own)
    done(own.change({"do": "rename_stack", "name": "default", "new_name": "prod"}))
    assert record(own, path, began).status == 200


def test_whoever_has_more_than_the_service_is_told_so(own: Service) -> None:
    path = begin(own)
    assert refused(record(own, path, start(own), after=7)) == (409, "beyond_the_end")
    assert refused(own.ask(f"{path}?after=7")) == (409, "beyond_the_end")
    assert own.ask(path).said["events"] == []


def test_a_year_is_begun_once_and_nothing_is_recorded_in_a_closed_one(own: Service) -> None:
    path = begin(own)
    again = own.change({"do": "begin_runs_ledger", "year": YEAR})
    assert (again.status, again.said["recorded"]) == (200, False)
    close()
    assert refused(record(own, path, start(own))) == (409, "runs_closed")
    assert refused(redact(own, path)) == (409, "runs_closed")
    assert refused(own.change({"do": "begin_runs_ledger", "year": YEAR})) == (422, "runs_closed")
    assert own.ask(path).said["events"] == []


def close(*, delete: bool = False) -> None:
    """Closes this year, on the machine of the service."""
    with mock.patch.object(closing, "utc_now", return_value=f"{YEAR + 1}-12-01T12:00:00.000000Z"):
        repository = Repository(notify=lambda sentence: None)
        repository.close_runs(repository.closable_runs(YEAR), delete=delete)


def test_no_member_says_where_runs_end(own: Service) -> None:
    path = begin(own)
    ledger = own.ask(path).said["ledger"]
    fields = {"runs_ledger_id": ledger["ledger_id"], "year": YEAR, "size": 0, "root": ledger["root"]}
    closed = {"do": "make", "topic": "zenml:RunsLedgerClosed", "fields": fields}
    for role in ("writer", "admin"):
        assert refused(own.change(closed, text=TEXTS[role])) == (422, "runs_of_service")
    assert record(own, path, start(own)).status == 200


def test_of_a_year_that_was_deleted_nothing_is_given_out(own: Service) -> None:
    path = begin(own)
    run = start(own)
    record(own, path, run, end(run["fields"]["run_id"]))
    close(delete=True)
    assert refused(own.ask(path)) == (410, "runs_deleted")


def redact(service: Service, path: str, text: str = TEXTS["admin"], *fields: str, **others: Any) -> Answer:
    """Asks to blank values of the first event of a year's runs."""
    values = [{"position": 1, "field": field} for field in fields or ("/command",)]
    return service.post(f"{path.removesuffix('/events')}/redact", {"values": values, **others}, text)


def test_an_admin_has_values_blanked_and_that_is_recorded_under_its_name(own: Service) -> None:
    path = begin(own)
    began = start(own, reason=salted("for customer-4711"))
    record(own, path, began)
    root = own.ask(path).said["ledger"]["root"]
    answer = redact(own, path, TEXTS["admin"], "/reason", reason="a customer asked for it", after=1)
    assert answer.status == 200
    (event,) = answer.said["events"]
    fields = json.loads(event["text"])
    assert fields["values"] == [{"field": "/reason", "position": 1}]
    assert fields["prior_root"] == root
    assert (fields["actor"]["actor_id"]["v"], fields["actor"]["known_by"]) == ('"admin"', "token")
    assert fields["reason"]["v"] == '"a customer asked for it"'
    assert answer.said["left_over"] == []
    assert b"customer-4711" not in own.ask(path).body
    again = redact(own, path, TEXTS["admin"], "/reason")
    assert again.said["ledger"]["size"] == 2, "what is blank already is not recorded again"


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_only_an_admin_has_values_of_runs_blanked(own: Service, role: str) -> None:
    path = begin(own)
    record(own, path, start(own))
    before = own.ask(path).body
    assert refused(redact(own, path, TEXTS[role])) == (403, "role_may_not")
    assert own.ask(path).body == before


def test_where_no_value_is_nothing_is_blanked(own: Service) -> None:
    path = begin(own)
    record(own, path, start(own))
    before = own.ask(path).body
    assert refused(redact(own, path, TEXTS["admin"], "/command", "/name")) == (422, "no_value_there")
    beyond = {"values": [{"position": 9, "field": "/command"}]}
    assert refused(own.post(f"{path.removesuffix('/events')}/redact", beyond, TEXTS["admin"])) == (
        422,
        "no_value_there",
    )
    assert own.ask(path).body == before


def test_nobody_says_of_runs_that_something_was_redacted(own: Service) -> None:
    path = begin(own)
    record(own, path, start(own))
    said = json.loads(redact(own, path).said["events"][-1]["text"])
    for text in (TEXTS["writer"], TEXTS["admin"]):
        claimed = {"topic": "zenml:RunValuesRedacted", "fields": said}
        answer = own.post(path.removesuffix("/events"), {"events": [claimed]}, text)
        assert refused(answer) == (404, "run_not_found")


def inner(text: str) -> dict[str, str]:
    return {"s": "00" * 16, "v": text}


PROCESS = {"pid": -1, "started": "1", "boot": None, "namespace": None}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        *(({"origin": inner(text)}, "invalid_event") for text in ("[1]", '"x"', '{"x":[1]}')),
        *(({"command": inner(text)}, "invalid_event") for text in ("5", '[["a"],1]', "[]")),
        ({"reason": inner('{"x":[1]}')}, "invalid_event"),
        *(
            ({"name": name}, "invalid_event")
            for name in ("\x1b[31m", "a\nb", "n" * 40_000, "", "-x", "a/b", "\u202e")
        ),
        ({"process": PROCESS}, "invalid_event"),
        ({"process": {**PROCESS, "pid": 1, "started": "1" * 1_001}}, "invalid_event"),
        ({"secrets": ["a\x1bb"]}, "invalid_event"),
        ({"parameters": {"p" * 1_001: inner("1")}}, "invalid_event"),
        ({"time": "2025-02-30T00:00:00.000000Z"}, "invalid_event"),
        *(({"time": f"{year}-01-01T00:00:00.000000Z"}, "run_time") for year in (1970, 9999)),
        ({"run_id": "018f5c0e-7a1b-7c3d-9e4f-5a6b7c8d9e0f"}, "run_time"),
        ({"run_id": "ffffffff-ffff-7c3d-9e4f-5a6b7c8d9e0f"}, "run_time"),
        ({"stack_id": "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"}, "run_stack"),
        ({"stack_name": "another"}, "run_stack"),
    ],
)
def test_a_beginning_that_would_be_in_somebodys_way_is_refused(
    own: Service, wrong: dict[str, Any], code: str
) -> None:
    path = begin(own)
    assert refused(record(own, path, start(own, **wrong))) == (422, code)
    assert own.ask(path).said["events"] == []


def note(run_id: str, name: str = "model", time: str | None = None) -> dict[str, Any]:
    """Returns that a run made something."""
    made = {"name": name, "uri": salted("s3://models/1"), "digest": None}
    return {"topic": "zenml:RunNoted", "fields": {"run_id": run_id, "note": made, "time": time or utc_now()}}


def test_only_the_token_that_began_a_run_adds_to_it_and_an_admin(own: Service) -> None:
    path = begin(own)
    began = start(own)
    run_id = began["fields"]["run_id"]
    record(own, path, began)
    own.tokens.tokens["zt_another"] = Token("another", "another", Role.WRITER, True)
    for events in ([end(run_id)], [note(run_id)], [began, end(run_id)]):
        answer = own.post(path.removesuffix("/events"), {"events": events}, "zt_another")
        assert refused(answer) == (403, "run_of_another")
    assert len(own.ask(path).said["events"]) == 1
    assert record(own, path, note(run_id)).status == 200
    assert own.post(path.removesuffix("/events"), {"events": [end(run_id)]}, TEXTS["admin"]).status == 200
    assert len(own.ask(path).said["events"]) == 3


@pytest.mark.parametrize("year", [1970, 9999])
def test_a_run_ends_after_it_began_and_not_in_another_age(own: Service, year: int) -> None:
    path = begin(own)
    began = start(own)
    record(own, path, began)
    ended = end(began["fields"]["run_id"])
    ended["fields"]["time"] = f"{year}-01-01T00:00:00.000000Z"
    assert refused(record(own, path, ended)) == (422, "run_time")


@pytest.mark.parametrize("name", ["\x1b[31m", "n" * 129, "a/b"])
def test_what_is_noted_has_a_name_that_can_be_one(own: Service, name: str) -> None:
    path = begin(own)
    began = start(own)
    assert refused(record(own, path, began, note(began["fields"]["run_id"], name))) == (422, "invalid_event")


def test_the_service_counts_notes_itself(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_runs, "MOST", 3)
    path = begin(own)
    began = start(own)
    run_id = began["fields"]["run_id"]
    first = note(run_id, "1")
    assert record(own, path, began, first, note(run_id, "2")).status == 200
    assert refused(record(own, path, note(run_id, "3"), note(run_id, "4"))) == (422, "too_many_notes")
    assert record(own, path, first, note(run_id, "3"), first).status == 200
    assert refused(record(own, path, note(run_id, "4"))) == (422, "too_many_notes")
    assert own.ask(path).said["ledger"]["size"] == 4


def test_a_run_whose_actor_was_redacted_while_it_goes_on_is_ended_by_a_writer_and_gets_no_notes(
    own: Service,
) -> None:
    path = begin(own)
    began, others = start(own), start(own)
    run_id = began["fields"]["run_id"]
    record(own, path, began, others)
    assert redact(own, path, TEXTS["admin"], "/actor/actor_id").status == 200
    own.tokens.tokens["zt_another"] = Token("another", "another", Role.WRITER, True)
    for text in (TEXTS["writer"], "zt_another"):
        answer = own.post(path.removesuffix("/events"), {"events": [note(run_id), end(run_id)]}, text)
        assert refused(answer) == (403, "run_of_another"), "whose it is, nobody can tell"
    answer = own.post(path.removesuffix("/events"), {"events": [end(others["fields"]["run_id"])]}, "zt_another")
    assert refused(answer) == (403, "run_of_another"), "of this one it is known"
    assert record(own, path, end(run_id)).status == 200
    assert json.loads(own.ask(path).said["events"][-1]["text"])["run_id"] == run_id


def test_no_writer_ends_a_redacted_run_that_no_token_began(own: Service) -> None:
    path = begin(own)
    here = Repository(notify=lambda sentence: None)
    run_id = record_run(here, "on the machine of the service", exit_code=None)
    assert redact(own, path, TEXTS["admin"], "/actor/actor_id").status == 200
    assert refused(record(own, path, end(run_id))) == (403, "run_of_another")
