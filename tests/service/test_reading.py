"""What is read of the served ledger is what is stored, and enough to compute its root oneself."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.running import SECRET, TEXTS, Service, listening
from tests.support import shared
from tests.support.canaries import leaks
from zenml import paths
from zenml.evidence.merkle import Frontier
from zenml.ledger.sessions import host
from zenml.projections import stored_events
from zenml.projections.database import open_still
from zenml.service.kept_file import KeptFile
from zenml.service.record import ServedRecord
from zenml.stores.shared.arrivals import Arrivals


def stored(service: Service) -> list[tuple[int, str, str]]:
    """Returns what the file has."""
    with open_still(paths.ledger_file(str(service.home.config))) as database:
        events = stored_events.events(database, service.served.ledger_id)
        return [(event.position, event.topic, event.text.decode()) for event in events]


def paged(service: Service, limit: int) -> tuple[list[tuple[int, str, str]], dict[str, Any]]:
    """Returns what all pages have, and where the last one says that the ledger ends."""
    events: list[tuple[int, str, str]] = []
    after: int | None = 0
    page: dict[str, Any] = {}
    while after is not None:
        page = service.ask(f"{service.ledger}/events?after={after}&limit={limit}").said
        assert len(page["events"]) <= limit
        events += [(event["position"], event["topic"], event["text"]) for event in page["events"]]
        after = page["next"]
    return events, page["ledger"]


@pytest.mark.parametrize("limit", [1, 3, 5000])
def test_pages_have_what_is_stored(service: Service, limit: int) -> None:
    events, _ = paged(service, limit)
    assert events == stored(service)
    assert len(events) > 6


def test_a_page_is_what_a_machine_takes_over_after_its_own_checks(service: Service) -> None:
    events, end = paged(service, 4)
    arrivals = Arrivals(service.served.ledger_id, Frontier())
    for position, topic, text in events:
        arrivals.add(position, topic, text.encode(), newer=False)
    assert [arrival.position for arrival in arrivals.take_all(bytes.fromhex(end["frontier"]))] == [
        position for position, _, _ in events
    ]
    assert (arrivals.tree.size, arrivals.tree.root().hex()) == (end["size"], end["root"])


def test_a_ledger_says_where_it_ends(service: Service) -> None:
    answer = service.ask(service.ledger)
    _, end = paged(service, 100)
    assert answer.said == end
    assert answer.said["kind"] == "profile"
    assert answer.headers["etag"].startswith(f'"{len(stored(service))}-{end["frontier"][:16]}')


@pytest.mark.parametrize("path", ["", "/events", "/events?after=2&limit=1"])
def test_what_did_not_change_is_not_sent_again(service: Service, path: str) -> None:
    first = service.ask(service.ledger + path)
    again = service.ask(service.ledger + path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert service.ask(service.ledger + path, If_None_Match='"1"').status == 200
    size = first.headers["etag"].partition("-")[0]
    another_history = f'{size}-{"0" * 16}"'
    assert service.ask(service.ledger + path, If_None_Match=another_history).status == 200


def test_what_is_served_and_who_asks_is_said(service: Service) -> None:
    for role, text in TEXTS.items():
        assert service.ask("/v1", text).said == {
            "ledger_id": service.served.ledger_id,
            "kind": "profile",
            "profile": "default",
            "format": 6,
            "min_client": "0.1.0",
            "role": role,
            "name": role,
            "secrets": role != "reader",
            "host": host(),
        }


def test_no_secret_is_given_out_and_no_key(service: Service) -> None:
    with closing(sqlite3.connect(paths.ledger_file(str(service.home.config)))) as database:
        keys = [bytes(key) for (key,) in database.execute("SELECT wrapped FROM keys")]
    assert keys
    bodies = {path: service.ask(service.ledger + path, TEXTS["admin"]).body for path in ("", "/events", "/verify")}
    assert leaks(SECRET, bodies) == []
    for key in keys:
        assert leaks(key.hex(), bodies) == []
    del bodies["/events"]  # has what people recorded, and so the folder of the artifact store
    assert [body for body in bodies.values() if str(service.home.base).encode() in body] == []


def test_a_record_that_nobody_altered_is_said_to_be_right(service: Service) -> None:
    said = service.ask(service.ledger + "/verify").said
    _, end = paged(service, 100)
    assert (said["ok"], said["elsewhere"], said["in_clear"]) == (True, 0, [])
    assert (said["size"], said["root"]) == (end["size"], end["root"])
    assert said["verdicts"]["content"] == {"state": "ok", "problems": []}


def test_pages_are_never_larger_than_they_may_be(service: Service) -> None:
    file = KeptFile(service.served.config_directory)
    record = ServedRecord(service.served, file)
    whole = record.page(0, 5000, 2**30)
    room = sum(len(text) + 1 for _, text in whole.events[:3])
    assert [at for at, _ in record.page(0, 5000, room).events] == [1, 2, 3]
    assert [at for at, _ in record.page(0, 5000, room - 1).events] == [1, 2]
    assert [at for at, _ in record.page(0, 5000, 0).events] == [1]
    assert record.page(whole.last, 5000, 0).events == []
    file.close()


def altered(service: Service, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(paths.ledger_file(str(service.home.config)))) as database:
        assert database.execute(sql, values).rowcount == 1
        database.commit()


def test_an_event_that_was_altered_is_found(own: Service) -> None:
    altered(
        own,
        "UPDATE stored_events SET state = CAST(replace(state, 'default', 'defaulu') AS BLOB)"
        " WHERE originator_id = ? AND originator_version = 2",
        own.served.ledger_id.replace("-", ""),
    )
    said = own.ask(own.ledger + "/verify").said
    assert said["ok"] is False
    assert said["verdicts"]["content"]["state"] == "bad"
    assert said["verdicts"]["content"]["problems"][0]["position"] is not None


def test_what_is_wrong_with_another_ledger_is_counted_and_not_told(own: Service) -> None:
    altered(
        own,
        "UPDATE stored_events SET state = CAST(replace(state, '}', ' }') AS BLOB) WHERE originator_id <> ?"
        " AND originator_version = 1",
        own.served.ledger_id.replace("-", ""),
    )
    said = own.ask(own.ledger + "/verify").said
    assert (said["ok"], said["verdicts"]["content"]) == (True, {"state": "ok", "problems": []})
    assert said["elsewhere"] > 0


def test_a_key_that_is_wrong_is_said_without_its_place(own: Service) -> None:
    tracked = ("--tracking_uri=https://mlflow.example", "--tracking_username=ann")
    own.home.done("experiment-tracker", "register", "x", "-f", "mlflow", *tracked, f"--tracking_password={SECRET}")
    (own.home.config / "ledger.key").write_text("0" * 64)
    answer = own.ask(own.ledger + "/verify")
    (problem,) = answer.said["verdicts"]["secrets"]["problems"]
    assert problem["message"].startswith("The key in ledger.key is the wrong one")
    assert str(own.home.base).encode() not in answer.body


def test_an_event_that_is_missing_is_no_page(own: Service) -> None:
    altered(
        own,
        "DELETE FROM stored_events WHERE originator_id = ? AND originator_version = 2",
        own.served.ledger_id.replace("-", ""),
    )
    answer = own.ask(own.ledger + "/events")
    assert (answer.status, answer.said["code"]) == (500, "altered_ledger")


def test_a_file_that_is_gone_is_said_without_its_place(own: Service) -> None:
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (own.home.config / name).unlink(missing_ok=True)
    answer = own.ask(own.ledger)
    assert answer.status in (404, 500)
    assert str(own.home.base).encode() not in answer.body


def test_a_shared_profile_is_asked_of_its_database(tmp_path: Path) -> None:
    one, other = (shared.machine(tmp_path.resolve() / name, name) for name in ("one", "other"))
    team = shared.begun(one, "team")
    shared.joined(one, other, team)
    with mock.patch.dict(os.environ, one.variables(), clear=True), listening(one, "team") as service:
        before = service.ask(service.ledger).said["size"]
        other.done("stack", "rename", "default", "prod")
        events, end = paged(service, 100)
        assert end["size"] > before
        assert events[-1][1] == "zenml:StackRenamed"
        (tmp_path / "team.db").rename(tmp_path / "away.db")
        assert service.ask(service.ledger).said == end
        assert str(tmp_path).encode() not in service.ask(service.ledger).body


def test_a_profile_that_is_called_otherwise_is_still_served(own: Service) -> None:
    own.home.done("profile", "rename", "default", "main")
    assert own.ask("/v1").said["profile"] == "main"
