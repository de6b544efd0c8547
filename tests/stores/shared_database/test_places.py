"""Which URLs name a shared database, and what is said of those that do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import masked, without_passwords
from zenml.paths import profile_directory
from zenml.stores.shared_database.places import default_url, read_place
from zenml.stores.shared_database.url_text import MAX_URL

PASSWORD = "geheim"
ENCODED = "ge%40h%3Ae%2Fi%23m%3F%25"

VALID: list[tuple[str, dict[str, Any]]] = [
    ("sqlite:////a/b.db", {"kind": "sqlite", "database": "/a/b.db", "slot": "default", "host": "", "port": 0}),
    ("sqlite:////a/b c.db", {"database": "/a/b c.db"}),
    ("sqlite:////a/b%20c.db", {"database": "/a/b%20c.db"}),  # as SQLAlchemy has it
    ("sqlite:////a/b%23%3f%25.db", {"database": "/a/b#?%.db"}),
    ("sqlite:////a@b/c.db#x", {"database": "/a@b/c.db", "slot": "x"}),
    ("SQLite:////a/../b.db", {"kind": "sqlite", "database": "/b.db"}),
    ("sqlite:////a/b.db#team", {"database": "/a/b.db", "slot": "team"}),
    ("sqlite:////a/b.db#a%20b", {"slot": "a b"}),
    ("sqlite:////a/b.db#a b", {"slot": "a b"}),
    ("postgresql://h/d", {"kind": "postgresql", "host": "h", "port": 5432, "user": None, "password": None}),
    ("postgres://h/d", {"kind": "postgresql", "database": "d", "options": {}}),
    ("postgresql+psycopg://u@h/d", {"kind": "postgresql", "user": "u", "password": None}),
    ("mysql://h/d", {"kind": "mysql", "port": 3306}),
    ("mysql+pymysql://h:1/d", {"kind": "mysql", "port": 1}),
    ("mariadb://h:65535/d#default", {"kind": "mysql", "port": 65535, "slot": "default"}),
    (f"postgresql://u:{PASSWORD}@10.11.12.13/zenml", {"user": "u", "password": PASSWORD, "host": "10.11.12.13"}),
    (f"mysql://u%40x:{ENCODED}@db.example:3307/a%2Fb#c", {
        "user": "u@x", "password": "ge@h:e/i#m?%", "host": "db.example", "port": 3307, "database": "a/b",
        "slot": "c",
    }),
    ("mysql://u:a:b@h/d", {"user": "u", "password": "a:b"}),
    ("mysql://u:@h/d", {"user": "u", "password": None}),
    ("postgresql://[::1]/d", {"host": "::1", "port": 5432}),
    ("postgresql://u@[fe80::1]:5433/d", {"host": "fe80::1", "port": 5433}),
    ("postgresql://h/d?sslmode=verify-full&sslrootcert=%2Fx%2Fca.pem#n", {
        "options": {"sslmode": "verify-full", "sslrootcert": "/x/ca.pem"}, "slot": "n",
    }),
    ("mysql://h/d?ssl_ca=/x/ca.pem&ssl_verify_identity=true", {
        "options": {"ssl_ca": "/x/ca.pem", "ssl_verify_identity": "true"},
    }),
    ("postgresql://münchen.example/ü", {"host": "münchen.example", "database": "ü"}),
]  # fmt: skip

UNREADABLE = [
    ("nope", "Invalid URL for store type `sql`: nope"),
    ("", "Invalid URL for store type `sql`: "),
    ("/a/b.db", "Invalid URL for store type `sql`: /a/b.db"),
    (f"u:{PASSWORD}@h/d", "Invalid URL for store type `sql`: u:***@h/d"),
    ("oracle://u:geheim@h/d", "the kind 'oracle': it can be in sqlite, postgresql or mysql."),
    ("mssql+pyodbc://h/d", "the kind 'mssql+pyodbc'"),
    ("http://h/d", "the kind 'http'"),
    ("cockroachdb://h/d", "CockroachDB is reached with postgresql:// as well."),
    ("sqlite://", "in memory"),
    ("sqlite:///", "in memory"),
    ("sqlite:///:memory:", "in memory"),
    ("sqlite://a/b.db", "its path follows sqlite:///"),
    ("sqlite:///~/a.db", "write the path in full"),
    ("sqlite:///~otto/a.db", "write the path in full"),
    ("sqlite:////a.db?mode=ro", "the option mode is not known; a file has none"),
    ("sqlite:////a.db#", "nothing follows its #"),
    (f"sqlite:////a.db#{'n' * 129}", "it has 129 characters"),
    ("sqlite:////a.db#a/b", "path separator"),
    ("sqlite:////a.db#%0A", "control character"),
    ("sqlite:////a.db#%ff", "not UTF-8"),
    ("sqlite:////a.db#-x", "dash"),
    (" mysql://h/d", "begins or ends with a space"),
    ("mysql://h/d ", "begins or ends with a space"),
    ("mysql://h/d\n", "begins or ends with a space"),
    ("mysql://h/\x00d", "control character"),
    ("mysql://h/%00d", "control character"),
    ("mysql://u:%01@h/d", "its password has a control character"),
    ("mysql://u:\ud800@h/d", "not UTF-8"),
    ("mysql://h", "names no database"),
    ("mysql://h/", "names no database"),
    ("mysql://h/a/b", "written %2F"),
    ("mysql:///d", "names no host"),
    ("mysql://u:geheim@/d", "names no host"),
    ("mysql://:3306/d", "names no host"),
    ("mysql://h:0/d", "the port is not a number"),
    ("mysql://h:65536/d", "the port is not a number"),
    ("mysql://h:/d", "the port is not a number"),
    ("mysql://h:x/d", "the port is not a number"),
    ("mysql://h:٣/d", "the port is not a number"),
    ("mysql://::1/d", "in brackets"),
    ("mysql://[::1/d", "in brackets"),
    ("mysql://[h]/d", "not an IPv6 address"),
    ("mysql://a,b/d", "letters, digits, dots and dashes"),
    ("mysql://u:50%@h/d", "% is not followed by two hexadecimal digits"),
    ("mysql://u:%ff@h/d", "its password is not UTF-8"),
    ("mysql://u:geheim@x@h/d", "more than one @"),
    ("mysql://u:ge/heim@h/d", "an @ behind the host"),
    ("mysql://u:ge#heim@h/d", "an @ behind the host"),
    ("mysql://u:ge?heim@h/d", "an @ behind the host"),
    ("mysql://h/d?password=geheim", "the option password is not known; those that are known are ssl_ca,"),
    ("mysql://h/d?geheim=%40", "the option geheim is not known"),
    ("mysql://h/d?GE heim", "what is behind its ? is not known"),
    ("mysql://h/d?ssl_ca=a&ssl_ca=b", "has the option ssl_ca twice"),
    ("mysql://h/d?ssl_ca=", "its option ssl_ca has no value"),
    ("postgresql://h/d?sslpassword=geheim", "the option sslpassword is not known"),
    (f"mysql://h/{'d' * MAX_URL}", "at most 2048 are allowed"),
]


@pytest.mark.parametrize(("url", "fields"), VALID, ids=[url for url, _ in VALID])
def test_a_url_says_where_a_shared_ledger_is(url: str, fields: dict[str, Any]) -> None:
    place = read_place(url)
    assert place._asdict() | fields == place._asdict()
    assert (place.url, read_place(place.url)) == (url, place)


@pytest.mark.parametrize(("url", "why"), UNREADABLE, ids=[ascii(url[:40]) for url, _ in UNREADABLE])
def test_a_url_that_is_not_clear_is_refused_without_its_password(url: str, why: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        read_place(url)
    assert why in str(caught.value)
    assert PASSWORD not in str(caught.value).replace("the option geheim", "")
    assert "heim@" not in str(caught.value)


@pytest.mark.parametrize("password", [PASSWORD, ENCODED, "a:b", "x"])
def test_what_is_shown_of_a_url_has_no_password(password: str) -> None:
    url = f"postgresql://u:{password}@h:5432/d?sslmode=require#n"
    place = read_place(url)
    assert place.shown == "postgresql://u:***@h:5432/d?sslmode=require#n"
    assert repr(place) == f"SharedPlace('{place.shown}')"
    assert place.named == "'d' on h:5432"
    assert masked(url) == without_passwords(f"see {url} there")[4:-6] == place.shown


def test_a_password_in_an_option_is_masked_too() -> None:
    assert masked("mysql://h/d?password=geheim") == "mysql://h/d?password=***"


def test_a_relative_path_begins_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "50% #1?"
    here.mkdir()
    monkeypatch.chdir(here)
    place = read_place("sqlite:///a/../b.db#team")
    assert (place.database, place.slot) == (os.fspath(here / "b.db"), "team")
    assert place.url == place.shown == f"sqlite:///{tmp_path}/50%25 %231%3F/b.db#team"
    monkeypatch.chdir("/")
    assert read_place(place.url) == place


@pytest.mark.parametrize("name", ["team", "a/b", "50% #1?", "ü"])
def test_without_a_url_it_is_where_zenml_has_it(name: str) -> None:
    expected = os.path.join(profile_directory("/c o/nf#ig", name), "zenml.db")
    assert read_place(default_url("/c o/nf#ig", name)).database == expected
