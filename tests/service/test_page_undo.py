"""Undoing at the page of a service: under the rules of any member's change, and exactly what was looked at."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest

from tests.service.asking import done, renaming, stack
from tests.service.browsing import Browser, Shown, signed_in
from tests.service.running import TEXTS, Service, listening
from tests.support.program import Home
from zenml.domain.errors import BusyError
from zenml.ledger import failed_attempts
from zenml.service.page.turns import AT_ONCE, AT_ONCE_OF_ONE, Turns

REASON = "it was a mistake"
HOSTILE = "<script>alert(1)</script> \u202e & 'x'"


@pytest.fixture
def writer(own: Service) -> Browser:
    """The browser of somebody who may undo changes."""
    return signed_in(own)


def made(service: Service, *commands: Any, text: str = TEXTS["admin"]) -> str:
    """Returns the letters of a change that somebody else makes."""
    done(service.change(*commands, text=text))
    listed = json.loads(service.home.done("history", "--all", "-n", "1", "-o", "json").stdout)
    return str(listed["changes"][0]["letters"])


def sent(browser: Browser, change: str, preview: Shown, reason: str = REASON, **fields: str) -> Shown:
    """Sends the form of a preview."""
    form = {"proof": preview.field("proof"), "expect": preview.field("expect"), "reason": reason, **fields}
    return browser.post(f"/changes/{change}/undo", form)


def events(service: Service) -> list[Any]:
    return [json.loads(each["text"]) for each in service.ask(f"{service.ledger}/events").said["events"]]


def names(service: Service) -> set[str]:
    return {row["STACK NAME"] for row in service.home.done("stack", "list").rows}


def live(browser: Browser) -> str:
    """Returns where one hears what comes after the newest change."""
    newest = next(link for link in browser.get("/").links if link.startswith("/changes/"))
    return f"/live?after={newest.rpartition('/')[2]}"


@pytest.mark.parametrize("role", ["writer", "admin"])
def test_what_was_previewed_is_done_by_who_has_the_token(own: Service, role: str) -> None:
    change, browser = made(own, renaming("default", "prod")), signed_in(own, role)
    before = events(own)
    preview = browser.get(f"/changes/{change}/undo")
    assert (preview.status, names(own), events(own)) == (200, {"prod"}, before)
    assert "stack/prod" in preview.text or "stack/default" in preview.text
    shown = sent(browser, change, preview, HOSTILE)
    assert shown.status == 303
    began, *_ = events(own)[len(before) :]
    said = {name: json.loads(began[name]["v"]) for name in ("reason", "session")}
    assert said == {"reason": HOSTILE, "session": role}
    assert (json.loads(began["actor"]["actor_id"]["v"]), began["actor"]["known_by"]) == (role, "token")
    assert (began["kind"], began["command"], began["repository_path"]) == ("undo", None, None)
    assert names(own) == {"default"}
    page = browser.get(shown.headers["location"])
    assert page.headings[0].startswith("undo ")
    assert "<script>alert" not in page.source
    assert "\\u202e" in page.text
    own.home.done("audit", "verify")


def test_a_preview_leaves_nothing_anywhere(own: Service, writer: Browser) -> None:
    change, reader = made(own, renaming("default", "prod")), signed_in(own, "reader")
    others = made(own, stack("one")), made(own, renaming("one", "two"))
    before = events(own)
    for browser in (writer, reader):
        assert browser.get(f"/changes/{change}/undo").status == 200
        assert "cannot be undone" in browser.get(f"/changes/{others[0]}/undo").alert
    assert events(own) == before
    assert list(failed_attempts.read(str(own.home.config))) == []
    own.home.done("stack", "rename", "two", "three")  # nothing stays locked


def test_who_may_only_look_undoes_nothing(own: Service) -> None:
    change, reader = made(own, renaming("default", "prod")), signed_in(own, "reader")
    preview = reader.get(f"/changes/{change}/undo")
    assert "You may look, and change nothing here." in preview.text
    assert "zenml ui" not in preview.text
    assert 'class="undo"' not in preview.source
    form = {"proof": preview.field("proof"), "expect": "0" * 64, "reason": REASON}
    assert reader.post(f"/changes/{change}/undo", form).status == 403
    assert names(own) == {"prod"}


def test_what_is_in_the_way_can_go_with_it(own: Service, writer: Browser) -> None:
    first, second = made(own, stack("one")), made(own, renaming("one", "two"))
    preview = writer.get(f"/changes/{first}/undo")
    assert "(register stack 'one') cannot be undone: " in preview.alert
    assert f"/changes/{second}" in preview.links
    assert f"/changes/{first}/undo?cascade=on" in preview.links
    whole = writer.get(f"/changes/{first}/undo?cascade=on")
    assert "rename stack 'one' to 'two'" in whole.text
    assert "register stack 'one'" in whole.text
    assert sent(writer, first, whole, cascade="on").status == 303
    assert names(own) == {"default"}


def test_what_was_changed_meanwhile_is_in_the_way(own: Service, writer: Browser) -> None:
    change = made(own, stack("one"))
    preview, later = writer.get(f"/changes/{change}/undo"), made(own, renaming("one", "two"))
    shown = sent(writer, change, preview)
    assert shown.status == 409
    assert "Something was changed while you were looking" in shown.alert
    assert f"/changes/{later}" in shown.links
    assert names(own) == {"default", "two"}


def test_more_than_was_looked_at_is_looked_at_again(own: Service, writer: Browser) -> None:
    store = {"component_type": "artifact_store", "name": "data", "flavor": "local", "parameters": {"path": "/one"}}
    change = made(own, {"do": "register_component", **store})
    users = {"do": "register_stack", "components": {"orchestrator": "default", "artifact_store": "data"}}
    made(own, {**users, "name": "one"})
    preview = writer.get(f"/changes/{change}/undo?cascade=on")
    made(own, {**users, "name": "two"})
    shown = sent(writer, change, preview, cascade="on")
    assert (shown.status, names(own)) == (409, {"default", "one", "two"})
    assert "register stack 'two'" in shown.text
    assert shown.field("reason") == REASON
    assert sent(writer, change, shown, cascade="on").status == 303
    assert names(own) == {"default"}


def test_the_first_of_several_that_are_in_the_way_is_named(own: Service, writer: Browser) -> None:
    change = made(own, stack("one"))
    made(own, renaming("one", "two"))
    made(own, renaming("two", "three"))
    alert = writer.get(f"/changes/{change}/undo").alert
    assert alert.endswith("(rename stack 'two' to 'three').")


def test_what_does_not_touch_it_is_in_nobodys_way(own: Service, writer: Browser) -> None:
    change = made(own, renaming("default", "prod"))
    preview = writer.get(f"/changes/{change}/undo")
    made(own, stack("meanwhile"))
    assert sent(writer, change, preview).status == 303
    assert names(own) == {"default", "meanwhile"}


def test_what_is_sent_twice_is_done_once(own: Service, writer: Browser) -> None:
    change = made(own, renaming("default", "prod"))
    preview = writer.get(f"/changes/{change}/undo")
    assert [sent(writer, change, preview).status for _ in range(2)] == [303, 409]
    assert names(own) == {"default"}
    assert "There is nothing to undo." in writer.get(f"/changes/{change}/undo").text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2_001])
def test_nothing_is_undone_without_a_reason(own: Service, writer: Browser, reason: str) -> None:
    change = made(own, renaming("default", "prod"))
    shown = sent(writer, change, writer.get(f"/changes/{change}/undo"), reason)
    assert (shown.status, shown.alert.startswith("Give a reason")) == (422, True)
    assert names(own) == {"prod"}


@pytest.mark.parametrize("fields", [{"proof": ""}, {"proof": "0" * 64}])
def test_a_form_of_another_visit_is_refused(own: Service, writer: Browser, fields: dict[str, str]) -> None:
    change = made(own, renaming("default", "prod"))
    assert sent(writer, change, writer.get(f"/changes/{change}/undo"), **fields).status == 403
    assert sent(signed_in(own), change, writer.get(f"/changes/{change}/undo")).status == 403
    assert names(own) == {"prod"}


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_a_form_of_another_site_is_refused(own: Service, writer: Browser, headers: dict[str, str]) -> None:
    change = made(own, renaming("default", "prod"))
    preview = writer.get(f"/changes/{change}/undo")
    form = {"proof": preview.field("proof"), "expect": preview.field("expect"), "reason": REASON}
    assert writer.post(f"/changes/{change}/undo", form, **headers).status == 403
    assert names(own) == {"prod"}


def test_a_token_that_is_revoked_undoes_nothing_more(own: Service, writer: Browser) -> None:
    change = made(own, renaming("default", "prod"))
    preview = writer.get(f"/changes/{change}/undo")
    del own.tokens.tokens[TEXTS["writer"]]
    assert sent(writer, change, preview).status == 401
    assert names(own) == {"prod"}


def test_what_was_done_on_the_machine_stays_as_it_is(own: Service, writer: Browser) -> None:
    own.home.done("stack", "register", "mine", "-a", "default", "-o", "default", "--set")
    change = json.loads(own.home.done("history", "-n", "1", "-o", "json").stdout)["changes"][0]["letters"]
    preview = writer.get(f"/changes/{change}/undo")
    assert "activate" not in preview.text
    assert sent(writer, change, preview).status == 303
    assert names(own) == {"default"}
    own.home.done("audit", "verify")


def test_what_is_never_undone_is_told_without_what_it_did_elsewhere(own: Service, writer: Browser) -> None:
    first = writer.get("/?kind=init").links
    change = next(link for link in first if link.startswith("/changes/"))
    shown = writer.get(f"{change}/undo")
    assert "cannot be undone" in shown.alert
    assert "activate profile" not in shown.text


def test_a_change_that_needs_approvals_is_not_promised(own: Service, writer: Browser) -> None:
    change = made(own, renaming("default", "prod"))
    own.home.done("approval", "require")
    shown = writer.get(f"/changes/{change}/undo")
    assert "approv" in shown.alert
    assert 'class="undo"' not in shown.source


def test_a_page_that_is_open_hears_what_is_new_while_its_token_counts(own: Service, writer: Browser) -> None:
    with writer.asking("GET", live(writer)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.readline() == b": here\n"
        made(own, stack("one"))
        assert [answer.readline(), answer.readline()] == [b"\n", b"data: 1\n"]
        del own.tokens.tokens[TEXTS["writer"]]
        made(own, stack("two"))
        assert answer.read() == b"\n"  # and its end


def test_a_page_that_is_open_looks_only_when_something_was_recorded(
    own: Service, writer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.page.routes.live.SECONDS", 1_000.0)
    with writer.asking("GET", live(writer)) as answer:
        assert [answer.readline(), answer.readline()] == [b": here\n", b"\n"]
        for number in (1, 2):
            made(own, stack(f"stack-{number}"))
            assert [answer.readline(), answer.readline()] == [f"data: {number}\n".encode(), b"\n"]


def test_nobody_alone_keeps_others_from_hearing_what_is_new(
    own: Service, writer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.service.followers.MOST_OF_ONE", 1)
    with writer.asking("GET", live(writer)) as answer:
        answer.readline()
        assert writer.get(live(writer)).status == 503
        with signed_in(own, "reader").asking("GET", live(writer)) as other:
            assert other.status == 200


def test_the_service_ends_with_a_page_that_is_open(home: Home) -> None:
    home.done("profile", "list")
    with ExitStack() as pages:
        with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as service:
            browser = signed_in(service)
            answer = pages.enter_context(browser.asking("GET", live(browser)))
            answer.readline()
        assert answer.read() == b"\n"  # and its end, although it is read no sooner


@pytest.mark.parametrize("most", ["AT_ONCE", "AT_ONCE_OF_ONE"])
def test_who_looks_at_many_undos_leaves_threads_to_others(
    home: Home, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    monkeypatch.setattr(f"zenml.service.page.turns.{most}", 0)
    home.done("stack", "rename", "default", "prod")
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as service:
        browser = signed_in(service)
        change = next(link for link in browser.get("/").links if link.startswith("/changes/"))
        assert "at once. Try again in a moment." in browser.get(f"{change}/undo").alert
        assert browser.get(change).status == 200


def test_who_waits_with_one_token_is_in_nobody_elses_way() -> None:
    turns = Turns()
    with ExitStack() as waiting:
        for _ in range(AT_ONCE_OF_ONE):
            waiting.enter_context(turns.waiting("one"))
        with pytest.raises(BusyError), turns.waiting("one"):
            pass
        with turns.waiting("other"):
            pass
    with turns.waiting("one"):
        pass


def test_not_more_wait_than_may() -> None:
    turns = Turns()
    with ExitStack() as waiting:
        for number in range(AT_ONCE):
            waiting.enter_context(turns.waiting(str(number)))
        with pytest.raises(BusyError), turns.waiting("other"):
            pass
    with turns.waiting("other"):
        pass
