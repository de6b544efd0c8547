"""One thread makes the changes of all: none is lost, none is made twice, and readers never wait for it."""

from __future__ import annotations

import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any
from unittest import mock

import pytest

from tests.service.asking import done, refused, renaming, stack, tracker
from tests.service.running import TEXTS, Answer, Service, listening
from tests.support import shared
from zenml import paths
from zenml.domain.errors import AgainError, CommitUnknownError, UnreachableError
from zenml.service.kept_file import KeptFile
from zenml.service.tokens import Tokens
from zenml.service.writer import Writer
from zenml.service.writing.deciding import Deciding


def names(service: Service) -> set[str]:
    return {row["STACK NAME"] for row in service.home.done("stack", "list").rows}


def test_many_clients_lose_nothing(own: Service) -> None:
    before = own.ask(own.ledger).said["size"]
    wanted = [f"s{number}" for number in range(64)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda name: done(own.change(stack(name))), wanted))
    assert names(own) == {"default", *wanted}
    ends = sorted(answer["ledger"]["size"] for answer in answers)
    assert ends == list(range(before + 2, before + 2 * 64 + 1, 2))
    own.end()
    own.home.done("audit", "verify")


def test_commands_and_the_service_take_turns(own: Service) -> None:
    def here(number: int) -> None:
        own.home.done("stack", "register", f"here{number}", "-a", "default", "-o", "default")

    with ThreadPoolExecutor(4) as pool:
        commands = [pool.submit(here, number) for number in range(4)]
        for number in range(20):
            done(own.change(stack(f"there{number}")))
        for command in commands:
            command.result()
    assert len(names(own)) == 25
    own.home.done("audit", "verify")


@pytest.fixture
def held(own: Service) -> Any:
    """The lock of the ledger, which somebody else holds until it is released."""
    path = paths.ledger_file(own.served.config_directory)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield lambda: database.execute("ROLLBACK")


def waiting(service: Service, name: str, answers: list[Answer]) -> Thread:
    thread = Thread(target=lambda: answers.append(service.change(stack(name))))
    thread.start()
    return thread


def test_readers_do_not_wait_for_writers(own: Service, held: Any) -> None:
    answers: list[Answer] = []
    threads = [waiting(own, f"s{number}", answers) for number in range(60)]
    began = time.monotonic()
    assert own.ask(own.ledger).status == 200
    assert own.ask("/health", None).status == 200
    assert time.monotonic() - began < 15  # they wait until the lock is given back
    assert answers == []
    held()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 60


def test_whoever_holds_the_lock_too_long_is_said_to_be_in_the_way(own: Service, held: Any) -> None:
    with mock.patch("zenml.stores.waiting.LOCK_TIMEOUT", 0.2):
        answer = own.change(stack("one"))
    assert refused(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "5"
    assert own.served.config_directory.encode() not in answer.body
    held()
    done(own.change(stack("one")))


def test_when_too_many_wait_the_next_one_is_told_to_come_again(own: Service, held: Any) -> None:
    answers: list[Answer] = []
    with mock.patch.object(own.writer._waiting, "maxsize", 2):
        threads = [waiting(own, f"s{number}", answers) for number in range(8)]
        until = time.monotonic() + 20
        while len(answers) < 5 and time.monotonic() < until:
            time.sleep(0.01)
        assert [refused(answer) for answer in answers] == [(503, "busy")] * 5
        assert {answer.headers["retry-after"] for answer in answers} == {"5"}
        held()
        for thread in threads:
            thread.join()
    assert sorted(answer.status for answer in answers) == [200] * 3 + [503] * 5


def test_what_is_being_decided_when_the_service_ends_is_finished(own: Service, held: Any) -> None:
    answers: list[Answer] = []
    threads = [waiting(own, "one", answers)]
    until = time.monotonic() + 20
    while own.writer._thread is None or own.writer._waiting.qsize():
        assert time.monotonic() < until
        time.sleep(0.01)
    threads.append(waiting(own, "two", answers))
    while not own.writer._waiting.qsize():
        assert time.monotonic() < until
        time.sleep(0.01)
    ending = Thread(target=own.writer.end)
    ending.start()
    held()
    for thread in (*threads, ending):
        thread.join()
    by_status = {answer.status: answer for answer in answers}
    done(by_status[200])
    assert refused(by_status[503]) == (503, "service_ends")
    assert refused(own.change(stack("three"))) == (503, "service_ends")
    assert names(own) == {"default", "one"}


def test_what_is_being_decided_is_made_though_whoever_asked_has_gone(own: Service, held: Any) -> None:
    connection = own.connection()
    connection.request(
        "POST",
        f"{own.ledger}/changes",
        '{"commands":[{"do":"rename_stack","name":"default","new_name":"prod"}]}',
        {"Authorization": f"Bearer {TEXTS['writer']}", "Content-Type": "application/json"},
    )
    until = time.monotonic() + 20
    while own.writer._thread is None or own.writer._waiting.qsize():
        assert time.monotonic() < until
        time.sleep(0.01)
    connection.close()
    held()
    while names(own) != {"prod"}:
        assert time.monotonic() < until


def test_a_file_that_was_replaced_is_opened_again(own: Service) -> None:
    done(own.change(stack("one")))
    path = Path(paths.ledger_file(own.served.config_directory))
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(copy)) as target:
        database.backup(target)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    copy.replace(path)
    done(own.change(stack("two")))
    assert names(own) == {"default", "one", "two"}


def test_a_file_that_cannot_be_used_for_a_while_is_opened_again(own: Service) -> None:
    done(own.change(stack("one")))
    path = Path(paths.ledger_file(own.served.config_directory))
    away = own.home.folder("away")

    def move(source: Path, target: Path) -> None:
        for file in source.glob(f"{path.name}*"):
            file.replace(target / file.name)

    move(path.parent, away)
    answer = own.change(stack("two"))
    assert answer.status in (500, 503), answer.body
    assert own.served.config_directory.encode() not in answer.body
    move(away, path.parent)
    done(own.change(stack("two")))


def test_a_fault_of_the_service_ends_neither_it_nor_its_thread(own: Service) -> None:
    with mock.patch("zenml.service.writing.deciding.check_clock", side_effect=RuntimeError(SECRET_PATH)):
        answer = own.change(stack("one"))
    assert refused(answer) == (500, "internal")
    assert SECRET_PATH.encode() not in answer.body
    done(own.change(stack("one")))


SECRET_PATH = "/somewhere/secret"


def test_a_profile_that_moved_is_changed_where_it_is_now(own: Service) -> None:
    done(own.change(stack("one")))
    url = f"sqlite:///{own.home.base / 'team.db'}"
    own.home.done("profile", "move", "default", "--to", url)
    done(own.change(stack("two")))
    with closing(sqlite3.connect(own.home.base / "team.db")) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM zenml_events WHERE topic = 'zenml:StackRegistered'"
        ).fetchone()
    assert count == 3
    own.home.done("audit", "verify")


def test_a_profile_that_is_gone_is_not_changed(own: Service) -> None:
    own.home.done("profile", "create", "other", "--set")
    own.home.done("profile", "delete", "default")
    assert refused(own.change(stack("one"))) == (409, "gone_since")


def test_a_token_that_was_revoked_while_others_were_decided_changes_nothing(own: Service) -> None:
    text = own.home.done("service", "token", "create", "ci", "--role", "writer").stdout.strip()
    with closing(KeptFile(own.served.config_directory)) as file:
        token = Tokens(own.served.config_directory, file).checked(text)
    assert token is not None
    own.tokens.tokens["zt_ci"] = token
    done(own.change(stack("one"), text="zt_ci"))
    own.home.done("service", "token", "revoke", "ci")
    assert refused(own.change(stack("two"), text="zt_ci")) == (401, "wrong_token")
    assert names(own) == {"default", "one"}


def test_nobody_else_is_asked_again_and_again(own: Service) -> None:
    real, calls = Deciding._once, 0

    def once(self: Deciding, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise AgainError("Others were in the way.")
        return real(self, *arguments)

    with mock.patch.object(Deciding, "_once", once):
        done(own.change(stack("one")))
    assert calls == 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommitUnknownError("Nobody knows.", code="perhaps_recorded", change="zzzz"), "commit_unknown"),
        (UnreachableError("Nobody answers.", code="database_unreachable"), "database_unreachable"),
    ],
)
def test_what_may_be_otherwise_in_a_moment_is_to_be_asked_again(own: Service, error: Exception, code: str) -> None:
    with mock.patch.object(Deciding, "_once", side_effect=error):
        answer = own.change(stack("one"))
    assert refused(answer) == (503, code)
    assert answer.headers["retry-after"] == "5"
    done(own.change(renaming("default", "prod")))


def test_a_database_that_is_silent_is_asked_again_later(tmp_path: Path) -> None:
    home = shared.machine(tmp_path.resolve() / "one", "one")
    shared.begun(home, "team")
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home, "team") as service:
        done(service.change(stack("one")))
        database = tmp_path.resolve() / "team.db"
        database.rename(tmp_path / "away.db")
        answer = service.change(stack("two"))
        assert answer.status in (500, 503), answer.body
        for left in tmp_path.glob("team.db*"):
            left.unlink()
        (tmp_path / "away.db").rename(database)
        done(service.change(stack("two")))


def test_a_writer_that_was_never_asked_ends_at_once(own: Service) -> None:
    writer = Writer(own.served)
    writer.end()
    writer.end()


def test_of_changes_that_are_recorded_together_each_is_whole_or_refused(own: Service, held: Any) -> None:
    asked = [
        stack("one"),
        stack("one"),
        renaming("nowhere", "x"),
        stack("two"),
        tracker(tracking_password="x" * 60_000),
    ]
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(own.change, renaming("default", "prod"))
        until = time.monotonic() + 20
        while own.writer._thread is None or own.writer._waiting.qsize():
            assert time.monotonic() < until
            time.sleep(0.01)
        rest = [pool.submit(own.change, command) for command in asked]
        while own.writer._waiting.qsize() < len(rest):
            assert time.monotonic() < until
            time.sleep(0.01)
        held()
        done(first.result())
        answers = [one.result() for one in rest]
    assert sorted(answer.status for answer in answers) == [200, 200, 422, 422, 422]
    assert names(own) == {"prod", "one", "two"}
    ends = [answer.said["ledger"]["size"] for answer in answers if answer.status == 200]
    assert sorted(ends) == [own.ask(own.ledger).said["size"] - 2, own.ask(own.ledger).said["size"]]
    own.end()
    own.home.done("audit", "verify")


def test_when_what_was_decided_together_cannot_be_recorded_everybody_hears_of_it(own: Service, held: Any) -> None:
    done_before = own.ask(own.ledger).said
    with mock.patch("zenml.stores.waiting.LOCK_TIMEOUT", 0.2), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: own.change(stack(f"s{number}")), range(8)))
    assert {refused(answer) for answer in answers} == {(503, "busy")}
    held()
    assert own.ask(own.ledger).said == done_before


def test_views_that_somebody_edits_meanwhile_are_made_again(own: Service) -> None:
    done(own.change(stack("one")))
    with closing(sqlite3.connect(paths.ledger_file(own.served.config_directory))) as database:
        database.execute("UPDATE stacks SET name = 'edited' WHERE name = 'one'")
        database.commit()
    done(own.change(renaming("one", "two")))
    assert names(own) == {"default", "two"}
