"""A change that is asked for twice is made once, and the order of its events across ledgers is the client's."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest

from tests.service.asking import began, done, refused, stack, tracker
from tests.service.running import SECRET, TEXTS, Service
from zenml.ledger.ids import new_change_id


def size(service: Service) -> int:
    return int(service.ask(service.ledger).said["size"])


def test_the_same_id_is_the_same_change(own: Service) -> None:
    change_id = new_change_id()
    first = done(own.change(stack("one"), change_id=change_id))
    assert first["change_id"] == change_id
    second = done(own.change(stack("one"), change_id=change_id, expect=first["ledger"]["size"] - 2))
    assert second == {**first, "repeated": True}
    assert done(own.undo(change_id, change_id=new_change_id()))


def test_the_same_id_at_the_same_time_is_one_change(own: Service) -> None:
    before, change_id = size(own), new_change_id()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: done(own.change(stack("one"), change_id=change_id)), range(8)))
    assert sorted(answer["repeated"] for answer in answers) == [False] + [True] * 7
    assert len({str(answer["events"]) for answer in answers}) == 1
    assert size(own) == before + 2


def test_an_id_that_another_change_has_is_taken(own: Service) -> None:
    change_id = done(own.change(stack("one")))["change_id"]
    assert refused(own.change(stack("two"), change_id=change_id, text=TEXTS["admin"])) == (409, "change_id_taken")
    own.home.done("profile", "create", "other")
    newest = json.loads(own.home.done("history", "--all", "-n", "1", "-o", "json").stdout)
    other = newest["changes"][0]["change_id"]
    assert refused(own.change(stack("two"), change_id=other)) == (409, "change_id_taken")
    same_letters = f"{int(change_id[:8], 16) + 1:08x}{change_id[8:]}"
    assert refused(own.change(stack("two"), change_id=same_letters)) == (409, "change_id_taken")


@pytest.mark.parametrize("secret", [False, True])
def test_an_idempotency_key_is_of_one_command(own: Service, secret: bool) -> None:
    command = tracker(tracking_password=SECRET) if secret else stack("one")
    first = done(own.change(command, idempotency_key="job-1"))
    before = size(own)
    assert done(own.change(command, idempotency_key="job-1")) == {**first, "repeated": True}
    assert refused(own.change(stack("two"), idempotency_key="job-1")) == (409, "repeated_key")
    assert size(own) == before
    undo = own.undo(first["change_id"], idempotency_key="job-2")
    assert done(own.undo(first["change_id"], idempotency_key="job-2")) == {**done(undo), "repeated": True}


def test_the_hash_of_a_command_is_the_clients(own: Service) -> None:
    hashed = f"sha256:{sha256(b'anything').hexdigest()}"
    asked: dict[str, Any] = {"idempotency_key": "job-1", "command_hash": hashed}
    fact = began(own.change(stack("one"), **asked))
    assert fact["idempotency"]["command_hash"]["v"] == f'"{hashed}"'
    assert done(own.change(stack("another"), **asked))["repeated"]
    assert refused(own.change(stack("one"), **{**asked, "command_hash": "x"})) == (409, "repeated_key")


def test_a_key_that_was_used_in_another_profile_is_new(own: Service) -> None:
    own.home.done("profile", "create", "other", "--idempotency-key", "job-1")
    assert not done(own.change(stack("one"), idempotency_key="job-1"))["repeated"]


AWAY, FURTHER = (f"0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a1{digit}" for digit in "12")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([(AWAY, 2), ("here", 1), (AWAY, 1), ("here", 2)], [(AWAY, 2), ("here", 1), (AWAY, 1), ("here", 2)]),
        ([(AWAY, 2)], [(AWAY, 2), ("here", 3)]),
        ([("here", 1), (AWAY, 2)], [("here", 3), (AWAY, 2)]),
        ([("here", 5), (AWAY, 2), ("here", 1)], [("here", 2), (AWAY, 2), ("here", 1)]),
        ([("here", 5), (AWAY, 2), ("here", 9)], [(AWAY, 2), ("here", 3)]),
        ([("here", 0), (AWAY, 0), (FURTHER, 1)], [("here", 3), (FURTHER, 1)]),
    ],
)
def test_the_order_across_ledgers_is_the_clients(own: Service, given: Any, kept: Any) -> None:
    def named(parts: Any) -> list[dict[str, Any]]:
        here = own.served.ledger_id
        return [{"ledger_id": here if name == "here" else name, "count": count} for name, count in parts]

    answer = own.change(stack("one"), stack("two"), stack("three"), parts=named(given))
    assert began(answer)["parts"] == named(kept)
    own.home.done("audit", "verify")
    done(own.undo(done(answer)["change_id"]))


def test_no_part_is_said_to_be_in_a_ledger_of_the_services_machine(own: Service) -> None:
    heads = own.home.python(
        "from zenml.repository import Repository\n"
        "print(*(head.ledger_id for head in Repository().ledger_status().heads if head.kind == 'machine'))"
    )
    parts = [{"ledger_id": heads.stdout.strip(), "count": 1}]
    assert refused(own.change(stack("one"), parts=parts)) == (422, "part_not_elsewhere")
