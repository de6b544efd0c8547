"""Nobody gets in without a token, and nothing is told to who does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import Depends, FastAPI

from tests.service.asking import done, refused, renaming
from tests.service.running import REVOKED, TEXTS, Known, Listening, Service, bound
from zenml.domain.errors import DamagedLedgerError
from zenml.service.attempts import MOST, SECONDS, WrongTokens
from zenml.service.callers import OnlyCallers, at_least
from zenml.service.problems import answer_problems

WRONG = "zt_reader_other"
PATHS = (
    "/v1",
    "{ledger}",
    "{ledger}/events",
    "{ledger}/verify",
    "{ledger}/checkpoint",
    "{ledger}/tile/0/000.p/1",
    "{ledger}/tile/entries/000.p/1",
)
WRITING = ("{ledger}/changes", "{ledger}/undo")
SECRETS = "{ledger}/secrets/0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
RUNS = ("{ledger}/runs/2025/events", "{ledger}/runs/2025", "{ledger}/runs/2025/redact")
ELSEWHERE = (
    "/v2",
    "/v1/",
    "/v1/ledgers",
    "/docs/",
    "/health/x",
    "/static-offline-docs",
    "/redoc",
    "/..%2fhealth",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", TEXTS)
def test_every_role_may_read(service: Service, path: str, role: str) -> None:
    answer = service.ask(path.format(ledger=service.ledger), TEXTS[role])
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", [*PATHS, *WRITING, *RUNS, SECRETS, *ELSEWHERE])
def test_nothing_is_told_without_a_token(service: Service, path: str, method: str) -> None:
    answer = service.ask(path.format(ledger=service.ledger), None, method)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    if method != "HEAD":
        assert answer.said == {"code": "no_token", "message": "A token is needed.", "values": {}}


@pytest.mark.parametrize("path", WRITING)
@pytest.mark.parametrize("text", [None, WRONG, REVOKED, TEXTS["reader"]])
def test_only_writers_change_something(service: Service, path: str, text: str | None) -> None:
    before = service.ask(service.ledger).said
    bodies = {"commands": [renaming("prod", "another")]}, {"changes": ["zzzzzz"]}
    status, code = {
        None: (401, "no_token"),
        TEXTS["reader"]: (403, "role_may_not"),
    }.get(text, (401, "wrong_token"))
    for body in bodies:
        assert refused(service.post(path.format(ledger=service.ledger), body, text)) == (status, code)
    assert service.ask(service.ledger).said == before


@pytest.mark.parametrize("path", [*WRITING, SECRETS])
@pytest.mark.parametrize("role", ["writer", "admin"])
@pytest.mark.parametrize("secrets", [False, True])
def test_writers_may_change_something_and_secrets_are_another_matter(
    own: Service, path: str, role: str, secrets: bool
) -> None:
    text = TEXTS[role]
    own.tokens.tokens[text] = own.tokens.tokens[text]._replace(secrets=secrets)
    change_id = done(own.change(renaming("default", "prod"), text=text))["change_id"]
    if path == SECRETS:
        answer = own.ask(path.format(ledger=own.ledger), text)
        assert refused(answer) == ((404, "secret_not_found") if secrets else (403, "secrets_not_allowed"))
    elif path == WRITING[0]:
        done(own.change(renaming("prod", "another"), text=text))
    else:
        done(own.undo(change_id, text=text))


@pytest.mark.parametrize("text", [None, WRONG, REVOKED, TEXTS["reader"]])
def test_nobody_else_learns_whether_there_is_a_secret(service: Service, text: str | None) -> None:
    answer = service.ask(SECRETS.format(ledger=service.ledger), text)
    assert answer.status == (403 if text == TEXTS["reader"] else 401)


@pytest.mark.parametrize("path", WRITING)
def test_no_other_ledger_is_changed(service: Service, path: str) -> None:
    elsewhere = path.format(ledger="/v1/ledgers/0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11")
    for body in ({"commands": [renaming("prod", "another")]}, {"changes": ["zzzzzz"]}):
        assert refused(service.post(elsewhere, body)) == (404, "ledger_not_found")


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json"])
def test_what_is_open_tells_nothing_of_the_ledger(service: Service, path: str) -> None:
    answer = service.ask(path, None)
    assert answer.status == 200
    assert service.served.ledger_id.encode() not in answer.body


@pytest.mark.parametrize(
    "path",
    ["/static-offline-docs/../v1", "/static-offline-docs/%2e%2e/v1", "/docs/../v1", "//v1", "/changes/../v1"],
)
def test_no_way_round_leads_to_the_ledger(service: Service, path: str) -> None:
    answer = service.ask(path, None)
    assert answer.status in (401, 404)
    assert service.served.ledger_id.encode() not in answer.body


@pytest.fixture
def client() -> Iterator[Listening]:
    """An app of our own, which has a path for each role, and knows of no wrong tokens yet."""
    app = FastAPI()
    answer_problems(app, "/somewhere")
    app.add_middleware(OnlyCallers, tokens=Known(), wrong=WrongTokens())
    for role in TEXTS:
        app.get(f"/{role}", dependencies=[Depends(at_least(role))])(lambda: "done")
    with bound(uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))) as port:
        yield Listening(port)


@pytest.mark.parametrize("text", [WRONG, REVOKED, "", "zt_", "zt_" + "x" * 1000, "zt_\xe9", f"{TEXTS['admin']} x"])
def test_a_wrong_token_is_none(client: Listening, text: str) -> None:
    for path in ("/reader", "/writer", "/admin", "/unknown"):
        answer = client.ask(path, text)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.said["code"] == "wrong_token"


def test_a_right_token_is_none_in_another_place(client: Listening) -> None:
    text = TEXTS["admin"]
    assert client.ask("/reader", None, Authorization=f"Basic {text}").status == 401
    assert client.ask("/reader", None, Cookie=f"token={text}").status == 401
    assert client.ask(f"/reader?token={text}", None).status == 401
    assert client.ask("/reader", None, Authorization=f"bearer {text}").status == 200


@pytest.mark.parametrize(("path", "roles"), [("reader", 3), ("writer", 2), ("admin", 1)])
def test_a_role_may_what_lesser_ones_may(client: Listening, path: str, roles: int) -> None:
    answers = [client.ask(f"/{path}", TEXTS[role]) for role in ("admin", "writer", "reader")]
    assert [answer.status for answer in answers] == [200] * roles + [403] * (3 - roles)
    for answer in answers[roles:]:
        assert answer.said["code"] == "role_may_not"
        assert answer.said["values"]["needed"] == path


def test_who_tries_many_has_to_wait_and_who_is_right_never(client: Listening) -> None:
    answers = [client.ask("/reader", f"zt_{number}") for number in range(MOST + 2)]
    assert [answer.status for answer in answers] == [401] * MOST + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= SECONDS
    assert answers[-1].said["code"] == "too_many_wrong_tokens"
    assert client.ask("/reader").status == 200
    assert client.ask("/reader", None).status == 401


def test_nobody_gets_in_while_tokens_cannot_be_checked(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def checked(text: str) -> None:
        raise DamagedLedgerError("The ledger /somewhere/secret cannot be read.")

    monkeypatch.setattr(service.tokens, "checked", checked)
    answer = service.ask("/v1", TEXTS["admin"])
    assert (answer.status, answer.said["code"], answer.headers["retry-after"]) == (503, "busy", "5")
    assert b"somewhere" not in answer.body
    assert TEXTS["admin"] not in caplog.text


def test_a_minute_later_one_may_try_again() -> None:
    now = 0.0
    wrong = WrongTokens(lambda: now)
    assert [wrong.count("10.0.0.1") for _ in range(MOST + 1)] == [0] * MOST + [SECONDS]
    assert wrong.count("10.0.0.2") == 0
    now = 59.5
    assert wrong.count("10.0.0.1") == 1
    now = 60.0
    assert wrong.count("10.0.0.1") == 0


def test_a_network_of_ipv6_counts_as_one_client() -> None:
    wrong = WrongTokens()
    answers = [wrong.count(f"2001:db8::{number:x}") for number in range(MOST + 1)]
    assert answers[:MOST] == [0] * MOST
    assert answers[MOST] > 0
    assert wrong.count("2001:db8:0:1::1") == 0


def test_what_is_remembered_of_wrong_tokens_is_bounded() -> None:
    wrong = WrongTokens()
    for number in range(10_100):
        wrong.count(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(wrong) == 10_000


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/v1/nothing-secret-here", "GET", 404, "not_found"),
        ("/v1/ledgers/0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11", "GET", 404, "ledger_not_found"),
        ("/v1", "DELETE", 405, "method_not_allowed"),
        ("{ledger}/events?after=secret-value", "GET", 422, "invalid"),
        ("{ledger}/events?limit=5001", "GET", 422, "invalid"),
        ("{ledger}/events?after=-1", "GET", 422, "invalid"),
        ("{ledger}/events?after=1000000", "GET", 409, "beyond_the_end"),
    ],
)
def test_every_refusal_has_one_form(service: Service, path: str, method: str, status: int, code: str) -> None:
    answer = service.ask(path.format(ledger=service.ledger), TEXTS["admin"], method)
    assert (answer.status, answer.said["code"]) == (status, code)
    assert set(answer.said) == {"code", "message", "values"}
    assert answer.headers["cache-control"] == "no-store"
    assert b"secret" not in answer.body
    assert str(service.home.base).encode() not in answer.body


def test_the_machines_own_ledger_is_not_there(service: Service) -> None:
    heads = service.home.python(
        "import os\n"
        "from zenml.repository import Repository\n"
        "print(*(head.ledger_id for head in Repository().ledger_status().heads if head.kind == 'machine'))"
    )
    machine = heads.stdout.strip()
    assert machine
    assert machine != service.served.ledger_id
    for path in ("", "/events", "/verify", "/checkpoint", "/tile/0/000.p/1", "/tile/entries/000.p/1"):
        assert service.ask(f"/v1/ledgers/{machine}{path}").status == 404
