"""Who gets in, by which name, and what browsers are told about every answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest import mock

import pytest

from tests.page.pages import HERE, ServedPage, served_page
from tests.support.program import Home
from zenml.page import visits

PATHS = ("/", "/changes/zzzz", "/changes/zzzz/undo", "/live?after=zzzz", "/nowhere", "/page-files/none")


@pytest.fixture
def closed(used: Home) -> Iterator[ServedPage]:
    """A page that nobody was let in to yet."""
    with served_page(used, let_in=False) as page:
        yield page


def test_the_token_lets_one_in_once_and_is_gone_from_the_address(closed: ServedPage) -> None:
    way_in = f"/?token={closed.token}"
    answer = closed.ask("GET", way_in)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert cookie.startswith(f"zenml-page-{closed.port}=")
    assert {attribute.lower() for attribute in attributes} == {
        "httponly",
        "samesite=lax",
        "path=/",
        f"max-age={visits.LIFE}",
    }
    assert closed.token not in cookie
    assert closed.ask("GET", "/", headers={"Cookie": cookie}).status == 200
    # whoever finds the address later is not let in; whoever is in already goes on
    assert closed.ask("GET", way_in).status == 401
    again = closed.ask("GET", way_in, headers={"Cookie": cookie})
    assert (again.status, again.headers["location"], again.headers.get("set-cookie")) == (303, "/", None)


def test_a_token_that_nobody_uses_ends(closed: ServedPage) -> None:
    for seconds, status in ((visits.UNUSED + 60, 401), (visits.UNUSED - 60, 303)):
        with mock.patch("zenml.page.visits.monotonic", return_value=time.monotonic() + seconds):
            assert closed.ask("GET", f"/?token={closed.token}").status == status


@pytest.mark.parametrize("token", ["", "x", "%00", "%F0%9F%98%80", "x" * 43])
def test_another_token_does_not_and_spends_nothing(token: str, closed: ServedPage) -> None:
    answer = closed.ask("GET", f"/?token={token}")
    assert answer.status == 401
    assert "set-cookie" not in answer.headers
    assert closed.ask("GET", f"/?token={closed.token}").status == 303


def test_a_token_counts_at_the_door_only(closed: ServedPage) -> None:
    for method, path in (("GET", "/changes/zzzz"), ("GET", "/live"), ("POST", "/"), ("HEAD", "/")):
        assert closed.ask(method, f"{path}?token={closed.token}").status == 401
    assert closed.ask("GET", f"/?token={closed.token}").status == 303


@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_known_is_told_nothing_but_how_to_get_in(path: str, looked_at: ServedPage) -> None:
    known = f"zenml-page-{looked_at.port}="
    for cookie in ("", known, f"{known}x", f"zenml-page-1={looked_at.session}", f"other={looked_at.session}"):
        answer = looked_at.ask("GET", path, headers={"Cookie": cookie})
        if path.startswith("/page-files/"):
            assert "data" not in answer.text
            continue
        assert answer.status == 401
        assert "zenml ui" in answer.text
        assert answer.links == ["#content"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nor_is_it_by_other_methods(method: str, looked_at: ServedPage) -> None:
    for path in ("/", "/changes/good/undo", "/nowhere"):
        assert looked_at.ask(method, path, b"", HERE).status == 401


@pytest.mark.parametrize("other", ['prefs={"a": "b; c"}', "x=", "=x", ";;", "a=\xe9", 'q="', "zenml-page-80=y"])
def test_cookies_of_other_programs_on_this_machine_do_no_harm(other: str, looked_at: ServedPage) -> None:
    """Browsers send them too: cookies do not know ports."""
    for cookies in (f"{other}; {looked_at.cookie}", f"{looked_at.cookie}; {other}"):
        assert looked_at.ask("GET", "/", headers={"Cookie": cookies}).status == 200


def test_a_visit_ends_by_itself(looked_at: ServedPage) -> None:
    for seconds, status in ((visits.LIFE - 60, 200), (visits.LIFE + 60, 401)):
        with mock.patch("zenml.page.visits.monotonic", return_value=time.monotonic() + seconds):
            assert looked_at.get("/").status == status


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "127.0.0.1:{port}@evil.example",
        "",
    ],
)
def test_by_other_names_nothing_is_answered(host: str, looked_at: ServedPage) -> None:
    """A name of somebody else may be made to mean this machine, and then the page is theirs to read."""
    for path in ("/", "/page-files/page.css", f"/?token={looked_at.token}"):
        sent = {"Cookie": looked_at.cookie, "Host": host.format(port=looked_at.port)}
        answer = looked_at.ask("GET", path, headers=sent)
        assert answer.status in (400, 421)
        assert "data" not in answer.html


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST:{port}", "127.0.0.1:{port}"])
def test_by_its_own_it_is(host: str, looked_at: ServedPage) -> None:
    assert looked_at.get("/", Host=host.format(port=looked_at.port)).status == 200


@pytest.mark.parametrize("path", ["/", "/nowhere", "/page-files/page.css", "/page-files/page.js", "/changes/zzzz"])
def test_every_answer_tells_browsers_what_they_may_do_with_it(path: str, looked_at: ServedPage) -> None:
    answers = [looked_at.get(path), looked_at.ask("GET", path), looked_at.get(path, Host="evil.example")]
    for answer in answers:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert {policy[name] for name in policy.keys() - {"default-src", "frame-ancestors", "base-uri"}} == {
            "'self'"
        }
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_link_to_a_change_and_show_it_in_no_page_of_theirs(site: str, looked_at: ServedPage) -> None:
    def asked(path: str, mode: str, kind: str) -> int:
        return looked_at.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind).status

    assert asked("/changes/good", "navigate", "document") == 200
    for mode, kind in (("navigate", "iframe"), ("navigate", "object"), ("no-cors", "image"), ("cors", "empty")):
        assert asked("/changes/good", mode, kind) == 403
        assert asked("/page-files/page.css", mode, kind) == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_it_loads_itself_is_there(site: str, looked_at: ServedPage) -> None:
    for path, mode, kind in (("/page-files/page.css", "no-cors", "style"), ("/", "navigate", "document")):
        assert looked_at.get(path, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind).status == 200


def test_an_error_of_ours_is_a_page_too(used: Home, caplog: pytest.LogCaptureFixture) -> None:
    with served_page(used) as page, mock.patch("zenml.page.routes.timeline.KINDS", None):
        answer = page.get("/")
    assert answer.status == 500
    assert "Something went wrong in the program itself" in answer.text
    assert "Traceback" not in answer.html
    assert "TypeError" in caplog.text
