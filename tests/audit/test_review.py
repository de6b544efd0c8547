"""What a report adds up, and that it keeps no more of a long record than of a short one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.told import ENTRIES, MACHINE, PROFILE, at, begin, change, entry
from zenml.audit.entries import Entity, Entry, Hidden
from zenml.audit.review import MOST, Activity, Review

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def reviewed(entries: list[Entry]) -> Review:
    review = Review()
    review.take(entries)
    return review


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4000 * 24), st.booleans()), max_size=50))
def test_the_picture_has_everything_in_few_bars_of_equal_width(hours: list[tuple[int, bool]]) -> None:
    activity = Activity()
    for hour, attempt in hours:
        activity.add(text(BEGINNING + timedelta(hours=hour)), attempt=attempt)
    bars = activity.bars
    assert sum(bar.changes for bar in bars) == sum(not attempt for _, attempt in hours)
    assert sum(bar.attempts for bar in bars) == sum(attempt for _, attempt in hours)
    assert len(bars) <= 60
    assert len({bar.begin for bar in bars}) == len(bars)
    assert [bar.begin for bar in bars] == sorted(bar.begin for bar in bars)
    for ends in (bars[:1], bars[-1:]):
        assert all(bar.changes + bar.attempts for bar in ends)


def test_a_day_is_told_by_the_hour_and_a_decade_by_the_day() -> None:
    day, decade = Activity(), Activity()
    for hour in (9, 10, 17):
        day.add(text(BEGINNING + timedelta(hours=hour)), attempt=False)
    assert [(bar.begin[-5:], bar.changes) for bar in day.bars if bar.changes] == [
        ("09:00", 1),
        ("10:00", 1),
        ("17:00", 1),
    ]
    for hour in range(0, 24 * 3650, 7):
        decade.add(text(BEGINNING + timedelta(hours=hour)), attempt=False)
    assert len(decade._counts) <= 3650
    assert len(decade.bars[0].begin) == len("2026-01-01")
    assert sum(bar.changes for bar in decade.bars) == len(range(0, 24 * 3650, 7))


def test_what_cannot_be_read_has_no_time_and_is_in_no_bar() -> None:
    activity = Activity()
    activity.add("", attempt=True)
    assert activity.bars == []


def test_a_change_with_parts_in_two_ledgers_is_one() -> None:
    both = change("both")
    stack, profile = Entity("stack", None, "s"), Entity("profile", None, "p")
    review = reviewed(
        [
            begin(1, both, MACHINE, 1),
            entry(1, "create", profile, both, at(MACHINE, 2, "ProfileCreated")),
            begin(1, both, PROFILE, 1),
            *(entry(1, "create", stack, both, at(PROFILE, 2 + n, "StackRegistered")) for n in range(4)),
        ]
    )
    assert (review.changes, review.all.count) == (1, 1)
    assert review.all.lines[0].what == "create profile 'p', create stack 's', create stack 's', and 2 more"


def test_all_sums_are_of_the_same_entries() -> None:
    review = reviewed(ENTRIES)
    assert review.changes == review.kinds.total() == sum(actor["changes"] for actor in review.actors.values()) == 5
    assert review.attempts.count == 1
    assert next(line.what for line in review.undos.lines).startswith("undo ")
    assert [line.what for line in review.exports.lines] == ["export record as csv"]
    assert {line.kind for line in review.unexplained.lines} == {"change"}


def test_of_a_list_the_newest_are_kept() -> None:
    entries = []
    for number in range(MOST + 7):
        it = change(str(number))
        entries += [
            begin(number % 60, it, PROFILE, 2 * number + 1),
            entry(
                number % 60, "create", Entity("stack", None, str(number)), it, at(PROFILE, 2, "StackRegistered")
            ),
        ]
    newest = reviewed(entries).unexplained
    assert (newest.count, len(newest.lines), newest.more) == (MOST + 7, MOST, 7)
    assert newest.lines[-1].what == f"create stack '{MOST + 6}'"


def test_a_line_has_the_first_values_and_counts_the_others() -> None:
    many = change("many")
    stack = Entity("stack", None, "s")
    after = {"name": "s", **{f"f{number}": number for number in range(20)}}
    review = reviewed(
        [
            begin(1, many, PROFILE, 1),
            entry(1, "create", stack, many, at(PROFILE, 2, "StackRegistered"), None, after),
        ]
    )
    (line,) = review.all.lines
    assert [(value.thing, value.field, value.old, value.new) for value in line.values][:2] == [
        ("", "f0", None, "0"),
        ("", "f1", None, "1"),
    ]
    assert (len(line.values), line.more_values) == (12, 8)


def test_values_of_several_things_say_whose_they_are() -> None:
    both = change("both")
    review = reviewed(
        [
            begin(1, both, PROFILE, 1),
            *(
                entry(
                    1, "update", Entity("artifact_store", None, name), both, at(PROFILE, 2, "ParameterSet"),
                    {"path": "/a"}, {"path": "/b"},
                )
                for name in ("x", "y")
            ),
        ]
    )  # fmt: skip
    (line,) = review.all.lines
    assert [value.thing for value in line.values] == ["artifact store 'x'", "artifact store 'y'"]


def test_of_what_is_very_long_there_is_the_beginning_and_its_length() -> None:
    it = change("long")
    store, where = Entity("artifact_store", None, "x"), at(PROFILE, 2, "ParameterSet")
    review = reviewed(
        [
            begin(1, it, PROFILE, 1, reason="r" * 5000),
            entry(1, "update", store, it, where, {"path": "p" * 40_000}, {"path": Hidden("*" * 3, None)}),
        ]
    )
    (line,) = review.all.lines
    assert line.why == f"{'r' * 300}… (5,000 characters)"
    assert line.values[0].old == f"{'p' * 300}… (40,000 characters)"
    assert line.values[0].new == "*** (no key)"


def test_an_update_says_what_came_and_what_went() -> None:
    it, stack = change("1"), Entity("stack", None, "s")

    def summary(before: dict[str, str] | None, after: dict[str, str] | None) -> str:
        return entry(1, "update", stack, it, at(PROFILE, 2, "StackComponentSet"), before, after).summary

    assert summary(None, {"alerter": "a"}) == "update stack 's' (alerter added)"
    assert summary({"alerter": "a"}, None) == "update stack 's' (alerter removed)"
    assert summary({"alerter": "a"}, {"alerter": "b"}) == "update stack 's' (alerter)"
