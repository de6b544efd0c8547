"""Where a service is, and with which token, as the URL of a profile says it."""

from __future__ import annotations

import pytest

from tests.stores.rest.keeper import TOKEN
from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import masked
from zenml.stores.rest.places import is_exposed, named, read_service


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "encrypted"),
    [
        ("http://localhost:8000", "localhost", 8000, "", False),
        ("http://localhost:8000/", "localhost", 8000, "", False),
        ("HTTPS://zen.example.com", "zen.example.com", 443, "", True),
        ("https://zen.example.com/team/a/", "zen.example.com", 443, "/team/a", True),
        ("http://[::1]:8001", "::1", 8001, "", False),
        ("http://10.0.0.1", "10.0.0.1", 80, "", False),
    ],
)
def test_a_url_is_read(url: str, host: str, port: int, path: str, encrypted: bool) -> None:
    place = read_service(url, TOKEN)
    assert (place.host, place.port, place.path, place.is_encrypted) == (host, port, path, encrypted)
    assert place.token == TOKEN
    assert TOKEN not in place.shown + repr(place)
    assert read_service(place.url) == place


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        ("http://localhost:8000", False),
        ("http://127.0.0.5", False),
        ("http://[::1]:8000", False),
        ("https://zen.example.com", False),
        ("http://zen.example.com", True),
        ("http://10.0.0.1:8000", True),
    ],
)
def test_it_is_known_where_others_could_read_a_token(url: str, exposed: bool) -> None:
    assert is_exposed(read_service(url, TOKEN)) is exposed


@pytest.mark.parametrize("login", [TOKEN, f"token:{TOKEN}", f"ann:{TOKEN}"])
def test_a_token_may_be_in_the_url(login: str) -> None:
    place = read_service(f"http://{login}@localhost:8000")
    assert place.token == TOKEN
    assert place.name == ("ann" if login.startswith("ann") else None)
    assert place.shown == "http://localhost:8000"


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_url_of_a_client_of_zenml_0_13_is_that_of_its_service_and_its_token(ending: str) -> None:
    place = read_service(f"https://zen.example.com/team/t/{TOKEN}{ending}")
    assert place == read_service("https://zen.example.com/team", TOKEN)
    assert read_service(f"http://localhost:8000/t/{TOKEN}", other := TOKEN[:-1] + "0").token == other


def test_the_url_that_is_recorded_shows_the_name_and_not_the_token() -> None:
    place = named(read_service("http://localhost:8000", TOKEN), "Ann Ö/x")
    assert masked(place.url) == "http://Ann%20%C3%96%2Fx:***@localhost:8000"
    assert read_service(place.url).name == "Ann Ö/x"


@pytest.mark.parametrize(
    "url",
    [
        f"http://localhost:8000/t/{TOKEN[:-1]}",
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "http://:8000",
        "http://localhost:port",
        "http://localhost:99999",
        "http://local host",
        "http://localhost?x=y",
        "http://localhost#x",
        " http://localhost",
        "http://localhost\n",
        "http://a@b@localhost",
        "http://localhost/ a",
        "http://localhost/\u00e4",
        f"http://localhost/{'a' * 3000}",
        "http://ann:geheim@localhost",
        "http://geheim@localhost",
    ],
)
def test_what_is_no_url_of_a_service_is_refused_without_repeating_a_token(url: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        read_service(url)
    assert "geheim" not in str(caught.value)
    assert TOKEN[:-1] not in str(caught.value)
