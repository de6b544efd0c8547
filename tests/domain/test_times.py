"""What people type as a time, in zones whose clocks are put forward and back at different hours."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hints import hint_of
from zenml.domain.errors import InvalidValueError
from zenml.domain.times import read

ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata")]
NOW = "2026-11-17T15:30:12"  # a Tuesday, by the clock of each zone

MOMENTS = [
    ("now", NOW),
    ("NOW", NOW),
    ("2 hours ago", "2026-11-17T13:30:12"),
    ("two hours ago", "2026-11-17T13:30:12"),
    ("an hour ago", "2026-11-17T14:30:12"),
    ("90 minutes ago", "2026-11-17T14:00:12"),
    ("1 hour and 30 minutes ago", "2026-11-17T14:00:12"),
    ("2h30m ago", "2026-11-17T13:00:12"),
    ("30 seconds ago", "2026-11-17T15:29:42"),
    ("3 days ago", "2026-11-14T15:30:12"),
    ("a week ago", "2026-11-10T15:30:12"),
    ("2 weeks ago", "2026-11-03T15:30:12"),
    ("a month ago", "2026-10-17T15:30:12"),
    ("a year ago", "2025-11-17T15:30:12"),
    ("21 months ago", "2025-02-17T15:30:12"),
]
SECONDS = [
    ("14:00", "2026-11-17T14:00:00"),
    ("17:00", "2026-11-16T17:00:00"),
    ("5pm", "2026-11-16T17:00:00"),
    ("12am", "2026-11-17T00:00:00"),
    ("12:30 pm", "2026-11-17T12:30:00"),
    ("noon", "2026-11-17T12:00:00"),
    ("midnight", "2026-11-17T00:00:00"),
    ("today 14:00", "2026-11-17T14:00:00"),
    ("yesterday 17:00", "2026-11-16T17:00:00"),
    ("yesterday at 5pm", "2026-11-16T17:00:00"),
    ("5pm yesterday", "2026-11-16T17:00:00"),
    ("at 17:00 on friday", "2026-11-13T17:00:00"),
    ("yesterday noon", "2026-11-16T12:00:00"),
    ("friday 14:00", "2026-11-13T14:00:00"),
    ("tuesday 14:00", "2026-11-17T14:00:00"),
    ("tuesday 18:00", "2026-11-10T18:00:00"),
    ("3 days ago at 14:00", "2026-11-14T14:00:00"),
    ("Nov 17 2026 14:00", "2026-11-17T14:00:00"),
    ("Nov 17, 2026, 14:00", "2026-11-17T14:00:00"),
    ("Mon 16 Nov 2026 17:00:05", "2026-11-16T17:00:05"),
    ("2026-11-16 14:00", "2026-11-16T14:00:00"),
    ("2026-11-16T14:00:07", "2026-11-16T14:00:07"),
    ("2026-11-16t14", "2026-11-16T14:00:00"),
    ("20261116T140007", "2026-11-16T14:00:07"),
    ("2026-W47-1T14:00", "2026-11-16T14:00:00"),
    ("2026-11-16T24:00", "2026-11-17T00:00:00"),
    ("2026-11-16 14:00Z", "2026-11-16T14:00:00+00:00"),
    ("2026-11-16 14:00 UTC", "2026-11-16T14:00:00+00:00"),
    ("2026-11-16 14:00:00+05:45", "2026-11-16T14:00:00+05:45"),
    ("2026-11-16T14:00-03", "2026-11-16T14:00:00-03:00"),
    ("Mon 16 Nov 2026 17:00 UTC", "2026-11-16T17:00:00+00:00"),
]
DAYS = [
    ("today", "2026-11-17", "2026-11-18"),
    ("yesterday", "2026-11-16", "2026-11-17"),
    ("the day before yesterday", "2026-11-15", "2026-11-16"),
    ("monday", "2026-11-16", "2026-11-17"),
    ("tuesday", "2026-11-17", "2026-11-18"),
    ("last tuesday", "2026-11-10", "2026-11-11"),
    ("friday", "2026-11-13", "2026-11-14"),
    ("on friday", "2026-11-13", "2026-11-14"),
    ("last friday", "2026-11-13", "2026-11-14"),
    ("this week", "2026-11-16", "2026-11-23"),
    ("last week", "2026-11-09", "2026-11-16"),
    ("this month", "2026-11-01", "2026-12-01"),
    ("last month", "2026-10-01", "2026-11-01"),
    ("this year", "2026-01-01", "2027-01-01"),
    ("last year", "2025-01-01", "2026-01-01"),
    ("november", "2026-11-01", "2026-12-01"),
    ("December", "2025-12-01", "2026-01-01"),
    ("last november", "2025-11-01", "2025-12-01"),
    ("november 2025", "2025-11-01", "2025-12-01"),
    ("16 nov", "2026-11-16", "2026-11-17"),
    ("Nov 17", "2026-11-17", "2026-11-18"),
    ("Nov 18", "2025-11-18", "2025-11-19"),
    ("29 Feb", "2024-02-29", "2024-03-01"),
    ("17 November 2026", "2026-11-17", "2026-11-18"),
    ("2026-11", "2026-11-01", "2026-12-01"),
    ("2026-11-16", "2026-11-16", "2026-11-17"),
    ("20261116", "2026-11-16", "2026-11-17"),
    ("2026-320", "2026-11-16", "2026-11-17"),
    ("2026-W47", "2026-11-16", "2026-11-23"),
    ("2026-W47-1", "2026-11-16", "2026-11-17"),
    ("2026W471", "2026-11-16", "2026-11-17"),
]
REFUSED = [
    *("", " ", ",", "foo", "one", "h1", "5", "0", "-5", "+5", "@-1", "@1700000000", "2026", "14", "1400", "\x00"),
    *("the 5th", "5th", "nov 5th", "5th november", "yesterday morning", "half past", "yesterday 5", "last", "ago"),
    *("2 hours", "2 ago", "-2 hours ago", "2.5 hours ago", "2 hours ago today", "today today", "14:00 15:00"),
    *("2026-13-01", "2026-02-30", "2026-W54", "2026-366", "2026-1-1", "30 feb", "feb 30 2026", "mon 17 nov 2026"),
    *("25:00", "14:60", "14:00:60", "24:01", "13pm", "0pm", "2026-11-16T14:00+25:00", "2026-11 14:00"),
    *("2026-11-16 14:00 XYZ", "yesterday; rm", "x" * 4000, "0001-01-01", "9999-12-31", "10000 years ago"),
    *("9" * 30 + " days ago", "999999999 weeks ago", "١٤:٠٠", "11/12", "1.12.2026", "13/11/2026", "11.12 14:00"),
]


def _local(text: str, zone: ZoneInfo) -> datetime:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_what_is_meant(zone: ZoneInfo) -> None:
    now = _local(NOW, zone)
    for rows, length in ((MOMENTS, timedelta(microseconds=1)), (SECONDS, timedelta(seconds=1))):
        for text, wanted in rows:
            begin = _local(wanted, zone)
            assert read(text, now, zone)[:2] == (begin, begin + length), text
    for text, first, after in DAYS:
        assert read(text, now, zone)[:2] == (_local(first, zone), _local(after, zone)), text


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_time_is_refused_with_a_form_that_works(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        read(text, _local(NOW, ZONES[0]), ZONES[0])
    assert "2026-11-17" in hint_of(refused.value)
    slashed = text in ("11/12", "1.12.2026", "13/11/2026", "11.12 14:00")
    assert ("which number is the day" in refused.value.message) == slashed


def test_a_time_with_decimals_is_as_precise_as_they_are() -> None:
    for decimals, length in ((".1", 100_000), (".123", 1000), (",123456", 1), (".123456789", 1)):
        span = read(f"2026-11-16T14:00:05{decimals}Z", _local(NOW, UTC))  # type: ignore[arg-type]
        assert span.end - span.begin == timedelta(microseconds=length)
        assert span.is_precise


def test_what_is_said_back_can_be_typed_and_names_which_of_two_times_is_meant() -> None:
    berlin, now = ZONES[0], _local(NOW, ZONES[0])
    for hour, zone in (("2026-10-25T00:30", "CEST"), ("2026-10-25T01:30", "CET")):
        span = read(f"Sun 25 Oct 2026 02:30 {zone}", now, berlin)
        assert span.begin == datetime.fromisoformat(f"{hour}Z")
    both = read("2026-10-25 02:30", now, berlin)
    assert both.end - both.begin == timedelta(hours=1, seconds=1)
    assert both.is_guess


def test_a_time_that_clocks_skipped_is_refused() -> None:
    for zone, text, jump in (
        (ZONES[0], "2026-03-29 02:30", "02:00 to 03:00"),
        (ZONES[1], "2018-11-04 00:15", "00:00 to 01:00"),
    ):
        with pytest.raises(InvalidValueError, match=jump):
            read(text, _local(NOW, zone), zone)


def test_hours_ago_are_a_length_of_time_while_clocks_are_put_back() -> None:
    now = datetime.fromisoformat("2026-10-25T02:20Z")
    for zone in ZONES:
        assert read("1 hour ago", now, zone).begin == datetime.fromisoformat("2026-10-25T01:20Z")
        assert read("a day ago", now, zone).begin == datetime.fromisoformat("2026-10-24T02:20Z")


@given(
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Atlantic/Azores", "Asia/Beirut", "Africa/Cairo"]),
    st.dates(min_value=datetime(1975, 1, 2).date(), max_value=datetime(2030, 1, 1).date()),  # noqa: DTZ001
)
def test_between_two_days_there_is_no_hole_and_no_overlap(name: str, day: object) -> None:
    zone, now = ZoneInfo(name), _local(NOW, ZONES[0])
    after = datetime.fromisoformat(str(day)).date() + timedelta(days=1)
    one, next_one = read(str(day), now, zone), read(str(after), now, zone)
    assert one.end == next_one.begin
    assert timedelta(hours=22) < one.end - one.begin < timedelta(hours=26)
    assert str(one.begin.astimezone(zone).date()) == str(day) == str(one.last.astimezone(zone).date())


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),  # at midnight clocks went back to 23:00
        ("America/Sao_Paulo", "2018-11-04", 23),  # it began at 01:00
        ("Atlantic/Azores", "2026-10-25", 25),
        ("Asia/Kolkata", "2026-10-25", 24),
    ],
)
def test_a_day_has_all_its_hours(zone: str, day: str, hours: int) -> None:
    span = read(day, _local(NOW, ZONES[0]), ZoneInfo(zone))
    assert span.end - span.begin == timedelta(hours=hours)


_WORDS = (
    "2",
    "nov",
    "monday",
    "last",
    "at",
    "14:00",
    "ago",
    "hours",
    "5pm",
    "z",
    "2026",
    "and",
    "today",
    ",",
    "a",
)


@given(st.one_of(st.text(max_size=12), st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join)))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(InvalidValueError):
        span = read(text, _local(NOW, ZONES[0]), ZONES[0])
        assert span.begin < span.end
