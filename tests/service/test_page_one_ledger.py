"""Whoever looks at a service's page sees the served ledger alone: no other profile, and nothing of the machine."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from tests.page.runs import ran
from tests.service.browsing import Browser, signed_in
from tests.service.running import SECRET, Service, listening
from tests.support.program import Home
from zenml import paths
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError
from zenml.page.app import ROUTERS
from zenml.projections.database import Database, connect, machine_ledger
from zenml.projections.timeline.one_ledger import NOT_SCOPED, show_one_ledger
from zenml.service.kept_file import KeptFile
from zenml.service.page.looking import OneLedger, ServedLooking
from zenml.service.problems import without_folder
from zenml.service.record import ServedRecord

HIDDEN = "hidden-"
"""Is in the name of everything that is none of a member's business."""

OF_PAGE = {getattr(route, "path", "/").split("/")[1] for router in ROUTERS for route in router.routes} - {
    "page-files"
}
"""What the addresses of pages begin with."""


class Beside(NamedTuple):
    """A served profile beside another one.

    Attributes:
        service: The service.
        changes: The letters of all changes by what they did, as the machine tells it.
        label: A label of the other profile.
    """

    service: Service
    changes: dict[str, str]
    label: str


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """A service of the profile default; a profile with a hidden name is active on its machine."""
    home = Home(Path(tmp_path_factory.mktemp("beside")).resolve())
    home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    home.done("stack", "register", "prod", "-a", "data", "-o", "default", "--set")
    home.done("label", "good")
    home.done(
        *("experiment-tracker", "register", "tracker", "-f", "mlflow", "--tracking_uri=https://mlflow.example"),
        *("--tracking_username=ann", f"--tracking_password={SECRET}"),
    )
    served = newest(home)
    ran(home, "sh", "train.sh", name="nightly")
    ran(home, "sh", "train.sh", "--fast", name="nightly")
    repository = home.folder("hidden-repository")
    home.done("init", cwd=repository)
    home.done("stack", "register", "more", "-a", "data", "-o", "default", cwd=repository)
    home.done("stack", "delete", "more", "--yes", cwd=repository)
    home.done("service", "token", "create", "hidden-token", "--role", "reader")
    home.done("profile", "create", "hidden-profile", "--set")
    home.done("stack", "rename", "default", "hidden-stack")
    home.done("artifact-store", "register", "hidden-store", "--flavor", "local", "--path", "/hidden")
    home.done("label", "hidden-label")
    ran(home, "hidden-command", name="hidden-run")
    # one change with a part in each profile, and in the machine's ledger
    home.done("undo", served, newest(home, kind="change"), "--reason", "both at once")
    home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/theirs")
    home.done("stack", "up")
    listed = json.loads(home.done("history", "--all", "-o", "json").stdout)["changes"]
    changes = {change["told"]: change["letters"] for change in listed}
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home) as service:
        yield Beside(service, changes, "hidden-label")


def newest(home: Home, kind: str | None = None) -> str:
    listed = json.loads(home.done("history", "--all", "-o", "json").stdout)["changes"]
    return str(next(change["letters"] for change in listed if kind in (None, change["kind"])))


def every_page(browser: Browser) -> dict[str, str]:
    """Returns the source of every page that links lead to, by its address; of undos the previews."""
    pages: dict[str, str] = {}
    found = ["/", "/?kind=undo", "/?stack=prod", "/?component=artifact-store/data"]
    while found:
        address = found.pop()
        if address not in pages:
            shown = browser.get(address)
            assert shown.status in (200, 303, 404), (address, shown.source)
            pages[address] = shown.source
            found += [link for link in shown.links if link.split("?")[0].split("/")[1] in OF_PAGE]
    return pages


def test_no_page_tells_of_anything_else(beside: Beside) -> None:
    pages = every_page(signed_in(beside.service))
    assert sum(address.endswith("/undo") for address in pages) >= 4
    for address, source in pages.items():
        for secret in (HIDDEN, "/hidden", "/theirs", SECRET, "service token"):
            assert secret not in source, address
    assert "<ins" in "".join(pages.values())
    assert "***" in "".join(pages.values())


def test_of_a_change_with_parts_elsewhere_only_its_own_is_told(beside: Beside) -> None:
    both = next(told for told in beside.changes if told.count("undo") == 2)
    assert "hidden-store" in both or "hidden-label" in both
    shown = signed_in(beside.service).get(f"/changes/{beside.changes[both]}")
    assert shown.status == 200
    assert shown.headings[0].startswith("undo ")
    assert "tracker" in shown.headings[0]
    assert HIDDEN not in shown.source
    with_choice = next(told for told in beside.changes if told.startswith("register stack 'prod', activate"))
    assert signed_in(beside.service).get(f"/changes/{beside.changes[with_choice]}").headings[0] == (
        "register stack 'prod'"
    )


def test_what_was_recorded_is_shown_as_it_was_and_no_error_says_where_that_is(beside: Beside) -> None:
    browser, config = signed_in(beside.service), beside.service.home.config
    first = next(link for link in browser.get("/?kind=init").links if link.startswith("/changes/"))
    assert f"{config}/local_stores/" in re.sub("<.*?>", "", browser.get(first).source)
    note = config / "evidence" / f"{beside.service.served.ledger_id}.note"
    note.mkdir(parents=True)
    shown = browser.get("/verify")
    note.rmdir()
    assert "The file evidence/" in shown.alert
    assert str(config) not in shown.source


def test_the_folder_itself_is_not_named_either() -> None:
    assert (
        without_folder("Nothing can be made in /a/b.", "/a/b")
        == "Nothing can be made in the configuration folder."
    )
    assert without_folder("The file /a/b/c is damaged.", "/a/b") == "The file c is damaged."


def test_a_filter_finds_nothing_that_is_not_shown(beside: Beside) -> None:
    browser = signed_in(beside.service)
    for asked in ("q=hidden", "q=activate", "q=theirs", "kind=export"):
        assert "No change is like that" in browser.get(f"/?{asked}").text
    for asked in ("stack=hidden-stack", "component=artifact-store/hidden-store"):
        shown = browser.get(f"/?{asked}")
        assert (shown.status, shown.alert.endswith("does not exist.")) == (404, True)
    assert browser.get("/?q='data'").headings[1:] == ["register artifact store 'data'"]


def test_changes_and_labels_of_others_are_not_known(beside: Beside) -> None:
    browser = signed_in(beside.service)
    others = [
        change for told, change in beside.changes.items() if told.startswith("register artifact store 'hidden")
    ]
    for name in (*others, beside.label):
        for address in (f"/changes/{name}", f"/changes/{name}/undo", f"/?before={name}", f"/live?after={name}"):
            shown = browser.get(address)
            assert (shown.status, shown.alert) == (404, f"Change '{name}' does not exist.")
        sent = {"proof": browser.get("/").field("proof"), "expect": "", "reason": "to see"}
        assert browser.post(f"/changes/{name}/undo", sent).status == 404


def test_runs_of_others_are_not_known(beside: Beside) -> None:
    browser = signed_in(beside.service)
    assert browser.get("/runs").headings == ["What ran", "nightly", "nightly"]
    for address in ("/runs/hidden-run", "/live?run=hidden-run", "/runs/compare?one=nightly&other=hidden-run"):
        shown = browser.get(address)
        assert (shown.status, shown.alert) == (404, "Run 'hidden-run' does not exist.")
    assert browser.get("/runs?stack=hidden-stack").status == 404


def test_a_change_counts_its_runs_and_says_not_where_their_file_is(beside: Beside) -> None:
    browser, config = signed_in(beside.service), beside.service.home.config
    change = next(letters for told, letters in beside.changes.items() if told.startswith("register stack 'prod'"))
    assert "2 runs used what it wrote." in browser.get(f"/changes/{change}").text
    (file,) = (config / "runs").glob(f"{beside.service.served.ledger_id}-*.db")
    kept = file.read_bytes()
    file.write_bytes(b"no database")
    shown, listed = browser.get(f"/changes/{change}"), browser.get("/runs")
    file.write_bytes(kept)
    assert "The runs that used it cannot be counted." in shown.text
    assert [shown.status, listed.status] == [200, 500]
    assert str(config) not in shown.source + listed.source


@pytest.fixture
def looking(beside: Beside) -> Iterator[ServedLooking]:
    """What answers the questions of a page."""
    served = beside.service.served
    file = KeptFile(served.config_directory)
    with closing(file), closing(OneLedger(ServedRecord(served, file))) as ledger:
        yield ServedLooking(ledger, served.config_directory, lambda sentence: None)


def test_now_and_each_point_are_those_of_the_served_profile(looking: ServedLooking) -> None:
    assert looking.active_profile_name == "default"
    assert [stack.name for stack in looking.list_stacks()] == ["default", "prod"]
    then = looking.at("good")
    assert [stack.name for stack in then.list_stacks()] == ["default", "prod"]
    assert [stack.name for stack in then.at("0").list_stacks()] == ["default"]
    assert looking.at("now").point.change.summary in [change.summary for change in looking.history()]
    assert {change.letters for change in looking.history(everything=True)} == {
        change.letters for change in looking.history()
    }
    assert [component.name for component in then.list_components("artifact_store")] == ["data", "default"]


def test_numbers_count_the_changes_of_the_served_profile_alone(beside: Beside, looking: ServedLooking) -> None:
    own = looking.history()
    assert len(own) < len(beside.changes)
    assert [change.number for change in own] == list(range(len(own), 0, -1))
    for change in own:
        assert looking.show(change.letters).info.number == change.number
        assert looking.at(change.letters).point.number == change.number
        assert looking.history(before=change.number + 1, limit=1) == [change]
    assert looking.history(after=2, before=5) == own[-4:-2]
    assert looking.history(after=len(own)) == looking.history(before=0) == []
    assert looking.history(oldest=1, after=0) == own[-1:]
    assert [label.number for label in looking.labels] == [
        change.number for change in own if "good" in change.labels
    ]
    assert [change.number for change in looking.at("good").history()] == list(
        range(looking.at("good").point.number, 0, -1)
    )


def test_the_slider_tells_not_how_much_others_do(beside: Beside, looking: ServedLooking) -> None:
    browser, own = signed_in(beside.service), looking.history()
    source = browser.get("/at/now").source
    assert f'min="1" max="{len(own)}" value="{len(own)}"' in source
    assert re.findall('<option value="([0-9]+)"', source) == [str(label.number) for label in looking.labels]
    led = [browser.get(f"/at?number={number}").headers["location"] for number in range(1, len(own) + 3)]
    assert led == [f"/at/{change.letters}" for change in (*own[::-1], own[0], own[0])]


def test_a_comparison_takes_no_profile_and_no_file(looking: ServedLooking, tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text("secret: of this machine\n")
    for text in (
        "hidden-profile",
        "profile/hidden-profile",
        "profile:hidden-profile",
        str(file),
        "label/hidden-label",
    ):
        with pytest.raises((InvalidValueError, ChangeNotFoundError)):
            looking.diff(text)
        with pytest.raises((InvalidValueError, ChangeNotFoundError)):
            looking.diff("now", text)
    assert [difference.thing for difference in looking.diff("0", "good").differences] == [
        *["artifact-store/data"] * 3,
        *["stack/prod"] * 4,
    ]


def test_a_look_opens_no_secret(looking: ServedLooking) -> None:
    with pytest.raises(Exception, match="opens no secret"):
        looking.get_stack_component("artifact_store", "data")


def test_each_table_shows_what_is_of_the_ledger_alone(beside: Beside) -> None:
    ledger_id = beside.service.served.ledger_id
    with closing(connect(paths.ledger_file(str(beside.service.home.config)))) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        machine, whole = machine_ledger(database), counts(database, tables)
        show_one_ledger(database, ledger_id)
        scoped = {row[0] for row in database.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'")}
        assert scoped == tables - set(NOT_SCOPED)
        here = counts(database, scoped)
        assert all(here[name] <= whole[name] for name in scoped)
        assert all(here[name] == 0 for name in ("keys", "profiles", "tokens", "repositories", "active_stacks"))
        assert all(
            0 < here[name] < whole[name] for name in ("changes", "stored_events", "heads", "change_targets")
        )
        assert machine_ledger(database) is None
        assert machine is not None
        for (summary,) in database.execute("SELECT summary FROM changes"):
            assert HIDDEN not in summary
        with pytest.raises(Exception, match="attempt to write a readonly"):
            database.execute("DELETE FROM main.heads")


def counts(database: Database, tables: set[str]) -> dict[str, int]:
    """Returns how many rows each table shows."""
    return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def test_only_the_id_of_a_ledger_names_one(beside: Beside) -> None:
    path = paths.ledger_file(str(beside.service.home.config))
    with closing(connect(path)) as database, pytest.raises(ValueError, match="UUID"):
        show_one_ledger(database, "x' OR 'x' = 'x")


def test_any_member_verifies_by_a_form_and_is_told_of_the_served_ledger_alone(beside: Beside) -> None:
    reader = signed_in(beside.service, "reader")
    assert "were read again" not in reader.get("/verify?run=yes").text
    shown = reader.post("/verify", {"proof": reader.get("/verify").field("proof")})
    assert (shown.status, "were read again, and nothing is wrong." in shown.text) == (200, True)
    assert re.findall("<dt>(?:profile|machine|ledger) (.*?)</dt>", shown.source) == [
        beside.service.served.ledger_id
    ]
