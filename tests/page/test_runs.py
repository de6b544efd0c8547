"""Runs on a page: which there were, what each ran with, and what is different between two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pytest

from tests.page.pages import ServedPage, letters, served_page
from tests.page.runs import begun, note, ran, run_letters
from tests.support.program import Home
from zenml.page.routes import runs


class Ran(NamedTuple):
    """A page of a profile on whose stack something ran; runs are given by their letters.

    Attributes:
        page: The page.
        good: Ran before the change of the path, and succeeded.
        bad: Ran after it, and failed.
        open: A block of Python that still runs; it has notes.
        moved: The change of the path.
    """

    page: ServedPage
    good: str
    bad: str
    open: str
    moved: str


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    home = Home(Path(tmp_path_factory.mktemp("ran")).resolve())
    home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    home.done("stack", "register", "prod", "-a", "data", "-o", "default", "--set")
    good = ran(home, "sh", "train.sh", name="nightly", parameters={"epochs": 3})
    home.done("artifact-store", "update", "data", "--path", "/two", "--reason", "the disk is full")
    (moved,) = letters(home, "--limit", "1")
    bad = ran(home, "sh", "train.sh", "--fast", name="nightly", exit_code=3, reason="to be quicker")
    still = begun(home)
    note(home, still)
    with served_page(home) as page:
        yield Ran(page, good, bad, run_letters(still), moved)


def listed(page: ServedPage, **filters: str) -> list[str]:
    """Returns the letters of the runs that are listed, in order."""
    shown = page.get(f"/runs?{urlencode(filters)}")
    assert shown.status == 200, shown.text
    return [link.removeprefix("/runs/") for link in shown.links if link.startswith("/runs/")]


def test_the_newest_run_is_the_first_one(happened: Ran) -> None:
    assert listed(happened.page) == [happened.open, happened.bad, happened.good]
    text = happened.page.get("/runs").text
    assert "a block of Python running" in text
    assert "nightly sh train.sh --fastto be quickerfailed with exit code 3" in text
    assert "That is all." in text


def test_filters_narrow_the_list(happened: Ran) -> None:
    page, good, bad, still, _ = happened
    assert listed(page, **{"with": "path=/one"}) == [good]
    assert listed(page, **{"with": "artifact-store/data.path=/two"}) == [still, bad]
    assert listed(page, **{"with": "path"}) == [still, bad, good]
    assert listed(page, outcome="failed") == [bad]
    assert listed(page, outcome="running") == [still]
    assert listed(page, name="nightly", outcome="succeeded") == [good]
    assert listed(page, stack="prod", component="artifact-store/data") == [still, bad, good]
    assert listed(page, stack="default") == []
    assert listed(page, since="2020-01-01", until="2020-01-02") == []
    assert listed(page, before=bad) == [good]
    assert "No run is like that." in page.get("/runs?outcome=lost").text


@pytest.mark.parametrize(
    ("filters", "status", "problem"),
    [
        ({"outcome": "fine"}, 422, "'fine' is not one of running, succeeded, failed, killed, lost."),
        ({"with": "colour=red"}, 422, "No component ever had a parameter 'colour'."),
        ({"component": "data"}, 422, "'data' does not say of which type the component is."),
        ({"since": "sometime"}, 422, "'sometime'"),
        ({"stack": "none"}, 404, "Stack 'none'"),
        ({"before": "kkkk"}, 404, "Run 'kkkk' does not exist."),
    ],
)
def test_a_filter_that_means_nothing_is_said_and_can_be_mended(
    happened: Ran, filters: dict[str, str], status: int, problem: str
) -> None:
    shown = happened.page.get(f"/runs?{urlencode(filters)}")
    assert (shown.status, problem in shown.text) == (status, True)
    for field in filters.keys() - {"outcome", "before"}:  # a list of words, and no field at all
        assert f'name="{field}" value="{filters[field]}"' in shown.html


def test_older_runs_have_a_page_of_their_own_that_keeps_the_filters(
    happened: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PAGE", 1)
    older = happened.page.get("/runs?with=path&name=nightly").links[-1]
    assert older == f"/runs?name=nightly&with=path&before={happened.bad}"
    last = happened.page.get(older)
    assert f"/runs/{happened.good}" in last.links
    assert "That is all." in last.text


def test_a_run_says_what_it_ran_with_and_as_of_which_change(happened: Ran) -> None:
    shown = happened.page.get(f"/runs/{happened.bad}")
    assert "Run nightly failed with exit code 3" in shown.text
    assert "path/two" in shown.text
    assert "Commandsh train.sh --fast" in shown.text
    (change,) = [link for link in shown.links if link.startswith("/changes/")]
    assert happened.moved.startswith(change.removeprefix("/changes/"))
    assert "the disk is full" in happened.page.get(change).text
    (then,) = [link for link in shown.links if link.startswith("/at/") and link != "/at/now"]
    assert happened.page.get(then.partition("#")[0]).status == 200
    assert "path/one" in happened.page.get(f"/runs/{happened.good}").text


def test_a_name_means_the_newest_run_of_it(happened: Ran) -> None:
    assert happened.page.get("/runs/nightly").lasting == happened.page.get(f"/runs/{happened.bad}").lasting
    assert happened.page.get("/runs/other").status == 404


def test_what_was_noted_of_a_run_is_shown_and_no_link_leads_away(happened: Ran) -> None:
    shown = happened.page.get(f"/runs/{happened.open}")
    assert "mlflow: 8a1f https://mlflow.example/8a1f" in shown.text
    assert f"model at file:///one/model {'ab' * 32}" in shown.text
    assert all(link.startswith(("/", "#")) for link in shown.links)


def test_a_run_leads_to_comparisons_with_those_before(happened: Ran) -> None:
    page, good, bad, still, _ = happened
    assert f"/runs/compare?one={good}&other={bad}" in page.get(f"/runs/{bad}").links
    both = page.get(f"/runs/{still}").links
    assert {f"/runs/compare?one={bad}&other={still}", f"/runs/compare?one={good}&other={still}"} <= set(both)
    first = page.get(f"/runs/{good}")
    assert [link for link in first.links if "/compare?" in link] == [f"/runs/compare?other={good}"]


def test_two_runs_are_compared_with_who_made_the_difference_and_why(happened: Ran) -> None:
    page, good, bad, _, moved = happened
    shown = page.get(f"/runs/compare?one={good}&other={bad}")
    assert "path−before: /one+after: /two" in shown.text
    assert "set path of artifact store 'data'" in shown.text
    assert "the disk is full" in shown.text
    assert f"/changes/{moved}" in shown.links
    assert "first: sh train.sh+second: sh train.sh --fast" in shown.text
    assert "first: succeeded+second: failed with exit code 3" in shown.text
    assert f"/runs/compare?one={bad}&other={good}" in shown.links


def test_the_same_run_twice_is_no_different(happened: Ran) -> None:
    shown = happened.page.get(f"/runs/compare?one={happened.good}&other={happened.good}")
    assert "The configuration It is the same." in shown.text
    assert "Who changed it" not in shown.text


def test_two_runs_are_asked_for(happened: Ran) -> None:
    shown = happened.page.get(f"/runs/compare?other={happened.good}")
    assert shown.status == 200
    assert f'name="other" value="{happened.good}"' in shown.html
    assert "The configuration" not in shown.text
    assert happened.page.get("/runs/compare?one=none&other=nightly").status == 404


def test_nothing_ran_yet(read_only: ServedPage) -> None:
    assert "Nothing ran yet." in read_only.get("/runs").text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\u202e", "../..", "x" * 1_001])
def test_whatever_is_asked_for_is_words(happened: Ran, hostile: str) -> None:
    for address in (
        f"/runs?{urlencode({'name': hostile, 'with': hostile})}",
        f"/runs/{quote(hostile, '')}",
        f"/runs/compare?{urlencode({'one': hostile, 'other': 'nightly'})}",
    ):
        shown = happened.page.get(address)
        assert shown.status in (404, 422)
        assert hostile not in shown.html or hostile == "../.."


def test_names_and_commands_of_others_are_words(used: Home) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    with served_page(used) as page:
        run = begun(
            used, hostile, "\u202e", hostile, name="<b>x<b>", reason=hostile, parameters={hostile: hostile}
        )
        note(used, run, engine=hostile, name=hostile)
        other = ran(used, hostile, "\x1b[31m")
        for address in (
            "/runs",
            f"/runs/{run_letters(run)}",
            f"/runs/compare?one={run_letters(run)}&other={other}",
        ):
            shown = page.get(address)
            assert shown.status == 200
            assert "<img" not in shown.html
            assert "<b>x" not in shown.html
            assert not {"\u202e", "\x1b"} & set(shown.html)


def test_a_change_says_how_many_runs_used_it_and_leads_to_runs_of_the_same_things(happened: Ran) -> None:
    shown = happened.page.get(f"/changes/{happened.moved}")
    assert "2 runs used what it wrote." in shown.text
    (way,) = [link for link in shown.links if link.startswith("/runs?")]
    assert listed(happened.page, component="artifact-store/data") == [happened.open, happened.bad, happened.good]
    assert f"/runs/{happened.bad}" in happened.page.get(way).links
    begins_the_runs = letters(happened.page.home)[1]
    unused = happened.page.get(f"/changes/{begins_the_runs}")
    assert "used what it wrote" not in unused.text


def test_a_stack_and_its_parts_lead_to_their_runs(happened: Ran) -> None:
    assert "/runs?stack=prod" in happened.page.get("/at/now?stack=prod").links
    assert "/runs?stack=prod" in happened.page.get("/blame/stack/prod").links
    part = "/runs?component=artifact-store%2Fdata"
    assert part in happened.page.get("/blame/artifact_store/data").links
    assert f"/runs/{happened.good}" in happened.page.get(part).links


def test_an_undo_that_takes_away_what_a_run_uses_says_so_before(happened: Ran) -> None:
    shown = happened.page.get(f"/changes/{happened.moved}/undo")
    assert "What would be different" in shown.text
    assert "is running on stack 'prod' and keeps what it started with." in shown.text
