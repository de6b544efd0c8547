"""``zenml ledger status|backup|accept|rebuild``, and docs/backup.md followed to the letter."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.ledger.tampering import Tampering
from tests.support.program import ZENML, Home, Result
from tests.support.refusals import refused
from tests.support.tables import described, rows_of

PARTS = ("-a", "default", "-o", "default", "-m", "default")
DOCUMENT = Path(__file__).parents[2] / "docs" / "backup.md"


def ledger(home: Home) -> Tampering:
    return Tampering(home.config / "ledger.db")


def tables(answer: Result) -> list[list[dict[str, str]]]:
    """Returns the rows of each table of an answer."""
    return [rows_of(f"┏{text}") for text in answer.stdout.split("┏")[1:]]


# --- status -------------------------------------------------------------------------------------


def test_status_of_a_new_ledger(used: Home) -> None:
    properties, heads = tables(used.done("ledger", "status"))
    told = described(properties)
    assert told["FILE"] == str(used.config / "ledger.db")
    assert (told["EVENTS"], told["CHANGES"], told["KEY"]) == ("9", "1", "none yet, not needed")
    assert told["VIEWS"].endswith(", up to date")
    assert [(row["KIND"], row["PROFILE"], row["EVENTS"]) for row in heads] == [
        ("machine", "", "4"),
        ("profile", "default", "5"),
    ]


def test_the_document_of_a_status(used: Home) -> None:
    used.done("ledger", "accept")
    document = json.loads(used.done("ledger", "status", "--output", "json").stdout)
    verified = json.loads(used.done("audit", "verify", "--output", "json").stdout)
    assert document.keys() == {
        *("version", "ledger", "bytes", "events", "changes", "heads", "views", "key", "remembered"),
        *("contradictions", "in_clear", "profile_keys"),
    }
    assert [{key: head[key] for key in verified["heads"][0]} for head in document["heads"]] == verified["heads"]
    assert [head["profile"] for head in document["heads"]] == [None, "default"]
    assert document["bytes"] == (used.config / "ledger.db").stat().st_size
    assert document["views"]["up_to_date"] is True
    assert document["key"] == {
        "file": str(used.config / "ledger.key"),
        "exists": False,
        "needed": False,
        "in_environment": False,
        "state": "not needed",
        "readable_by_others": False,
    }
    assert document["profile_keys"] == []
    assert {it["ledger"]: (it["size"], it["root"]) for it in document["remembered"]} == {
        head["ledger"]: (head["size"], head["root"]) for head in document["heads"]
    }
    assert document["contradictions"] == []
    assert yaml.safe_load(used.done("ledger", "status", "-o", "yaml").stdout) == document


def test_status_tells_of_a_key_that_is_needed(used: Home) -> None:
    used.done("secrets-manager", "register", "keeper", "--flavor", "local", "--secret", "secrets_file=hidden")
    assert described(tables(used.done("ledger", "status"))[0])["KEY"] == "there, right"
    key = (used.config / "ledger.key").read_text()
    (used.config / "ledger.key").unlink()
    assert described(tables(used.done("ledger", "status"))[0])["KEY"] == "missing, needed"
    answer = used.done("ledger", "status", "-o", "json", env={"ZENML_LEDGER_KEY": key})
    assert json.loads(answer.stdout)["key"]["in_environment"] is True


def test_status_of_a_ledger_whose_views_are_gone(used: Home) -> None:
    ledger(used).ask("DROP TABLE changes")
    ledger(used).ask("DROP TABLE views")
    document = json.loads(used.done("ledger", "status", "-o", "json").stdout)
    assert document["changes"] is None
    assert document["views"] == {"version": None, "up_to_date": False}
    properties, heads = tables(used.done("ledger", "status"))
    assert described(properties)["VIEWS"] == "rebuilt by the next command"
    assert len(heads) == 2


# --- backup -------------------------------------------------------------------------------------


def test_backup_tells_what_it_wrote(used: Home) -> None:
    answer = used.done("ledger", "backup", "copy.db")
    size = (used.work / "copy.db").stat().st_size
    assert answer.stdout == f"Wrote 9 events ({size / 1000:.1f} KB) to {used.work / 'copy.db'}.\n"
    assert answer.stderr == ""


def test_backup_tells_that_the_key_is_not_in_it(used: Home) -> None:
    used.done("secrets-manager", "register", "keeper", "--flavor", "local", "--secret", "secrets_file=hidden")
    answer = used.done("ledger", "backup", "copy.db")
    key = (used.config / "ledger.key").read_text().strip()
    assert str(used.config / "ledger.key") in answer.stderr
    assert bytes.fromhex(key) not in (used.work / "copy.db").read_bytes()
    assert key not in (used.work / "copy.db").read_text(errors="replace")


def test_backup_keeps_what_is_there(used: Home) -> None:
    (used.work / "copy.db").write_text("dear")
    answer = refused(used.run("ledger", "backup", "copy.db"), "copy.db")
    assert answer.stderr.splitlines()[1] == "Hint: Add --overwrite to replace it."
    used.done("ledger", "backup", "copy.db", "--overwrite")
    assert (used.work / "copy.db").read_bytes()[:6] == b"SQLite"


@pytest.mark.parametrize("target", ["nowhere/copy.db", ".", "/dev/null"])
def test_backup_that_cannot_be_written_is_refused_and_leaves_nothing(used: Home, target: str) -> None:
    refused(used.run("ledger", "backup", target, "--overwrite"), os.path.basename(target).strip("."))
    assert list(used.work.iterdir()) == []


def test_rebuild_counts_the_events(used: Home) -> None:
    assert used.done("ledger", "rebuild").stdout == "Rebuilt the views from 9 events.\n"


# --- accept, and the document -------------------------------------------------------------------


def test_accept_where_all_is_well_says_so(used: Home) -> None:
    used.done("ledger", "accept")
    assert used.done("ledger", "accept").stdout.startswith("Nothing to accept")


def of_the_document(*beginnings: str) -> str:
    """Returns the lines that the document types and that begin so."""
    typed = re.findall(r"^\$ (.*)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    found = [line for line in typed if line.startswith(beginnings)]
    assert {beginning for line in found for beginning in beginnings if line.startswith(beginning)} == set(
        beginnings
    )
    return "\n".join(found)


def shell(home: Home, script: str) -> Result:
    """Runs a part of the document as somebody would who has the program on the path."""
    environment = home.variables()
    environment["PATH"] = f"{ZENML.parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=home.work, env=environment, capture_output=True, text=True, timeout=60
    )
    return Result((script,), done.returncode, done.stdout, done.stderr).without_traceback()


def test_a_backup_is_restored_by_the_document(used: Home) -> None:
    used.done("stack", "register", "before", *PARTS)
    shell(used, of_the_document("zenml ledger backup")).exits(0)
    used.done("stack", "register", "after", *PARTS)
    used.done("ledger", "accept")  # so that the end is remembered, whoever remembers it
    shell(used, of_the_document("rm ", "cp ")).exits(0)
    assert "went backwards" in used.done("ledger", "status").stderr
    assert "completeness  bad" in used.run("audit", "verify", check=5).stdout
    told = used.done("ledger", "accept")
    assert "Accepted" in told.stdout
    assert [(row["EVENTS SEEN"], row["EVENTS NOW"]) for row in told.rows] == [("4", "4"), ("9", "7")]
    assert "bad" not in used.done("audit", "verify").stdout

    used.done("stack", "register", "again", *PARTS)
    listed = [row["STACK NAME"] for row in used.done("stack", "list").rows]
    assert listed == ["again", "before", "default"]


def test_nothing_is_written_to_a_ledger_that_went_backwards(used: Home) -> None:
    shell(used, of_the_document("zenml ledger backup")).exits(0)
    used.done("stack", "register", "after", *PARTS)
    shell(used, of_the_document("rm ", "cp ")).exits(0)
    before = ledger(used).ask("SELECT count(*) FROM stored_events")

    for words in (("stack", "register", "new", *PARTS), ("undo",), ("stack", "rename", "default", "main")):
        answer = used.run(*words, check=5)
        assert "went backwards: 7 events were seen here, but only 5 are there." in answer.stderr
        assert 'run "zenml ledger accept"' in answer.stderr
        refused = used.run(*words, "--dry-run", check=5)
        assert "went backwards: 7 events were seen here, but only 5 are there." in refused.stderr
    assert ledger(used).ask("SELECT count(*) FROM stored_events") == before
    assert [row["STACK NAME"] for row in used.done("stack", "list").rows] == ["default"]

    used.done("ledger", "accept")
    used.done("stack", "register", "new", *PARTS)
    used.done("audit", "verify")


# --- a ledger that is gone ----------------------------------------------------------------------


def test_what_is_left_of_a_ledger_is_read_back_by_the_commands_that_accept_names(used: Home) -> None:
    used.done("stack", "register", "mine", *PARTS)
    used.done("profile", "create", "a team")
    for file in used.config.glob("ledger.db*"):
        file.unlink()
    for words in (("stack", "list"), ("status",), ("config",), ("undo",), ("profile", "create", "b")):
        answer = used.run(*words, check=5)
        assert f"{used.config}/ledger.db is gone" in answer.stderr
        assert "zenml ledger accept" in answer.stderr
    asks = {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": "zenml stack set ", "COMP_CWORD": "3"}
    assert used.run(env=asks, check=0).output.strip() == ""

    told = used.done("ledger", "accept").stderr
    for command in re.findall(r'"zenml ([^"]+)"', told):
        used.done(*shlex.split(command))
    assert [row["STACK NAME"] for row in used.done("stack", "list").rows] == ["default", "mine"]
    assert {row["PROFILE NAME"] for row in used.done("profile", "list").rows} == {"default", "a team"}
