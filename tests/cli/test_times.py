"""Times as people type them, and as they are told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import humanize
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zenml.snapshot.ages import age, duration, exact
from zenml.snapshot.times import format_time, read, stored

NOW = "2026-11-17T15:30:12"  # a Tuesday


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine an hour ahead of UTC, in winter."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_time_is_read_and_said_back_in_the_zone_of_the_machine(berlin: None) -> None:
    assert read("Mon 16 Nov 2026 17:00 CET").begin == datetime.fromisoformat("2026-11-16T16:00:00Z")
    assert read("2026-07-16 14:00").begin == datetime.fromisoformat("2026-07-16T12:00:00Z")
    assert format_time(datetime.fromisoformat("2026-11-16T16:00:00Z")) == "Mon 16 Nov 2026 17:00 CET"
    assert format_time(datetime.fromisoformat("2026-07-04T00:00:01.5")) == "Sat 4 Jul 2026 00:00:01 CEST"


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
    assert exact("2026-11-17T15:30:12.345678Z") == "2026-11-17 15:30:12Z"


@given(st.timedeltas(timedelta(days=-1000), timedelta(days=1000)) | st.timedeltas())
@example(timedelta(seconds=3570))
@example(timedelta(days=365 + 15))
@example(timedelta(days=365 + 364))
def test_a_duration_is_told_as_another_program_tells_it(passed: timedelta) -> None:
    assert duration(passed) == humanize.naturaldelta(passed)
