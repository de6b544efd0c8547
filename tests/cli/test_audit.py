"""``zenml audit verify``: four verdicts, an exit code, and no traceback whatever was done to the file."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.evidence import second
from tests.ledger.tampering import Tampering
from tests.support.files import written
from tests.support.program import Home
from tests.support.refusals import refused
from zenml.projections.database import VIEWS

PARTS = ("-a", "default", "-o", "default", "-m", "default")
OTHER_KEY = "another.test/log+67469890+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
READS = (("stack", "list"), ("history",), ("ledger", "status"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which a few things happened; tests work on copies of it."""
    home = Home(tmp_path_factory.mktemp("kept").resolve())
    for name in "abcde":
        home.done("stack", "register", name, *PARTS)
    home.done("stack", "set", "c")
    return home


@pytest.fixture
def home(kept: Home, home: Home) -> Home:
    shutil.copytree(kept.config, home.config)
    return home


@pytest.fixture
def tampering(home: Home) -> Tampering:
    return Tampering(home.config / "ledger.db")


def edit(tampering: Tampering) -> None:
    event = tampering.changes(tampering.ledger("profile"))[1][1]
    tampering.text(event, second.canonical(event.with_fields(name="forged").fields))


def encode_otherwise(tampering: Tampering) -> None:
    event = tampering.changes(tampering.ledger("profile"))[1][1]
    tampering.text(event, json.dumps(event.fields).encode())


def remove_the_last_row(tampering: Tampering) -> None:
    tampering.run("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")


def remove_a_row(tampering: Tampering) -> None:
    tampering.run(
        "DELETE FROM stored_events WHERE rowid = ?", tampering.events(tampering.ledger("profile"))[7].rowid
    )


def swap_rows(tampering: Tampering) -> None:
    events = tampering.events(tampering.ledger("profile"))
    tampering.swap(events[6], events[8])


def change_a_topic(tampering: Tampering) -> None:
    event = tampering.events(tampering.ledger("profile"))[6]
    tampering.run("UPDATE stored_events SET topic = 'zenml:Nothing' WHERE rowid = ?", event.rowid)


def edit_a_view(tampering: Tampering) -> None:
    tampering.run("UPDATE stacks SET name = 'forged' WHERE name = 'b'")


def remove_from_a_view(tampering: Tampering) -> None:
    tampering.run("DELETE FROM stacks WHERE name = 'b'")


def edit_a_head(tampering: Tampering) -> None:
    tampering.run("UPDATE heads SET size = size + 1 WHERE kind = 'profile'")


def remove_a_head(tampering: Tampering) -> None:
    tampering.run("DELETE FROM heads WHERE kind = 'profile'")


def cut_a_change_short(tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    tampering.forge(ledger_id, tampering.events(ledger_id)[:-1])


DAMAGES: dict[Callable[[Tampering], None], set[str]] = {
    edit: {"content", "replay"},
    encode_otherwise: {"content"},
    remove_the_last_row: {"content", "order", "replay"},
    remove_a_row: {"content", "order", "replay"},
    swap_rows: {"order", "replay"},
    change_a_topic: {"content", "replay"},
    edit_a_view: {"replay"},
    remove_from_a_view: {"replay"},
    edit_a_head: {"order"},
    remove_a_head: {"order"},
    cut_a_change_short: {"content", "order", "replay"},
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_found_and_no_command_that_reads_fails_without_words(
    home: Home, tampering: Tampering, damage: Callable[[Tampering], None]
) -> None:
    damage(tampering)
    before = written(home.config)
    answer = home.run("audit", "verify", "-o", "json", check=5)
    document = json.loads(answer.stdout)
    assert {name for name, verdict in document["verdicts"].items() if verdict["ok"] is False} == DAMAGES[damage]
    assert not document["ok"]
    assert answer.stderr.count("Hint: ") == 1
    assert written(home.config) == before
    for words in READS:
        told = home.run(*words).exits(0, 5)
        assert "Internal error" not in told.output
        assert told.exit == 0 or told.stderr.count("Error: ") == 1


def test_all_is_well(home: Home) -> None:
    events = sum(ledger["size"] for ledger in second.check_ledger(str(home.config / "ledger.db")).values())
    home.done("ledger", "accept")
    with closing(sqlite3.connect(home.config / "ledger.db")) as ledger:
        change_id = "json_extract(CAST(state AS TEXT), '$.change_id')"
        sql = f"SELECT count(DISTINCT {change_id}) FROM stored_events WHERE topic = 'zenml:ChangeBegan'"
        began = ledger.execute(sql).fetchone()[0]
    answer = home.done("audit", "verify")
    assert answer.stdout == (
        f"content       ok            {events} events hashed again\n"
        "order         ok            2 ledgers without gaps\n"
        f"clocks        ok            the times of {began} changes go forward\n"
        f"replay        ok            {len(VIEWS)} views equal a replay\n"
        "schema        ok            tables and indexes as this version makes them\n"
        "secrets       ok            no secrets\n"
        "approvals     ok            nothing needs approval\n"
        f"completeness  ok            all {events} events that were seen here before\n"
        "signatures    not compared  no checkpoint was signed here\n"
    )
    assert answer.stderr == ""


def test_where_nothing_is_remembered_completeness_is_left_open(home: Home) -> None:
    answer = home.done("audit", "verify")
    assert answer.stdout.splitlines()[-2] == "completeness  not compared  no head is remembered"


def test_problems_are_listed_below_the_verdicts(home: Home, tampering: Tampering) -> None:
    encode_otherwise(tampering)
    ledger_id = tampering.ledger("profile")
    position = tampering.changes(ledger_id)[1][1].position
    answer = home.run("audit", "verify", check=5)
    assert answer.stdout.splitlines()[0] == "content       bad           1 problem"
    assert answer.stdout.endswith(
        f"\n\ncontent:\n  ledger {ledger_id}, position {position}: The stored text is not in its canonical form.\n"
    )
    assert (
        answer.stderr
        == 'Hint: Keep the file as evidence, and restore a backup; "zenml ledger backup --help" says how.\n'
    )


def test_of_many_problems_twenty_are_listed_and_all_are_in_the_document(home: Home, tampering: Tampering) -> None:
    tampering.run("UPDATE stored_events SET state = CAST(' ' || state AS BLOB)")
    count = len(tampering.ask("SELECT 1 FROM stored_events"))
    answer = home.run("audit", "verify", check=5)
    assert answer.stdout.count("not in its canonical form") == 20
    assert f"  and {count - 20} more\n" in answer.stdout
    document = json.loads(home.run("audit", "verify", "-o", "json", check=5).stdout)
    assert len(document["verdicts"]["content"]["problems"]) == count


def test_the_document(home: Home, tampering: Tampering) -> None:
    answer = home.done("audit", "verify", "--output", "json")
    document = json.loads(answer.stdout)
    assert document.keys() == {
        "version",
        "ok",
        "ledger",
        "events",
        "verdicts",
        "heads",
        "warnings",
        "in_clear",
        "against",
    }
    assert (document["version"], document["ok"]) == (1, True)
    assert document["ledger"] == str(home.config / "ledger.db")
    names = {
        *("content", "order", "clocks", "replay", "schema", "secrets"),
        *("approvals", "completeness", "signatures"),
    }
    assert document["verdicts"].keys() == names
    assert document["verdicts"]["content"] == {
        "ok": True,
        "state": "ok",
        "note": f"{document['events']} events hashed again",
        "problems": [],
    }
    roots = second.check_ledger(document["ledger"])
    assert document["heads"] == [
        {"ledger": ledger_id, "kind": kind, "size": roots[ledger_id]["size"], "root": roots[ledger_id]["root"]}
        for kind in ("machine", "profile")
        for ledger_id in [tampering.ledger(kind)]
    ]
    assert yaml.safe_load(home.done("audit", "verify", "-o", "yaml").stdout) == document
    edit_a_view(tampering)
    problems = json.loads(home.run("audit", "verify", "-o", "json", check=5).stdout)["verdicts"]["replay"][
        "problems"
    ]
    assert [problem.keys() for problem in problems] == [{"ledger", "position", "message", "sentence"}]


def test_views_that_are_wrong_are_made_anew(home: Home, tampering: Tampering) -> None:
    edit_a_view(tampering)
    assert 'run "zenml ledger rebuild"' in home.run("audit", "verify", check=5).stderr
    home.done("ledger", "rebuild")
    home.done("audit", "verify")


def test_what_is_no_database_is_told_in_a_sentence(home: Home, tampering: Tampering) -> None:
    tampering.file.write_bytes(b"no database " * 1000)
    for words in (("audit", "verify"), ("ledger", "status"), ("ledger", "backup", "x"), ("ledger", "accept")):
        answer = home.run(*words, check=5)
        assert answer.stderr.startswith(f"Error: The ledger {tampering.file} ")
        assert answer.stderr.count("Error: ") == answer.stderr.count("Hint: ") == 1
        assert answer.stdout == ""


@pytest.mark.parametrize(
    "words",
    [("audit", "verify"), ("ledger", "status"), ("ledger", "backup", "x"), ("ledger", "accept")],
    ids=" ".join,
)
def test_before_the_first_run_there_is_nothing_to_look_at(tmp_path: Path, words: tuple[str, ...]) -> None:
    home = Home(tmp_path.resolve())
    refused(home.run(*words), "ledger.db")
    assert not home.config.exists()
    assert list(home.work.iterdir()) == []


def test_a_checkpoint_a_proof_and_what_contradicts_them(home: Home, tampering: Tampering) -> None:
    first = home.done("audit", "checkpoint", "--out", "a.note")
    assert "by another way" in first.stderr
    key = first.stderr.splitlines()[-1]
    note = (home.work / "a.note").read_text()
    assert note.startswith(key.split("+")[0] + "\n")
    again = home.done("audit", "checkpoint")
    assert again.stdout == note
    assert again.stderr == "Nothing was recorded since the last checkpoint: it is the same one.\n"
    (home.work / "team.keys").write_text(f"{key}\n")
    change = home.done("history", "--stack", "e", "--own", "-o", "name").stdout.splitlines()[0]
    assert "Hint: " in home.run("audit", "proof", change, check=2).stderr
    home.done("audit", "proof", change, "--out", "p.tlog-proof")
    for file in ("a.note", "p.1.tlog-proof"):
        checked = home.done("audit", "check", file, "--key", "team.keys")
        assert re.search("^signatures +ok ", checked.stdout, re.MULTILINE), checked.stdout
        assert json.loads(home.done("audit", "check", file, "-o", "json").stdout)["ok"] is True
    refused(home.run("audit", "proof", change, "--out", "p.tlog-proof"), "already exists")
    (home.work / "mine").write_text("mine")
    refused(home.run("audit", "checkpoint", "--out", "mine"), "already exists")
    assert (home.work / "mine").read_text() == "mine"


def test_what_does_not_hold_ends_with_exit_code_5(home: Home, tampering: Tampering) -> None:
    key = home.done("audit", "checkpoint", "--out", "a.note").stderr.splitlines()[-1]
    (home.work / "team.keys").write_text(f"{key}\n")
    (home.work / "other.keys").write_text(f"{OTHER_KEY}\n")
    note = (home.work / "a.note").read_text()
    (home.work / "forged.note").write_text(note.replace("\n", "\n1", 1))
    for file, keys in (("forged.note", "team.keys"), ("a.note", "other.keys")):
        checked = home.run("audit", "check", file, "--key", keys, check=5)
        assert re.search("^signatures +bad ", checked.stdout, re.MULTILINE), checked.stdout
    home.run("audit", "check", "nothing", check=2)
    home.run("audit", "check", "a.note", "--key", "a.note", check=2)
    verified = home.run("audit", "verify", "--against", "forged.note", "--against", "a.note", check=5)
    assert re.findall("^against +(ok|bad) ", verified.stdout, re.MULTILINE) == ["bad", "ok"]
    refused(home.run("audit", "verify", "--against", "nothing"), "is not evidence")
    ledger_id = tampering.ledger("profile")
    tampering.forge(ledger_id, [event for change in tampering.changes(ledger_id)[:-1] for event in change])
    assert "so nothing is signed" in home.run("audit", "checkpoint", check=5).stderr
    assert "signatures    bad" in home.run("audit", "verify", check=5).stdout
