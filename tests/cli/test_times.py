"""Times as people type them, and as they are told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.cli.times import age, exact
from zenml.domain.errors import InvalidValueError
from zenml.repository.times import moment, stored, understood

NOW = "2026-11-17T15:30:12"  # a Tuesday
DAY = ("00:00:00", "23:59:59.999999")


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine an hour ahead of UTC, in winter."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "since", "until", "guessed"),
    [
        ("2026-11-16T14:00:00.5Z", "2026-11-16T15:00:00.500000", None, False),
        ("2026-11-16 14:00+05:45", "2026-11-16T09:15:00", None, False),
        ("2026-11-16 14:00", "2026-11-16T14:00:00", None, False),
        ("2026-07-16 14:00", "2026-07-16T14:00:00", None, False),
        ("2026-11-16", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", False),
        ("20261116", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", False),
        ("2026-W47-1", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", False),
        ("yesterday 17:00", "2026-11-16T17:00:00", None, True),
        ("yesterday", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", True),
        ("today", f"2026-11-17T{DAY[0]}", f"2026-11-17T{DAY[1]}", True),
        ("monday", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", True),
        ("friday", f"2026-11-13T{DAY[0]}", f"2026-11-13T{DAY[1]}", True),
        ("16 nov", f"2026-11-16T{DAY[0]}", f"2026-11-16T{DAY[1]}", True),
        ("2 hours ago", "2026-11-17T13:30:12", None, True),
        ("3 days ago", "2026-11-14T15:30:12", None, True),
        ("17:00", "2026-11-16T17:00:00", None, True),
        ("17:00 UTC", "2026-11-16T18:00:00", None, True),
        ("now", NOW, None, True),
    ],
)
def test_what_is_meant(berlin: None, text: str, since: str, until: str | None, guessed: bool) -> None:
    now = datetime.fromisoformat(NOW).astimezone()
    for end, wanted in ((False, since), (True, until or since)):
        meant, guess = moment(text, end=end, now=now)
        assert meant == datetime.fromisoformat(wanted).astimezone()
        assert guess == guessed
        assert meant.tzinfo is not None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "foo",
            "one",
            "h1",
            "5",
            "2026",
            "2026-13-01",
            "2026-1-1",
            "2026-11-17T25:00",
            "yesterday; rm",
            "\x00",
        ),
        *("x" * 4000, "0001-01-01", "9999-12-31T23:59:59-23:00", "10000 years ago", "9" * 30 + " days ago"),
    ],
)
def test_what_is_no_time_is_refused_in_a_sentence(berlin: None, text: str) -> None:
    with pytest.raises(InvalidValueError, match="cannot be read as a time") as refused:
        moment(text)
    assert "2 hours ago" in refused.value.hint


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(InvalidValueError):
        assert moment(text)[0].tzinfo is not None


def test_a_time_is_said_back_in_the_zone_of_the_machine(berlin: None) -> None:
    assert understood(datetime.fromisoformat("2026-11-16T16:00:00Z")) == "Mon 16 Nov 2026 17:00 CET"
    assert understood(datetime.fromisoformat("2026-07-04T00:00:01.5")) == "Sat 4 Jul 2026 00:00:01 CEST"


def test_a_time_is_kept_in_utc(berlin: None) -> None:
    assert stored(datetime.fromisoformat("2026-11-16T17:00:00+01:00")) == "2026-11-16T16:00:00.000000Z"
    assert stored(datetime.fromisoformat("2026-01-04T00:00:01.5")) == "2026-01-03T23:00:01.500000Z"


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("2026-11-17T15:30:12.000000Z", "a moment"),
        ("2026-11-17T15:30:02.000000Z", "10 seconds"),
        ("2026-11-17T13:30:12.000000Z", "2 hours"),
        ("2026-11-10T13:30:12.000000Z", "7 days"),
        ("2026-11-17T15:30:40.000000Z", "a moment"),  # another machine's clock
        ("2026-11-17T17:30:12.000000Z", "-2 hours"),
    ],
)
def test_how_long_ago(stored: str, told: str) -> None:
    assert age(stored, datetime.fromisoformat(f"{NOW}+00:00")) == told


def test_an_exact_time_has_seconds() -> None:
    assert exact("2026-11-17T15:30:12.345678Z") == "2026-11-17 15:30:12"
