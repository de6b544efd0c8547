"""What a form has to have before anything of it is done."""

from __future__ import annotations

import socket
from urllib.parse import urlencode

import pytest

from tests.page.pages import HERE, ServedPage, Shown, letters
from zenml.page.guard import LARGEST
from zenml.page.visits import form_proof

KIND = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def change(page: ServedPage) -> str:
    """A change that can be undone."""
    return registered(page)


def registered(page: ServedPage) -> str:
    page.home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    return letters(page.home, "-n", "1")[0]


def filled_in(page: ServedPage, change: str) -> dict[str, str]:
    """Returns the form that undoes a change, with a reason."""
    form = page.get(f"/changes/{change}/undo").form
    return {**form, "reason": "why not"}


def refused(page: ServedPage, answer: Shown, status: int) -> str:
    """Checks that nothing was done, and returns what is said."""
    assert answer.status == status, answer.text
    assert "data" in page.home.done("artifact-store", "list").stdout
    return answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{origin}"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "null"},
        {"Referer": "{origin}/"},
        {},
    ],
    ids=str,
)
def test_another_site_cannot_have_a_browser_send_one(
    headers: dict[str, str], page: ServedPage, change: str
) -> None:
    sent = {name: value.format(origin=page.origin, port=page.port) for name, value in headers.items()}
    sent.update({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})  # as a form is sent
    form = filled_in(page, change)
    answer = page.post(form.pop("action"), form, sent)
    assert "did not come from a page of yours" in refused(page, answer, 403)


def test_older_browsers_name_the_origin(page: ServedPage, change: str) -> None:
    form = filled_in(page, change)
    assert page.post(form.pop("action"), form, {"Origin": page.origin}).status == 303


@pytest.mark.parametrize("proof", ["", "x", "é", "0" * 64])
def test_one_without_what_forms_of_this_visit_have_is_refused(proof: str, page: ServedPage, change: str) -> None:
    form = {**filled_in(page, change), "proof": proof}
    refused(page, page.post(form.pop("action"), form), 403)
    del form["proof"]
    refused(page, page.post(f"/changes/{change}/undo", form), 403)


def test_the_proof_is_not_the_session(page: ServedPage, change: str) -> None:
    assert page.session not in page.get(f"/changes/{change}/undo").html
    form = {**filled_in(page, change), "proof": page.session}
    refused(page, page.post(form.pop("action"), form), 403)


def test_without_the_cookie_a_proof_is_nothing(page: ServedPage, change: str) -> None:
    form = filled_in(page, change)
    body = urlencode(form).encode()
    refused(page, page.ask("POST", form["action"], body, {**KIND, **HERE}), 401)
    refused(page, page.ask("POST", form["action"], b"", HERE), 401)


def test_fields_in_the_address_count_for_nothing(page: ServedPage, change: str) -> None:
    form = filled_in(page, change)
    refused(page, page.post(f"{form['action']}?{urlencode(form)}", {}), 403)


def test_where_one_may_only_look_there_is_no_form_and_none_is_taken(read_only: ServedPage) -> None:
    change = registered(read_only)
    preview = read_only.get(f"/changes/{change}/undo")
    assert preview.form == {}
    assert "What would be different" in preview.text
    assert "zenml ui --write" in preview.text
    assert "read-only" in preview.text
    # what a form would have, if there were one
    form = {"proof": form_proof(read_only.session), "expect": "x", "reason": "why not"}
    said = refused(read_only, read_only.post(f"/changes/{change}/undo", form), 403)
    assert "You may look at this page, and change nothing here." in said


@pytest.mark.parametrize("path", ["/", "/changes/{change}", "/live", "/page-files/page.css"])
def test_what_is_only_looked_at_takes_no_form(path: str, page: ServedPage, change: str) -> None:
    answer = page.post(path.format(change=change), filled_in(page, change))
    assert answer.status == 405
    assert answer.headers["allow"] == "GET"
    assert "can be looked at, and not be sent anything" in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(method: str, page: ServedPage, change: str) -> None:
    body = urlencode(filled_in(page, change)).encode()
    sent = {"Cookie": page.cookie, **KIND, **HERE}
    refused(page, page.ask(method, f"/changes/{change}/undo", body, sent), 405)


def test_a_link_undoes_nothing(page: ServedPage, change: str) -> None:
    form = filled_in(page, change)
    refused(page, page.get(f"{form['action']}?{urlencode(form)}"), 200)


@pytest.mark.parametrize(
    ("length", "status"), [(LARGEST + 1, b"413"), (10**19, b"413"), (None, b"411"), (-1, b"400")], ids=str
)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_body_that_is_too_large_is_not_waited_for(
    length: int | None, status: bytes, known: bool, looked_at: ServedPage
) -> None:
    """Nothing of it is sent: the answer is there all the same, and the connection ends."""
    how = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    cookie = f"Cookie: {looked_at.cookie}\r\n" if known else ""
    head = f"POST /changes/good/undo HTTP/1.1\r\nHost: 127.0.0.1:{looked_at.port}\r\n{cookie}{how}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", looked_at.port), timeout=20) as connection:
        connection.sendall(head.encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    assert answer.split()[1] == status


def test_a_body_of_the_largest_size_is_read(page: ServedPage, change: str) -> None:
    form = filled_in(page, change)
    path, blank = form.pop("action"), len(urlencode({**form, "reason": ""}))
    answer = page.post(path, {**form, "reason": "x" * (LARGEST - blank)})
    assert "at most 2,000 characters" in refused(page, answer, 422)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_what_is_no_form_is_no_undo(kind: str, page: ServedPage, change: str) -> None:
    sent = {"Cookie": page.cookie, "Content-Type": kind, **HERE}
    body = urlencode(filled_in(page, change)).encode()
    refused(page, page.ask("POST", f"/changes/{change}/undo", body, sent), 400 if "multipart" in kind else 403)
