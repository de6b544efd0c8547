"""Whether the record is what was written: asked for by a form, one at a time, answered in sentences."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from tests.page.pages import ServedPage, Shown
from zenml.page.local_source import LocalSource

if TYPE_CHECKING:
    from zenml.ledger.verification import Verification
    from zenml.page.source import Notify


def run(page: ServedPage) -> Shown:
    """Sends the form that verifies the record."""
    return page.submit(page.get("/verify"))


def test_looking_verifies_nothing(looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalSource, "verify", None)
    page = looked_at.get("/verify")
    assert page.status == 200
    assert page.form["action"] == "/verify"
    assert "A verification reads every event again." in page.text
    assert "Nothing was signed yet" in page.text


def test_a_record_that_is_what_was_written(looked_at: ServedPage) -> None:
    page = run(looked_at)
    assert "events were read again, and nothing is wrong." in page.text
    for question in ("content", "order", "replay", "completeness"):
        assert f'<th scope="row">{question}</th>\n<td data-name="answer"><span class="verdict ok">' in page.html
    assert 'class="verdict not_compared"' in page.html
    assert "root" in page.text.partition("Where the ledgers end")[2].partition("The newest checkpoint")[0]


def test_what_was_altered_is_said_in_a_sentence(page: ServedPage) -> None:
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    with closing(sqlite3.connect(page.home.config / "ledger.db")) as database, database:
        altered = "CAST(replace(state, '/one', '/two') AS BLOB)"
        assert database.execute(f"UPDATE stored_events SET state = {altered} WHERE state != {altered}").rowcount
    shown = run(page)
    assert shown.status == 200
    assert "something is wrong." in shown.text
    assert 'class="verdict bad"' in shown.html
    assert "zenml " not in shown.text.partition("Where the ledgers end")[0]


def test_one_verification_runs_at_a_time(looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_ahead, verify = Event(), Event(), LocalSource.verify

    def slow(source: LocalSource, notify: Notify) -> Verification:
        began.set()
        assert go_ahead.wait(20)
        return verify(source, notify)

    monkeypatch.setattr(LocalSource, "verify", slow)
    first: list[Shown] = []
    asking = Thread(target=lambda: first.append(run(looked_at)))
    asking.start()
    try:
        assert began.wait(20)
        second = run(looked_at)
        assert (second.status, "is being verified right now" in second.text) == (503, True)
        assert looked_at.get("/verify").status == looked_at.get("/").status == 200
    finally:
        go_ahead.set()
        asking.join()
    assert "nothing is wrong" in first[0].text
    assert run(looked_at).status == 200


def test_a_verification_that_fails_gives_up_its_turn(
    looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(LocalSource, "verify", _no_file)
        assert run(looked_at).status == 404
    assert run(looked_at).status == 200


def _no_file(source: LocalSource, notify: Notify) -> Verification:
    from zenml.domain.errors import NotFoundError

    raise NotFoundError("There is no ledger.")


def test_the_newest_checkpoint_is_shown(page: ServedPage) -> None:
    page.home.done("audit", "checkpoint")
    shown = page.get("/verify").text
    assert "events are signed as" in shown
    assert "came since" not in shown
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    assert "came since." in page.get("/verify").text
    assert "—" in page.get("/verify").text.partition("The signed note")[2]  # a signature begins so


def test_a_checkpoint_that_cannot_be_read_is_in_no_way_of_a_verification(page: ServedPage) -> None:
    page.home.done("audit", "checkpoint")
    (note,) = page.home.config.glob("**/*.note")
    note.write_text("<script>alert(1)</script>")
    for shown, wrong in ((page.get("/verify"), False), (run(page), True)):
        assert shown.status == 200
        assert "The newest checkpoint was altered" in shown.text
        assert ("something is wrong" in shown.text) == wrong
        assert "<script>alert" not in shown.html


def test_no_link_runs_it_and_no_form_of_another_site(
    looked_at: ServedPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = looked_at.get("/verify").form
    monkeypatch.setattr(LocalSource, "verify", None)
    assert looked_at.get("/verify?run=yes").status == looked_at.get(f"/verify?proof={form['proof']}").status == 200
    assert looked_at.post("/verify", {}).status == 403
    assert looked_at.post("/verify", form, {"Sec-Fetch-Site": "cross-site"}).status == 403


@pytest.mark.parametrize("address", ["/at", "/at/now", "/compare?one=0", "/blame/stack/prod", "/verify"])
def test_who_is_not_known_is_shown_nothing(looked_at: ServedPage, address: str) -> None:
    page = looked_at.ask("GET", address)
    assert page.status == 401
    assert "prod" not in page.text
    assert looked_at.get(address).status in (200, 303)


@pytest.mark.parametrize("address", ["/at/now", "/compare", "/blame/stack/prod"])
def test_nothing_can_be_sent_there(looked_at: ServedPage, address: str) -> None:
    assert looked_at.post(address, {}).status == 405
