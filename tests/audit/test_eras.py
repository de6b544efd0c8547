"""A ledger that was restored from a backup can be signed again: under another name, which is used once."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.support.program import Home
from tests.support.shared import begun, joined
from tests.support.shared import machine as another
from zenml.api import accepting
from zenml.custody import origins, pending_acceptances
from zenml.custody.checkpoints import checkpoint
from zenml.domain.errors import NotAllowedError
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default"}


def backup(machine: Machine, name: str = "backup.db") -> Path:
    path = machine.base / name
    machine.repository().backup(path, overwrite=True)
    return path


def restore(machine: Machine, path: Path) -> None:
    for file in machine.config.glob("ledger.db*"):
        file.unlink()
    shutil.copy(path, machine.file)


def stack(machine: Machine, name: str) -> None:
    machine.repository().combine_stack(name, PARTS)


def accept(machine: Machine, reason: str | None = "the disk failed") -> dict[str, str]:
    here = Repository(notify=lambda sentence: None, reason=reason)
    return dict(here.accept_ledger().origins)


def era(machine: Machine) -> int:
    with machine.reading() as database:
        return origins.era(database, machine.profile_ledger())


def signed_eras(machine: Machine) -> list[int]:
    with machine.reading() as database:
        return sorted(origins.signed_eras(str(machine.config), database, machine.profile_ledger()))


def sign(machine: Machine) -> str:
    """Signs the profile's ledger as it is, and returns the origin."""
    config = str(machine.config)
    with machine.reading() as database:
        return checkpoint(database, config, machine.profile_ledger(), "default").origin


def acceptances(machine: Machine) -> int:
    return sum(row.topic == origins.ACCEPTED for row in machine.events())


def test_nothing_is_recorded_where_the_ledger_continues(machine: Machine) -> None:
    stack(machine, "a")
    sign(machine)
    stack(machine, "b")
    before = machine.tables()
    assert accept(machine) == {}
    assert machine.tables() == before
    assert era(machine) == 1


def test_accepting_a_backup_begins_an_era_before_anything_was_signed(machine: Machine) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    seen = machine.repository().ledger_status().remembered[machine.profile_ledger()]
    restore(machine, old)
    present = {head.ledger_id: head for head in machine.repository().ledger_status().heads}
    name = f"zenml-ledger/{machine.profile_ledger()}/2"
    assert accept(machine) == {}, "who signs nothing is not told of it"
    event = machine.events()[-1]
    head = present[machine.profile_ledger()]
    assert (event.ledger_id, event.topic) == (machine.profile_ledger(), origins.ACCEPTED)
    assert event.fields["reason"]["v"] == '"the disk failed"'
    assert {key: event.fields[key] for key in ("seen_size", "seen_root", "size", "root")} == {
        "seen_size": seen.size,
        "seen_root": seen.root,
        "size": head.size,
        "root": head.root,
    }
    here = machine.repository()
    assert here.ledger_origin() == name
    assert here.history()[0].kind == "evidence"
    assert here.history()[0].reason == "the disk failed"
    assert here.verify().ok
    assert accept(machine) == {}
    assert acceptances(machine) == 1
    stack(machine, "c")


def test_a_ledger_needs_no_newer_version_before_it_is_accepted(machine: Machine) -> None:
    stack(machine, "a")
    formats = "SELECT max(format) FROM ledgers"
    assert machine.query(formats)[0][0] in (None, 1)
    old = backup(machine)
    stack(machine, "b")
    restore(machine, old)
    accept(machine, None)
    assert machine.query(formats)[0][0] == 5
    assert machine.events()[-1].fields["reason"] is None


def test_what_was_signed_before_is_kept_beside(machine: Machine) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    plain = sign(machine)
    note = (machine.config / "evidence" / f"{machine.profile_ledger()}.note").read_bytes()
    restore(machine, old)
    assert accept(machine) == {machine.profile_ledger(): f"{plain}/2"}
    folder = machine.config / "evidence"
    assert not (folder / f"{machine.profile_ledger()}.note").exists()
    assert (folder / f"{machine.profile_ledger()}.era1.note").read_bytes() == note
    assert sign(machine) == f"{plain}/2"
    assert signed_eras(machine) == [1, 2]


def test_what_was_signed_counts_where_nothing_is_remembered(machine: Machine) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    sign(machine)
    restore(machine, old)
    shutil.rmtree(Path(str(machine.base / "state")), ignore_errors=True)
    machine.repository().accept_ledger()
    assert era(machine) == 2


def test_no_era_is_signed_twice_when_the_newer_file_comes_back(machine: Machine) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    plain = sign(machine)
    newer = backup(machine, "newer.db")
    restore(machine, old)
    accept(machine)
    assert sign(machine) == f"{plain}/2"
    stack(machine, "c")
    restore(machine, newer)
    assert era(machine) == 1
    accept(machine)
    assert sign(machine) == f"{plain}/3"
    restore(machine, old)
    accept(machine)
    assert sign(machine) == f"{plain}/4"
    assert signed_eras(machine) == [1, 2, 3, 4]
    assert machine.repository().verify().ok


def test_an_era_that_was_not_signed_may_be_used_again(machine: Machine) -> None:
    stack(machine, "a")
    old = backup(machine)
    for name in ("b", "c"):
        stack(machine, name)
        restore(machine, old)
        accept(machine)
        assert era(machine) == 2


def test_an_era_begins_though_recording_it_failed_at_first(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    seen = machine.repository().ledger_status().remembered[machine.profile_ledger()]
    restore(machine, old)

    def fails(*_: object) -> None:
        raise NotAllowedError("The disk is full.")

    with monkeypatch.context() as failing:
        failing.setattr(accepting, "accept_history", fails)
        for _ in range(2):
            with pytest.raises(NotAllowedError, match="The disk is full"):
                accept(machine)
    assert era(machine) == 1
    stack(machine, "c")
    done = machine.repository().accept_ledger()
    assert done.contradictions, "what was accepted is said once more"
    event = machine.events()[-1]
    assert (event.topic, event.fields["seen_root"]) == (origins.ACCEPTED, seen.root)
    assert era(machine) == 2
    accept(machine)
    assert acceptances(machine) == 1


def test_an_acceptance_that_was_recorded_before_a_kill_is_not_recorded_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack(machine, "a")
    old = backup(machine)
    stack(machine, "b")
    restore(machine, old)

    def killed(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as failing:
        failing.setattr(pending_acceptances, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            accept(machine)
    assert (era(machine), acceptances(machine)) == (2, 1)
    accept(machine)
    assert (era(machine), acceptances(machine)) == (2, 1)
    assert not (machine.config / "evidence" / "accepting.json").exists()


def test_the_first_member_who_accepts_records_it_for_all(tmp_path: Path) -> None:
    one, other = another(tmp_path / "one", "one"), another(tmp_path / "other", "other")
    profile = begun(one, "team")
    joined(one, other, profile)
    database = tmp_path / "team.db"
    shutil.copy(database, tmp_path / "backup.db")
    one.done("stack", "register", "s", "-a", "default", "-o", "default")
    other.done("stack", "list")
    for file in tmp_path.glob("team.db*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.db", database)
    one.run("stack", "register", "t", "-a", "default", "-o", "default").exits(5)
    one.done("ledger", "accept", "--reason", "the disk failed")
    other.done("ledger", "accept")
    for home in (one, other):
        assert home.done("audit", "origin").stdout == f"zenml-ledger/{profile.profile_ledger_id}/2\n"
        assert home.done("history", "--kind", "evidence", "-o", "name").stdout.count("\n") == 1
        home.done("audit", "verify")


@pytest.mark.parametrize(
    ("file", "number"), [("era40.note", 40), ("note", 40), ("note", 999_999_999), ("era3.note", 4)]
)
def test_a_note_that_nobody_here_signed_begins_no_era(machine: Machine, file: str, number: int) -> None:
    stack(machine, "a")
    plain = sign(machine)
    evidence = machine.config / "evidence"
    ours = evidence / f"{machine.profile_ledger()}.note"
    kept = ours.read_bytes()
    forged = f"{plain}/{number}\n5\n{b64encode(bytes(32)).decode()}\n\n\u2014 x/y AAAAAAAA\n"
    (evidence / f"{machine.profile_ledger()}.{file}").write_text(forged)
    stack(machine, "b")
    assert sign(machine) == plain
    assert accept(machine) == {}
    assert acceptances(machine) == 0
    assert signed_eras(machine) == [1]
    assert ours.read_bytes() != kept


def test_a_note_of_ours_under_the_name_of_another_era_says_nothing_of_that(machine: Machine) -> None:
    stack(machine, "a")
    sign(machine)
    ours = machine.config / "evidence" / f"{machine.profile_ledger()}.note"
    shutil.copy(ours, ours.with_suffix(".era7.note"))
    assert signed_eras(machine) == [1]


def test_a_folder_of_checkpoints_keeps_the_last_one_of_each_era(home: Home) -> None:
    home.done("stack", "register", "a", "-a", "default", "-o", "default")
    home.done("ledger", "backup", str(home.base / "old.db"))
    home.done("stack", "register", "b", "-a", "default", "-o", "default")
    home.done("audit", "checkpoint", "--all", "--out", str(home.base / "notes"))
    notes = home.base / "notes"
    before = {file.name: file.read_text() for file in notes.iterdir()}
    for file in home.config.glob("ledger.db*"):
        file.unlink()
    shutil.copy(home.base / "old.db", home.config / "ledger.db")
    home.done("ledger", "accept", "--reason", "the disk failed")
    home.done("audit", "checkpoint", "--all", "--out", str(home.base / "notes"))
    after = {file.name: file.read_text() for file in notes.iterdir()}
    aside = {name.replace(".era1", ""): text for name, text in after.items() if ".era1" in name}
    assert aside
    assert aside.items() <= before.items()
    assert before.keys() < after.keys()
    home.done("audit", "checkpoint", "--all", "--out", str(notes))
    assert {file.name: file.read_text() for file in notes.iterdir()} == after


def test_a_file_in_the_way_of_one_checkpoint_is_not_in_that_of_the_others(home: Home) -> None:
    home.done("stack", "register", "a", "-a", "default", "-o", "default")
    rows = json.loads(home.done("audit", "checkpoint", "--all", "-o", "json").stdout)["checkpoints"]
    first, *others = [row["ledger"] for row in rows]
    (home.base / "notes").mkdir()
    (home.base / "notes" / f"{first}.note").write_text("mine")
    home.run("audit", "checkpoint", "--all", "--out", str(home.base / "notes")).exits(1)
    assert (home.base / "notes" / f"{first}.note").read_text() == "mine"
    assert all((home.base / "notes" / f"{ledger}.note").exists() for ledger in others)
