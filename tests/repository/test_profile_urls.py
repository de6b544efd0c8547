"""The URL of a shared profile: another one, once it is sure that the same ledger is there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, leaks
from zenml.domain import commands
from zenml.domain.errors import LedgerError, NotAllowedError, RepeatedKeyError
from zenml.ledger.ids import new_id
from zenml.projections.versions import TOPIC_FORMATS
from zenml.repository import Repository
from zenml.sharing import same_ledger

PASSWORD = "s3cret-of-the-database"
OLD, NEW = "postgresql://one.example/team", f"postgresql://ann:{PASSWORD}@other.example/team"
SHOWN = "postgresql://ann:***@other.example/team"
ELSEWHERE = "postgresql://elsewhere.example/team"


class Places:
    """Stands for the network: every URL leads to the ledger, but `ELSEWHERE`.

    Attributes:
        asked: The URLs that were asked for, each with the ledger.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def check(self, store_type: str, url: str, ledger_id: str) -> str:
        assert store_type == "sql"
        self.asked.append((url, ledger_id))
        if url == ELSEWHERE:
            raise NotAllowedError("Another ledger is there.")
        return url


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    places = Places()
    monkeypatch.setattr(same_ledger, "check_same_ledger", places.check)
    return places


@pytest.fixture
def team(used: Machine, places: Places) -> Machine:
    """A machine with a shared profile that is not active."""
    with used.repository().change() as work:
        seal = work.now[1].sealer.setting
        work.execute(commands.CreateProfile(new_id(), "team", "sql", seal(OLD), new_id()))
    return used


def url(here: Repository, name: str = "team") -> str:
    return next(profile.url for profile in here.profiles if profile.name == name)


def test_it_is_set_undone_and_redone(team: Machine) -> None:
    here = team.repository()
    change = here.update_profile("team", url=NEW)
    assert change is not None
    assert change.summary == "set the URL of profile 'team'"
    assert url(here) == SHOWN
    here.undo()
    assert url(here) == OLD
    here.redo()
    assert url(here) == SHOWN
    assert here.verify().ok


def test_its_password_is_nowhere_in_the_open(team: Machine) -> None:
    words = ("profile", "update", "team", "--url", NEW)
    here = team.repository(words=words)
    here.update_profile("team", url=NEW)
    here.update_profile("team", url=OLD)
    shown = here.show()
    assert shown.info.command == f"zenml profile update team --url '{SHOWN}'"
    with pytest.raises(LedgerError):
        Repository(command=[*words[:-1], ELSEWHERE.replace("//", f"//ann:{PASSWORD}@")]).update_profile(
            "none", url=NEW
        )
    assert leaks(PASSWORD, bytes_below(team.base)) == []


def test_what_it_is_already_records_nothing(team: Machine) -> None:
    here = team.repository()
    assert here.update_profile("team", url=OLD) is None
    here.update_profile("team", url=NEW)
    assert here.update_profile("team", url=NEW) is None


def test_the_ledger_is_asked_for_before_the_lock_and_once(
    team: Machine, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_with_somebody_else(store_type: str, url: str, ledger_id: str) -> str:
        Repository(notify=lambda sentence: None).create_profile("made meanwhile")
        return places.check(store_type, url, ledger_id)

    monkeypatch.setattr(same_ledger, "check_same_ledger", check_with_somebody_else)
    team.repository().update_profile("team", url=NEW)
    assert places.asked == [(NEW, team.profile_ledger("team"))]


def test_another_ledger_is_refused_and_nothing_is_recorded(team: Machine) -> None:
    here, before = team.repository(), team.events()
    with pytest.raises(NotAllowedError, match="Another ledger"):
        here.update_profile("team", url=ELSEWHERE)
    with pytest.raises(NotAllowedError, match="Another ledger"), here.change():
        here.update_profile("team", url=ELSEWHERE)
    assert team.events() == before


def test_nothing_is_asked_for_a_local_profile_or_one_that_is_not_there(team: Machine, places: Places) -> None:
    here = team.repository()
    with pytest.raises(NotAllowedError, match="it is a local profile") as refused:
        here.update_profile("default", url=NEW)
    assert (refused.value.code, refused.value.values["profile"]) == ("url_of_local_profile", "default")
    with pytest.raises(KeyError, match="does not exist"):
        here.update_profile("taem", url=NEW)
    assert places.asked == []


def test_the_ledger_has_to_be_there(tmp_path: Path, used: Machine) -> None:
    here, place = used.repository(), f"sqlite:///{tmp_path}/team.db"
    here.create_profile("team", store_type="sql", url=place)
    shutil.copy(tmp_path / "team.db", tmp_path / "moved.db")
    here.create_profile("other", store_type="sql", url=f"sqlite:///{tmp_path}/other.db")
    for name, code in (("other", "another_ledger_there"), ("nowhere", "no_ledger_there")):
        with pytest.raises(NotAllowedError) as refused:
            here.update_profile("team", url=f"sqlite:///{tmp_path}/{name}.db")
        assert refused.value.code == code
    assert url(here) == place
    here.update_profile("team", url=f"sqlite:///{tmp_path}/moved.db")
    assert url(here) == f"sqlite:///{tmp_path}/moved.db"


def test_the_same_key_sets_it_once(team: Machine) -> None:
    def keyed() -> Repository:
        return Repository(notify=lambda sentence: None, idempotency_key="k")

    first, again = (keyed().update_profile("team", url=NEW) for _ in range(2))
    assert first is not None
    assert again is not None
    assert (again.letters, again.repeated) == (first.letters, True)
    with pytest.raises(RepeatedKeyError):
        keyed().update_profile("team", url=OLD)


def test_a_dry_run_shows_it_and_writes_nothing(team: Machine) -> None:
    before = team.events()
    change = Repository(notify=lambda sentence: None, dry_run=True).update_profile("team", url=NEW)
    assert change is not None
    assert [type(event).__name__ for event in change.events] == ["ProfileUrlSet"]
    assert team.events() == before


def test_the_past_has_the_url_of_then(team: Machine) -> None:
    here = team.repository()
    here.put_label("before", here.history(limit=1)[0].letters)
    here.update_profile("team", url=NEW)
    assert next(it.url for it in here.at("before").profiles if it.name == "team") == OLD
    assert [(it.field, it.old, it.new) for it in here.show(here.history(limit=1)[0].letters).differences] == [
        ("url", OLD, SHOWN)
    ]


@pytest.mark.parametrize("gone", [False, True], ids=["there", "deleted since"])
def test_a_restore_leaves_it_where_the_ledger_is_now(team: Machine, gone: bool) -> None:
    here = team.repository()
    here.put_label("before", here.history(limit=1)[0].letters)
    here.update_profile("team", url=NEW)
    if gone:
        here.delete_profile("team")
    here.restore("before", everything=True)
    assert url(here) == SHOWN


def test_a_machine_has_the_newer_format_from_then_on(team: Machine) -> None:
    sql = "SELECT format FROM ledgers WHERE ledger_id = ?"
    assert team.query(sql, team.machine_id()) == [(1,)]
    team.repository().update_profile("team", url=NEW)
    assert team.query(sql, team.machine_id()) == [(TOPIC_FORMATS["zenml:KeysNoted"],)]  # that of its password is


def test_an_export_says_it(team: Machine, tmp_path: Path) -> None:
    here, file = team.repository(), tmp_path / "record.jsonl"
    here.update_profile("team", url=NEW)
    with file.open("wb") as out:
        here.export_record(out, "jsonl", everything=True)
    lines = [json.loads(line) for line in file.read_text().splitlines() if "ProfileUrlSet" in line]
    (entry,) = (line for line in lines if line.get("action") == "update")
    assert (entry["entity"]["type"], entry["entity"]["name"]) == ("profile", "team")
    assert entry["before"] == {"url": OLD}
    assert SHOWN in json.dumps(entry["after"])
