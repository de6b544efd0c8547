"""The runs in a bundle, as its maker writes them and verify.py sees them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.audit.bundles.altering import lines, manifest, members, report, verdicts
from tests.ledger.machines import Machine
from tests.runs.made_runs import in_2025, record_run, run_sql, runs_files
from tests.support.canaries import leaks
from zenml.api import bundled_ledgers
from zenml.api.runs.running import WantedRun, begin, finish, prepare
from zenml.domain.errors import DamagedLedgerError
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default"}


@pytest.fixture
def here(machine: Machine) -> Repository:
    """A machine on which two runs ended, and one goes on."""
    here = machine.repository()
    here.combine_stack("prod", PARTS, activate=True)
    for name, exit_code in (("first", 0), ("second", 1), ("third", None)):
        record_run(here, name, exit_code)
    return here


@pytest.fixture
def out(machine: Machine) -> Path:
    return machine.base / "evidence.zip"


def of_runs(bundle: Path) -> list[dict[str, Any]]:
    return [ledger for ledger in manifest(bundle)["ledgers"] if ledger["kind"] == "runs"]


def topics(bundle: Path) -> list[str]:
    (ledger,) = of_runs(bundle)
    return [line["topic"].removeprefix("zenml:Run") for line in lines(bundle, ledger["ledger"], "entries.jsonl")]


def test_whoever_has_python_checks_the_runs(here: Repository, out: Path, tmp_path: Path) -> None:
    made = here.make_bundle(out, everything=True)
    assert topics(out) == ["Started", "Finished"] * 2 + ["Started"]
    assert made.events == made.opened
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "verify.py").write_bytes(members(out)["verify.py"])
    (empty / "key.txt").write_text(made.key_lines[0] + "\n")
    words = ["-I", "verify.py", str(out), "--key", "key.txt", "--require", "runs,root,order,signatures"]
    done = subprocess.run([sys.executable, *words], cwd=empty, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "runs        ok           3 runs began as of what the ledgers of their profiles had" in done.stdout


def test_the_runs_of_a_profile_come_with_it_and_no_others(here: Repository, out: Path) -> None:
    here.create_profile("team")
    here.make_bundle(out)
    assert [ledger["profile"] for ledger in of_runs(out)] == ["default"]
    here.make_bundle(out, profile="team", overwrite=True)
    assert of_runs(out) == []
    assert report(out).holds(["runs"])


def test_a_bundle_of_some_changes_has_no_runs_and_says_so(here: Repository, machine: Machine, out: Path) -> None:
    (file,) = runs_files(machine)
    file.write_bytes(b"no database")  # which is not even opened
    for which in (
        {"stack": "prod"},
        {"component": "orchestrator/default"},
        {"kinds": ["change"]},
        {"actor": "ann"},
    ):
        here.make_bundle(out, overwrite=True, everything=True, **which)
        assert [ledger["left_out"] for ledger in of_runs(out)] == ["unwanted"], which
        found = verdicts(out)
        assert found["runs"] == "not checked"
        assert "BAD" not in found.values()


def test_altered_runs_are_in_no_bundle(here: Repository, machine: Machine, out: Path) -> None:
    (file,) = runs_files(machine)
    run_sql(
        file,
        "UPDATE stored_events SET state = CAST(replace(state, 'succeeded', 'failed') AS BLOB) WHERE rowid = 2",
    )
    with pytest.raises(DamagedLedgerError, match="was altered, so nothing is signed"):
        here.make_bundle(out, everything=True)
    assert not out.exists()


def test_a_file_of_runs_that_is_none_is_in_no_bundle(here: Repository, machine: Machine, out: Path) -> None:
    (file,) = runs_files(machine)
    file.write_bytes(b"no database" * 100)
    with pytest.raises(DamagedLedgerError):
        here.make_bundle(out, everything=True)
    assert not out.exists()


def test_nothing_that_is_withheld_of_runs_is_in_any_file(
    here: Repository, out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("zenml.ledger.sessions.host", lambda: "canary-host")
    monkeypatch.setenv("ZENML_SESSION", "canary-session")
    (tmp_path / "canary-folder").mkdir()
    monkeypatch.chdir(tmp_path / "canary-folder")
    wanted = WantedRun(command=("echo", "canary-command"), parameters={"command": "shown", "origin": "too"})
    run = begin(here, prepare(here, wanted), wanted)
    assert finish(run, run.end("succeeded", 0)) is None
    canaries = ("canary-host", "canary-session", "canary-folder", "canary-command")

    def leaking() -> list[str]:
        return [canary for canary in canaries if leaks(canary, members(out))]

    here.make_bundle(out, everything=True)
    assert leaking() == [*canaries]
    for withheld, shown in (
        (["host"], ["canary-command"]),
        (["session"], ["canary-command"]),
        (["repository"], ["canary-command"]),
        (["command", "repository"], []),
    ):
        here.make_bundle(out, everything=True, withhold=withheld, overwrite=True)
        (ledger,) = of_runs(out)
        data = members(out)[f"ledgers/{ledger['ledger']}/opened.jsonl"].decode()
        assert [canary for canary in canaries if canary in data] == shown, withheld
        assert "shown" in data, "a parameter that is called like a field"
        assert "BAD" not in verdicts(out).values()
    here.make_bundle(out, everything=True, withhold=["host", "session", "repository", "command"], overwrite=True)
    assert leaking() == []


def test_a_redacted_value_of_a_run_stays_blank(here: Repository, out: Path) -> None:
    wanted = WantedRun(command=("echo", "very private"))
    run = begin(here, prepare(here, wanted), wanted)
    assert finish(run, run.end("succeeded", 0)) is None
    by_mistake = Repository(notify=lambda sentence: None, reason="typed by mistake")
    by_mistake.redact(by_mistake.find_redaction(text="very private"))
    here.make_bundle(out, everything=True)
    assert leaks("very private", members(out)) == []
    assert "ValuesRedacted" in topics(out)
    assert "BAD" not in verdicts(out).values()


def test_runs_are_continued(here: Repository, out: Path, machine: Machine) -> None:
    here.make_bundle(out, everything=True)
    record_run(here, "fourth")
    new = machine.base / "new.zip"
    here.make_bundle(new, everything=True, continues=out)
    assert topics(new) == ["Started", "Finished"]
    assert report(new, out).holds(["runs", "extends", "root"])
    assert verdicts(new)["runs"] == "not checked"


def test_runs_that_were_written_anew_do_not_continue(here: Repository, out: Path, machine: Machine) -> None:
    here.make_bundle(out, everything=True)
    (file,) = runs_files(machine)
    for path in file.parent.glob("*.db*"):
        path.unlink()
    for path in (machine.config / "evidence").glob("*.runs.note"):
        path.unlink()
    shutil.rmtree(machine.base / "state")
    for name in ("a", "b", "c"):
        record_run(here, name)
    with pytest.raises(DamagedLedgerError) as refused:
        here.make_bundle(machine.base / "new.zip", everything=True, continues=out)
    assert refused.value.code == "bundle_not_continued"


def test_a_closed_year_is_in_it_until_it_is_deleted(machine: Machine, out: Path) -> None:
    here = machine.repository()
    here.combine_stack("prod", PARTS, activate=True)
    with in_2025():
        record_run(here, "old")
    here.close_runs(here.closable_runs(2025))
    record_run(here, "new")
    here.make_bundle(out, everything=True)
    assert [ledger["size"] for ledger in of_runs(out)] == [2, 2]
    assert report(out).holds(["runs"])
    new = machine.base / "new.zip"
    here.close_runs(here.closable_runs(2025), delete=True)
    here.make_bundle(new, everything=True, continues=out)
    assert [ledger["left_out"] for ledger in of_runs(new)] == [None, "elsewhere"]
    assert verdicts(new, out)["runs"] == "not checked"
    assert "BAD" not in verdicts(new, out).values()


def test_what_runs_while_a_bundle_is_made_is_left_for_the_next_one(
    here: Repository, out: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine
) -> None:
    sign, done = bundled_ledgers.sign_and_gather, list[int]()

    def gather(*given: Any) -> Any:
        other = machine.repository()
        other.combine_stack("later", PARTS, activate=True)
        record_run(other, "later")
        done.append(1)
        return sign(*given)

    monkeypatch.setattr("zenml.api.make_bundle.sign_and_gather", gather)
    here.make_bundle(out, everything=True)
    assert done == [1]
    assert topics(out) == ["Started", "Finished"] * 2 + ["Started"]
    assert report(out).holds(["runs", "root", "order"])
