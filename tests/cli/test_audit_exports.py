"""``zenml audit export``, ``import`` and ``report`` as they are typed."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.program import ZENML, Home
from tests.support.refusals import refused
from tests.support.terminal import on_terminal

CANARY = "c4n4ry-in-a-command"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which a few things happened; tests work on copies of it."""
    home = Home(tmp_path_factory.mktemp("kept").resolve())
    database = ("--flavor", "mysql", "--host=h", "--database=d", "--username=u", f"--password={CANARY}")
    home.done("metadata-store", "register", "db", *database)
    home.done("stack", "register", "a", "-a", "default", "-o", "default", "-m", "db", "--reason", "go live")
    home.run("stack", "delete", "nothing", "--yes", check=1)
    home.run("metadata-store", "register", "db", *database, check=1)
    return home


@pytest.fixture
def home(kept: Home, home: Home) -> Home:
    shutil.copytree(kept.config, home.config)
    return home


def test_standard_output_is_the_export_and_nothing_else(home: Home) -> None:
    answer = home.done("audit", "export", "--all")
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert lines[-1]["schema"] == "zenml.audit.manifest"
    assert [line["outcome"] for line in lines if line["schema"] == "zenml.audit.attempt"] == ["refused"] * 2
    assert answer.stderr.splitlines() == [
        f"Exported {lines[-1]['events']} events and 2 attempts.",
        f"SHA-256 {hashlib.sha256(answer.stdout.encode()).hexdigest()}",
    ]
    assert CANARY not in answer.output


def test_a_file_is_written_for_its_owner_alone_and_known_again(home: Home) -> None:
    answer = home.done("audit", "export", "--format", "csv", "--out", "record.csv", "--reason", "for the auditor")
    file = home.work / "record.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert answer.stdout == ""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"SHA-256 {digest}" in answer.stderr
    shown = home.done("history", "--kind", "export", "-o", "json").stdout
    (change,) = json.loads(shown)["changes"]
    assert (change["reason"], change["kind"]) == ("for the auditor", "export")
    assert digest in home.done("show", change["letters"]).stdout
    refused(home.run("audit", "export", "--out", "record.csv"), "record.csv")
    home.done("audit", "export", "--out", "record.csv", "--overwrite")


def test_a_terminal_is_asked_for_a_file_and_nothing_is_recorded(home: Home) -> None:
    before = home.done("history", "--all").stdout
    drawn = on_terminal(home, "audit", "export", "--all", "--format", "csv")
    assert "zenml.audit" not in drawn
    assert "Error: This would print the whole export on the terminal." in drawn.splitlines()
    assert home.done("history", "--all").stdout == before
    (line,) = re.findall(r'Run "zenml (.*?)"', drawn)
    home.done(*shlex.split(line))
    assert (home.work / "record.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    again = on_terminal(home, "audit", "export", "--all", "--format", "csv")
    assert "--out record-2.csv" in again  # what is there is not written over


def test_a_terminal_shows_an_export_that_is_asked_for(home: Home) -> None:
    assert '"schema":"zenml.audit.manifest"' in on_terminal(home, "audit", "export", "--out", "-")
    assert "would export" in on_terminal(home, "audit", "export", "--dry-run")


@pytest.mark.parametrize("form", ["csv", "ocsf", "cloudevents", "html"])
def test_every_form_is_written_to_standard_output_too(form: str, home: Home) -> None:
    answer = home.done("audit", "export", "-f", form, "--out", "-")
    assert len(answer.stdout) > 5000
    assert CANARY not in answer.output
    assert not (home.work / "-").exists()


def test_what_is_left_out_is_said(home: Home) -> None:
    home.done("profile", "create", "other")
    home.done("stack", "rename", "default", "x", env={"ZENML_ACTIVATED_PROFILE": "other"})
    plain = home.done("audit", "export", "--dry-run")
    assert "add --all for those of every profile and repository" in plain.stderr
    some = home.done("audit", "export", "--stack", "a", "--own", "--dry-run")
    assert some.stdout == ""
    assert "Dry run: would export 2 events and 0 attempts." in some.stderr
    assert "--all" not in some.stderr  # which would not bring it
    everything = home.done("audit", "export", "--all", "--kind", "init", "--dry-run")
    assert "Left out: " in everything.stderr
    assert "--all" not in everything.stderr
    assert json.loads(home.done("history", "--kind", "export", "-o", "json").stdout)["changes"] == []


def test_times_are_understood_and_said_back(home: Home) -> None:
    answer = home.done("audit", "export", "--since", "last year", "--until", "2 hours ago")
    assert "--since understood as" in answer.stderr
    assert json.loads(answer.stdout)["events"] == 0
    assert "in the future" in home.run("audit", "export", "--since", "tomorrow", check=2).stderr
    both = home.run("audit", "export", "--since", "today", "--since-export", "x.jsonl", check=2)
    assert "Use either --since or --since-export." in " ".join(both.stderr.split())


@pytest.mark.parametrize(
    ("words", "exit_code", "named"),
    [
        (("--format", "xml"), 2, "jsonl, csv, ocsf, cloudevents, html"),
        (("--kind", "odd"), 2, "odd"),
        (("--since", "whenever"), 2, "whenever"),
        (("--all", "--profile", "default"), 2, "--all"),
        (("--stack", "nothing"), 1, "nothing"),
        (("--out", "no/such/folder/record"), 1, "no/such/folder/record"),
        (("--out", "."), 1, "."),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], exit_code: int, named: str, home: Home) -> None:
    answer = home.run("audit", "export", *words, check=exit_code)
    assert named in answer.stderr
    assert answer.stdout == ""
    assert exit_code == 2 or "\nHint: " in answer.stderr


def test_where_there_is_no_ledger_none_is_begun(tmp_path: Path) -> None:
    empty = Home(tmp_path)
    refused(empty.run("audit", "export", "--all"), "There is no ledger")
    assert not empty.config.exists()


def test_a_damaged_record_is_handed_out_with_another_exit_code(home: Home) -> None:
    with closing(sqlite3.connect(home.config / "ledger.db")) as database, database:
        database.execute("UPDATE stored_events SET state = X'FF' WHERE topic = 'zenml:StackRegistered'")
    answer = home.run("audit", "export", "--all", "--out", "record.jsonl", check=5)
    assert "The record has been altered" in answer.stderr
    assert "This export is not recorded" not in answer.stderr
    *_, manifest = map(json.loads, (home.work / "record.jsonl").read_text().splitlines())
    assert not manifest["sound"]
    imported = home.run(
        "audit", "import", "record.jsonl", env={"ZENML_CONFIG_PATH": str(home.base / "copy")}, check=5
    )
    assert "damaged" in imported.stderr


def test_a_record_that_was_cut_off_is_handed_out_too(home: Home) -> None:
    with closing(sqlite3.connect(home.config / "ledger.db")) as database, database:
        database.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")
    answer = home.run("audit", "export", "--all", check=5)
    assert json.loads(answer.stdout.splitlines()[-1])["sound"] is False


def test_a_reader_that_has_seen_enough_is_no_failure(home: Home) -> None:
    home.done("stack", "rename", "a", "b", "--reason", "because " * 3000)  # its lines are more than a pipe holds
    piped = f"{ZENML} audit export --all | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", piped],
        env=home.variables(),
        cwd=home.work,
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout)["position"] == 1
    assert b"Traceback" not in done.stderr
    assert json.loads(home.done("history", "--kind", "export", "-o", "json").stdout)["changes"]
    again = home.done("audit", "export", "--all").stdout
    assert "attempt" not in json.loads(again.splitlines()[-2])["action"]


def test_an_export_becomes_a_ledger_that_goes_on(home: Home) -> None:
    home.done("audit", "export", "--all", "--out", "record.jsonl")
    copy = {"ZENML_CONFIG_PATH": str(home.base / "copy")}
    answer = home.run("audit", "import", "record.jsonl", env=copy, check=0)
    assert "the roots of all ledgers match the export" in answer.stdout
    assert (
        home.done("stack", "list", "-o", "json", env=copy).stdout
        == home.done("stack", "list", "-o", "json").stdout
    )
    assert "***" in home.done("metadata-store", "describe", "db", env=copy).stdout
    home.done("undo", "--any-actor", "--reason", "tried out", env=copy)
    home.done("audit", "verify", env=copy)
    refused(home.run("audit", "import", "record.jsonl", env=copy), "There is already a ledger")


def test_controls_are_told_for_people_and_programs(home: Home) -> None:
    text = home.done("audit", "report", "--controls").stdout
    assert max(map(len, text.splitlines())) <= 80
    found = json.loads(home.done("audit", "report", "--controls", "-o", "json").stdout)
    assert found["version"] == 1
    assert {control["verdict"] for control in found["controls"]} == {"served", "partly", "not served"}
    for standard in {control["standard"] for control in found["controls"]}:
        assert standard in text.splitlines()
    assert home.done("audit", "report").stdout == text


def test_a_report_counts_changes_in_one_way(home: Home) -> None:
    page = home.done("audit", "export", "--all", "--format", "html", "--out", "-").stdout
    (held,) = re.findall(r"<dd>(\d+) changes in \d+ events", page)
    assert re.findall(r"the times of (\d+) changes go forward", page) == [held]
    assert page.lower().count("go forward") == 1
