"""Signing in at the page: who has a token gets a cookie, for as long as the token lets them in."""

from __future__ import annotations

import logging
import os
import re
import socket
from unittest import mock

import pytest

from tests.service.browsing import Browser, signed_in
from tests.service.running import REVOKED, TEXTS, Known, Service, listening
from tests.support.program import Home
from zenml.domain.errors import DamagedLedgerError
from zenml.page.guard import LARGEST
from zenml.page.visits import LIFE
from zenml.service.attempts import MOST as WRONG_ONES
from zenml.service.page.entering import LARGEST_OF_TOKEN
from zenml.service.page.sessions import IDLE, MOST, MOST_OF_ONE, Sessions

PATHS = ("/", "/changes/good", "/changes/good/undo", "/live?after=x", "/?q=x", "/changes", "/sign-out")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_who_is_not_known_is_asked_for_a_token_and_told_nothing(service: Service, path: str, method: str) -> None:
    shown = Browser(service).ask(method, path)
    assert (shown.status, shown.headings) == (401, ["Sign in"])
    assert shown.field("to") == ("/" if path.startswith(("/live", "/sign")) else path)
    for told in ("default", "prod", service.served.ledger_id, str(service.home.base)):
        assert told not in shown.source


def test_a_cookie_is_no_cookie_of_another_port(service: Service) -> None:
    shown = Browser(service).sign_in(TEXTS["reader"])
    name, _, rest = shown.headers["set-cookie"].partition("=")
    assert name == f"zenml-page-{service.port}"
    assert {"HttpOnly", "SameSite=lax", "Path=/", f"Max-Age={LIFE}"} <= set(rest.split("; "))
    assert "Secure" not in rest
    assert TEXTS["reader"] not in rest


def test_a_cookie_that_was_given_over_tls_is_sent_over_nothing_else(service: Service) -> None:
    shown = Browser(service).sign_in(TEXTS["reader"], X_Forwarded_Proto="https")
    assert "Secure" in shown.headers["set-cookie"].split("; ")


@pytest.mark.parametrize(("role", "may"), [("reader", "read-only"), ("writer", "may undo"), ("admin", "may undo")])
def test_who_has_a_token_gets_to_what_they_wanted(service: Service, role: str, may: str) -> None:
    browser = Browser(service)
    wanted = browser.get("/?q=rename").field("to")
    shown = browser.sign_in(TEXTS[role], wanted)
    assert (shown.status, shown.headers["location"]) == (303, "/?q=rename")
    timeline = browser.get(wanted)
    assert (timeline.status, timeline.headings) == (200, ["What happened", "rename stack 'default' to 'prod'"])
    assert f"{role}, {may}" in timeline.text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "",
        "evil",
        "/live?after=x",
        "/sign-out",
    ],
)
def test_nobody_is_led_elsewhere(service: Service, address: str) -> None:
    assert Browser(service).sign_in(TEXTS["reader"], address).headers["location"] == "/"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_signs_nobody_in(service: Service, headers: dict[str, str]) -> None:
    shown = Browser(service).sign_in(TEXTS["writer"], **headers)
    assert shown.status == 403
    assert "set-cookie" not in shown.headers


@pytest.mark.parametrize("text", [REVOKED, "zt_other", "", "password", "zt_" + "x" * 1_000, "zt_é"])
def test_a_wrong_token_is_refused(own: Service, text: str) -> None:
    shown = Browser(own).sign_in(text, "/?q=x")
    assert (shown.status, shown.alert) == (401, "The token is wrong, or was revoked.")
    assert shown.field("to") == "/?q=x"
    assert "set-cookie" not in shown.headers


def test_wrong_tokens_are_counted_with_those_sent_elsewhere(own: Service) -> None:
    browser = Browser(own)
    answers = [own.ask("/v1", "zt_other").status for _ in range(WRONG_ONES - 1)]
    answers += [browser.sign_in("zt_other").status, browser.sign_in("zt_other").status]
    assert answers == [401] * WRONG_ONES + [429]
    assert own.ask("/v1", "zt_other").status == 429
    assert int(browser.sign_in("zt_other").headers["retry-after"]) > 0
    assert browser.sign_in(TEXTS["reader"]).status == 303


def test_a_token_that_is_revoked_ends_what_was_begun_with_it(own: Service) -> None:
    browser, another = signed_in(own), signed_in(own, "reader")
    assert browser.get("/").status == 200
    del own.tokens.tokens[TEXTS["writer"]]
    assert browser.get("/").status == 401
    own.tokens.tokens.update(Known().tokens)
    assert browser.get("/").status == 401
    assert another.get("/").status == 200


def test_a_role_that_changes_counts_at_the_next_request(own: Service) -> None:
    browser = signed_in(own)
    assert "may undo" in browser.get("/").text
    own.tokens.tokens[TEXTS["writer"]] = own.tokens.tokens[TEXTS["reader"]]
    assert "read-only" in browser.get("/").text


def test_who_signs_out_has_to_sign_in_again(service: Service) -> None:
    browser, another = signed_in(service, "reader"), signed_in(service, "reader")
    assert browser.post("/sign-out", {"proof": another.get("/").field("proof")}).status == 403
    cookie, proof = browser.cookie, browser.get("/").field("proof")
    assert browser.post("/sign-out", {"proof": proof}, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    shown = browser.post("/sign-out", {"proof": proof})
    assert (shown.status, shown.headers["location"]) == (303, "/sign-in")
    browser.cookie = cookie
    assert browser.get("/").status == 401
    assert another.get("/").status == 200


def test_a_session_is_that_of_the_cookie_alone(service: Service) -> None:
    browser = Browser(service)
    for headers in ({"Authorization": f"Bearer {TEXTS['admin']}"}, {"Cookie": f"zenml-page-1={TEXTS['admin']}"}):
        assert browser.get("/", **headers).status == 401
    assert browser.get(f"/?token={TEXTS['admin']}").status == 401
    browser.cookie = signed_in(service).cookie
    assert browser.get("/").status == 200
    browser.cookie = browser.cookie[:-1]
    assert browser.get("/").status == 401
    assert service.ask("/v1", None, Cookie=signed_in(service).cookie).status == 401


def test_nobody_gets_in_while_tokens_cannot_be_checked(
    own: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in(own)

    def checked(text: str) -> None:
        raise DamagedLedgerError("The ledger /somewhere/secret cannot be read.")

    monkeypatch.setattr(own.tokens, "checked", checked)
    with caplog.at_level(logging.WARNING):
        answers = [browser.get("/"), Browser(own).sign_in(TEXTS["admin"])]
    assert [answer.status for answer in answers] == [401, 503]
    assert not any("somewhere" in answer.source for answer in answers)
    assert "/somewhere/secret" in caplog.text


def test_the_log_has_no_token(own: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        browser = signed_in(own)
        browser.get("/?q=words")
    assert re.search(r"POST /sign-in 303 \d+ ms", caplog.text)
    for secret in (TEXTS["writer"], browser.cookie.partition("=")[2], "words"):
        assert secret not in caplog.text


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("path", ["/changes/good/undo", "/sign-out", "/", "/live?after=good"])
def test_nothing_is_read_of_a_form_before_it_is_known_who_sends_it(
    service: Service, path: str, method: str
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost:{service.port}\r\nContent-Length: {LARGEST}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(head.encode())  # and nothing more
        answered = client.makefile("rb").read()  # to the end of the connection
    assert answered.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("role", [None, "writer"])
def test_a_form_with_a_token_is_short(service: Service, role: str | None) -> None:
    browser = signed_in(service, role) if role else Browser(service)
    assert browser.post("/sign-in", {"token": "zt_" + "x" * LARGEST_OF_TOKEN}).status == 413


def test_another_form_may_be_longer(service: Service) -> None:
    browser = signed_in(service)
    form = {"proof": browser.get("/").field("proof"), "reason": "x" * LARGEST_OF_TOKEN}
    assert browser.post("/changes/none/undo", form).status == 404
    assert browser.post("/changes/none/undo", {**form, "reason": "x" * LARGEST}).status == 413


def test_from_where_forms_came_too_large_none_is_read_for_a_while(own: Service) -> None:
    browser = signed_in(own)
    for _ in range(WRONG_ONES):
        assert Browser(own).post("/sign-in", {"token": "x" * LARGEST_OF_TOKEN}).status == 413
    shown = Browser(own).sign_in(TEXTS["writer"])
    assert (shown.status, int(shown.headers["retry-after"]) > 0) == (429, True)
    assert browser.get("/").status == 200
    assert own.ask("/v1").status == 200


def test_other_forms_leave_room_for_those_with_tokens(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zenml.service.page.entering._MOST_HELD", 0)
    home.done("profile", "list")
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as service:
        browser = signed_in(service)
        assert browser.post("/changes/none/undo", {"reason": "x"}).status == 503


def test_who_signs_in_again_has_one_session(service: Service) -> None:
    browser = signed_in(service)
    former = browser.cookie
    assert browser.sign_in(TEXTS["reader"]).status == 303
    assert browser.get("/").status == 200
    browser.cookie = former
    assert browser.get("/").status == 401


def test_a_page_that_is_open_keeps_nobody_signed_in(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[str] = []
    monkeypatch.setattr(Sessions, "renew", lambda sessions, name: renewed.append(name))
    browser = signed_in(own)
    newest = next(link for link in browser.get("/").links if link.startswith("/changes/"))
    assert renewed == [browser.cookie.partition("=")[2]]
    with browser.asking("GET", f"/live?after={newest.rpartition('/')[2]}") as answer:
        assert answer.readline() == b": here\n"
    assert len(renewed) == 1


def test_the_page_says_what_it_loads_and_all_else_stays_as_it_was(service: Service) -> None:
    for shown in (
        signed_in(service).get("/"),
        Browser(service).get("/changes/x"),
        Browser(service).get("/sign-in"),
    ):
        assert shown.headers["content-security-policy"].startswith("default-src 'none'")
        assert shown.headers["cache-control"] == "no-store"
    for path, text in (("/docs", None), ("/v1", TEXTS["reader"]), ("/v1", None), ("/changed", None)):
        answer = service.ask(path, text)
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert service.ask("/changed", None).said["code"] == "no_token"
    assert Browser(service).get("/page-files/page.css").headers["content-type"].startswith("text/css")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_some_time_after_it_began_and_after_its_last_request() -> None:
    known, clock = Known(), Clock()
    sessions = Sessions(known, clock)
    token = known.tokens[TEXTS["reader"]]
    idle, busy = sessions.begin(TEXTS["reader"], token), sessions.begin(TEXTS["reader"], token)
    while clock.now + IDLE / 2 < LIFE:
        clock.now += IDLE / 2
        sessions.renew(busy)
        assert sessions.token(busy) == token
    assert sessions.token(idle) is None
    clock.now = LIFE
    assert sessions.token(busy) is None
    assert len(sessions) == 0


def test_nobody_ends_the_sessions_of_others_by_having_many() -> None:
    known = Known()
    sessions = Sessions(known)
    first = sessions.begin(TEXTS["reader"], known.tokens[TEXTS["reader"]])
    writers = [sessions.begin(TEXTS["writer"], known.tokens[TEXTS["writer"]]) for _ in range(MOST_OF_ONE + 5)]
    assert [sessions.token(name) is not None for name in writers] == [False] * 5 + [True] * MOST_OF_ONE
    assert sessions.token(first) is not None
    assert len(sessions) == MOST_OF_ONE + 1


def test_there_are_not_more_sessions_than_there_may_be() -> None:
    known = Known()
    sessions = Sessions(known)
    token = known.tokens[TEXTS["reader"]]
    for number in range(MOST + 5):
        sessions.begin(TEXTS["reader"], token._replace(token_id=str(number)))
    assert len(sessions) == MOST
