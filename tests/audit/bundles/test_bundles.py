"""What the maker of bundles writes, as verify.py sees it."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.audit.bundles.altering import Members, alter, lines, manifest, members, opened, report, verdicts
from tests.ledger.histories import SECRET, URL_PASSWORD, everything
from tests.ledger.machines import Machine
from tests.support.canaries import leaks
from zenml.api import make_bundle
from zenml.audit.bundles import archive
from zenml.domain.errors import (
    AlreadyExistsError,
    DamagedLedgerError,
    InvalidValueError,
    NotAllowedError,
    NotFoundError,
    StackNotFoundError,
)
from zenml.evidence import verify
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default"}
WITHHOLDABLE = ("host", "command", "session", "repository")


@pytest.fixture
def used(machine: Machine) -> Machine:
    """A machine with a few changes, which take less time to make."""
    here = machine.repository(words=("stack", "register", "a"))
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "python:3.11"})
    here.combine_stack("a", {**PARTS, "orchestrator": "docker"}, activate=True)
    here.rename_stack("a", "b")
    return machine


@pytest.fixture
def quiet(machine: Machine) -> Repository:
    repository = machine.repository()
    repository.list_stacks()  # which begins the ledger
    return repository


def test_a_bundle_that_would_be_too_large_is_refused(
    machine: Machine, quiet: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST", 100_000)
    out = machine.base / "evidence.zip"
    with pytest.raises(InvalidValueError) as refused:
        quiet.make_bundle(out, everything=True)
    assert refused.value.code == "bundle_too_large"
    assert not out.exists()


def test_a_whole_bundle_is_checked_by_nothing_but_python(lived: Machine) -> None:
    out = lived.base / "evidence.zip"
    made = lived.repository().make_bundle(out, everything=True)
    empty = lived.folder("empty")
    (empty / "verify.py").write_bytes(members(out)["verify.py"])
    (empty / "key.txt").write_text("\n".join(made.key_lines) + "\n")
    words = ["-I", "verify.py", str(out), "--key", "key.txt", "--require", "files,manifest,root,signatures"]
    done = subprocess.run([sys.executable, *words], cwd=empty, env={}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "4 ledgers; filter: none, everything is wanted" in done.stdout


def test_what_it_holds_is_the_record(lived: Machine) -> None:
    out = lived.base / "evidence.zip"
    rows = lived.events()
    made = lived.repository().make_bundle(out, everything=True)
    assert made.events == made.opened == len(rows)
    assert opened(out) == {(row.ledger_id, row.position) for row in rows}
    for ledger in manifest(out)["ledgers"]:
        if ledger["left_out"] is None:
            texts = [line["topic"] for line in lines(out, ledger["ledger"], "entries.jsonl")]
            assert texts == [row.topic for row in rows if row.ledger_id == ledger["ledger"]]
    assert made.verifier_digest == hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest()
    assert set(verdicts(out).values()) <= {"ok", "not checked"}


def test_it_is_recorded_before_it_has_its_name(quiet: Repository, machine: Machine) -> None:
    out = machine.base / "evidence.zip"
    made = quiet.make_bundle(out, everything=True, withhold=["host"])
    recorded = json.loads(machine.events()[-1].text)
    assert recorded["digest"] == made.digest == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (recorded["format"], recorded["size"]) == ("bundle", out.stat().st_size)
    assert json.loads(recorded["filter"]["v"])["withheld"] == ["host", "secret"]
    assert made.change is not None
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_no_secret_and_nothing_withheld_is_in_any_of_its_files(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"host": "canary-host", "session": "canary-session", "command": "canary-flavor"}
    monkeypatch.setattr("zenml.ledger.sessions.host", lambda: said["host"])
    monkeypatch.setenv("ZENML_SESSION", said["session"])
    everything(machine)
    machine.repository(words=("component", "register", "--flavor", said["command"])).combine_stack("last", PARTS)
    out = machine.base / "evidence.zip"
    machine.repository().make_bundle(out, everything=True)
    files = members(out)
    assert leaks(SECRET, files) == leaks(URL_PASSWORD, files) == []
    assert all(leaks(text, files) for text in said.values())  # they are found where they are not withheld
    machine.repository().make_bundle(out, everything=True, withhold=WITHHOLDABLE, overwrite=True)
    files = members(out)
    assert [leak for text in (*said.values(), SECRET, URL_PASSWORD) for leak in leaks(text, files)] == []
    assert set(verdicts(out).values()) <= {"ok", "not checked"}


def test_a_withheld_folder_stands_in_no_field_for_folders(lived: Machine) -> None:
    out = lived.base / "evidence.zip"
    lived.repository().make_bundle(out, everything=True, withhold=["repository"])
    folder = str(lived.folder("проект"))
    for name in ("export.csv", "report.html"):
        assert folder not in members(out)[name].decode()
    machine_id = lived.machine_id()
    topics = {line["position"]: line["topic"] for line in lines(out, machine_id, "entries.jsonl")}
    saying = {
        topics[line["position"]]
        for line in lines(out, machine_id, "opened.jsonl")
        if folder in json.dumps(line, ensure_ascii=False)
    }
    assert saying == set()


def test_a_filter_opens_only_what_it_wants(lived: Machine) -> None:
    out = lived.base / "evidence.zip"
    here = lived.repository()
    made = here.make_bundle(out, stack="生产环境")
    assert 0 < made.opened < made.events
    assert report(out).holds(["selection", "content", "root", "signatures"])


def left_out_of(out: Path, kind: str) -> dict[str | None, str | None]:
    """Returns why ledgers are left out, by profile: the machine's, and those of a kind."""
    ledgers = [one for one in manifest(out)["ledgers"] if one["kind"] in ("machine", kind)]
    return {one["profile"]: one["left_out"] for one in ledgers}


def test_what_is_left_out_is_named(lived: Machine) -> None:
    out = lived.base / "evidence.zip"
    lived.repository().make_bundle(out, profile="команда")
    left_out = left_out_of(out, "profile")
    assert left_out[None] is left_out["команда"] is None
    assert left_out["default"] == "unwanted"
    assert left_out["ours"] == "unwanted"
    assert report(out).holds(["selection", "order"])
    lived.repository().make_bundle(out, everything=True, overwrite=True)
    left_out = left_out_of(out, "profile")
    assert left_out["default"] is left_out["short lived"] is None
    assert left_out["ours"] == "elsewhere"  # it is kept in a database, and nobody ever asked that


def test_who_made_a_change_is_opened_of_all_where_it_is_asked_for(used: Machine) -> None:
    out = used.base / "evidence.zip"
    here = used.repository()
    for name in (here.history(limit=1)[0].actor, "nobody"):
        wanted = len(list(here.history(everything=True, actor=name)))
        here.make_bundle(out, everything=True, actor=name, overwrite=True)
        topics = {
            (ledger["ledger"], line["position"]): line["topic"]
            for ledger in manifest(out)["ledgers"]
            if ledger["left_out"] is None
            for line in lines(out, ledger["ledger"], "entries.jsonl")
        }
        begun = sum(topics[place] == "zenml:ChangeBegan" for place in opened(out))
        assert (begun >= wanted > 0) if name != "nobody" else begun == wanted == 0
        assert "BAD" not in verdicts(out).values()


def test_the_same_record_at_the_same_time_gives_the_same_bytes(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_bundle, "utc_now", lambda: "2026-11-29T12:00:00.000000Z")
    monkeypatch.setattr(make_bundle, "new_id", lambda: "00000000-0000-4000-8000-000000000000")
    monkeypatch.setattr(make_bundle, "record_handing_out", lambda *what: None)
    out = used.base / "evidence.zip"
    digests = {used.repository().make_bundle(out, everything=True, overwrite=True).digest for _ in range(2)}
    assert len(digests) == 1


def test_nothing_is_replaced_unless_that_is_asked_for(quiet: Repository, machine: Machine) -> None:
    out = machine.base / "evidence.zip"
    out.write_bytes(b"another file")
    with pytest.raises(AlreadyExistsError):
        quiet.make_bundle(out)
    assert out.read_bytes() == b"another file"
    quiet.make_bundle(out, overwrite=True)
    assert report(out).holds(["root"])


def test_what_cannot_be_asked_for_is_refused(quiet: Repository, machine: Machine) -> None:
    out = machine.base / "evidence.zip"
    refused: list[dict[str, Any]] = [
        {"withhold": ["reason"]},
        {"grep": "a"},
        {"mine": True},
        {"own": True},
        {"kinds": ["none"]},
    ]
    for asked in refused:
        with pytest.raises(InvalidValueError):
            quiet.make_bundle(out, **asked)
    with pytest.raises(StackNotFoundError):
        quiet.make_bundle(out, stack="nothing")
    with pytest.raises(NotAllowedError), quiet.change():
        quiet.make_bundle(out)
    with pytest.raises(NotAllowedError):
        Repository(notify=print, dry_run=True).make_bundle(out)
    assert not out.exists()
    shutil.rmtree(machine.config)
    with pytest.raises(NotFoundError):
        machine.repository().make_bundle(out)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stored_events SET topic = 'zenml:X' WHERE rowid = (SELECT max(rowid) FROM stored_events)",
        "DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) - 2 FROM stored_events)",
    ],
)
def test_of_an_altered_ledger_nothing_is_written(used: Machine, damage: str) -> None:
    out = used.base / "evidence.zip"
    used.tamper(damage)
    with pytest.raises(DamagedLedgerError):
        used.repository().make_bundle(out, everything=True)
    assert not out.exists()


def test_a_killed_maker_leaves_no_file(used: Machine) -> None:
    before = used.events()
    script = (
        "import os, signal\n"
        "from zenml.audit.bundles import bundle\n"
        "from zenml.repository import Repository\n"
        "bundle.seal = lambda *what, **more: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Repository(notify=print).make_bundle('killed.zip', everything=True)\n"
    )
    folder = used.folder("killed")
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert not (folder / "killed.zip").exists()
    assert used.events() == before
    used.repository().make_bundle(folder / "killed.zip", everything=True)
    assert report(folder / "killed.zip").holds(["root"])


def test_a_shared_profile_is_in_it_as_this_machine_has_it(quiet: Repository, machine: Machine) -> None:
    out = machine.base / "evidence.zip"
    quiet.create_profile("team")
    quiet.move_profile("team", f"sqlite:///{machine.base}/team.db")
    quiet.activate_profile("team", machine_wide=True)
    quiet.combine_stack("prod", PARTS)
    made = quiet.make_bundle(out, stack="prod")
    assert made.opened > 0
    assert {ledger["profile"]: ledger["left_out"] for ledger in manifest(out)["ledgers"]} == {
        None: None,
        "default": "unwanted",
        "team": None,
    }
    assert report(out).holds(["selection", "content", "root", "signatures"])


def test_an_altered_byte_is_found_although_all_is_sealed_again(used: Machine) -> None:
    out = used.base / "evidence.zip"
    used.repository().make_bundle(out, profile="default")
    random = Random(1)
    names = [name for name in members(out) if name.endswith(("entries.jsonl", "opened.jsonl", "checkpoint"))]
    for name in names * 4:

        def flip(files: Members, name: str = name) -> None:
            data = bytearray(files[name])
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            files[name] = bytes(data)

        altered = alter(out, flip, used.config)
        assert "BAD" in verdicts(altered).values(), name


def test_an_altered_file_is_found_although_its_zip_is_right(used: Machine) -> None:
    out = used.base / "evidence.zip"
    used.repository().make_bundle(out, profile="default")
    files = members(out)
    for name in files.keys() - {"manifest.json", "manifest.sig"}:
        altered = used.base / "altered.zip"
        with zipfile.ZipFile(altered, "w") as archive:
            for other, content in files.items():
                archive.writestr(other, content + b" " if other == name else content)
        assert {verdict.name for verdict in report(altered).verdicts if verdict.state == "BAD"} & {
            "files",
            "format",
        }


def test_a_record_that_went_back_behind_what_was_signed_is_not_bundled(machine: Machine) -> None:
    out = machine.base / "evidence.zip"
    machine.repository().list_stacks()
    before = machine.file.read_bytes()
    machine.repository().combine_stack("a", PARTS)
    machine.repository().make_bundle(out, everything=True)
    for file in machine.config.glob("ledger.db-*"):
        file.unlink()
    machine.file.write_bytes(before)
    with pytest.raises(DamagedLedgerError) as refused:
        machine.repository().make_bundle(machine.base / "next.zip", everything=True)
    assert refused.value.code == "checkpoint_not_extended"
    assert not (machine.base / "next.zip").exists()
