"""An imported record is the one that was exported, in every byte that can be proved; or there is none at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.evidence import second
from tests.ledger import machines, tampering
from tests.ledger.histories import SECRET, URL_PASSWORD
from tests.ledger.machines import Machine
from tests.ledger.races import at_once
from tests.ledger.tampering import verified
from tests.support.canaries import bytes_below, leaks
from tests.support.files import contents
from tests.support.hints import hint_of
from tests.support.program import ZENML, Home
from tests.support.tables import column
from zenml.audit.importing import Imported
from zenml.domain.errors import (
    AlreadyExistsError,
    DamagedLedgerError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    NotFoundError,
)
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.verification import Verification

machine, lived = machines.machine, tampering.lived

Line = dict[str, Any]

BEGAN = "zenml:ChangeBegan"
HUGE = "9" * 100_000
GARBAGE: list[Any] = [None, [1], 7, HUGE, {}, -1.5, 2**70, "\ud800"]
PROVEN = ("schema", "version", "ledger", "ledger_kind", "position", "topic", "leaf", "event")
"""What an imported ledger is made of, or proved by. The rest of a line tells the same once more, for people."""
COUNTED = ("schema", "version", "ledgers", "events", "left_out", "sound")
"""Likewise of the manifest."""


class Source(NamedTuple):
    """A machine at the moment of its export, and the export."""

    machine: Machine
    lines: list[bytes]

    @property
    def documents(self) -> list[Line]:
        return [json.loads(line) for line in self.lines]


def source(base: Path, fill: Callable[[Machine], None]) -> Source:
    """Fills a ledger and exports it; the export is recorded there after the copy was made that is compared."""
    there = Machine(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(there.config))
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.chdir(base)
        fill(there)
        before = Machine(base / "before")
        before.config.mkdir(parents=True)
        there.repository().backup(before.file)
        out = io.BytesIO()
        there.repository().export_record(out, everything=True)
    return Source(before, out.getvalue().splitlines(keepends=True))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, lived: Path) -> Source:
    """A history that has everything in it."""

    def fill(there: Machine) -> None:
        there.config.mkdir()
        shutil.copy(lived, there.file)

    return source(tmp_path_factory.mktemp("whole").resolve(), fill)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The default profile, and a change in it."""

    def fill(there: Machine) -> None:
        there.repository().register_component("orchestrator", "one", "local", {})

    return source(tmp_path_factory.mktemp("small").resolve(), fill)


def text(documents: list[Line]) -> bytes:
    return b"".join(json.dumps(it).encode() + b"\n" for it in documents)


def bring_in(machine: Machine, data: bytes) -> Imported:
    file = machine.base / "record.jsonl"
    file.write_bytes(data)
    return machine.repository().import_record(file)


def left(machine: Machine) -> list[str]:
    """Returns what is in the configuration folder."""
    return sorted(os.listdir(machine.config)) if machine.config.exists() else []


def refused(
    machine: Machine, data: bytes, kind: type[LedgerError] = DamagedLedgerError, said: str | None = None
) -> None:
    """Imports what must not become a ledger, and looks whether anything is left of it."""
    with pytest.raises(kind, match=said) as caught:
        bring_in(machine, data)
    assert hint_of(caught.value)
    assert left(machine) == []


def stored(machine: Machine) -> list[tuple[Any, ...]]:
    return machine.query(
        "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"
    )


def kept(machine: Machine) -> dict[str, list[tuple[Any, ...]]]:
    """Returns all tables but the keys of secrets, which are in no export."""
    return {name: rows for name, rows in machine.tables().items() if name not in ("keys", "ledgers")}


def sound(machine: Machine) -> Verification:
    """Checks a ledger with both implementations."""
    found = verified(machine)
    assert found.ok, found
    assert not any(it["problems"] for it in second.check_ledger(str(machine.file)).values())
    return found


# --- what is imported ---------------------------------------------------------------------------


def test_an_imported_record_is_the_one_that_was_exported(machine: Machine, whole: Source) -> None:
    done = bring_in(machine, b"".join(whole.lines))
    assert stored(machine) == stored(whole.machine)
    assert kept(machine) == kept(whole.machine)
    assert machine.query("SELECT * FROM keys") == []
    heads = whole.machine.query("SELECT ledger_id, size, frontier FROM heads")
    assert done.roots == {ledger: Frontier.from_bytes(*head).root().hex() for ledger, *head in heads}
    assert done.events == len(whole.lines) - 1 == len(stored(machine))


def test_an_imported_record_is_its_owners_alone(machine: Machine, small: Source) -> None:
    bring_in(machine, b"".join(small.lines))
    assert left(machine) == ["ledger.db"]
    assert machine.file.stat().st_mode & 0o777 == 0o600


def test_an_imported_record_is_verified(machine: Machine, whole: Source) -> None:
    bring_in(machine, b"".join(whole.lines))
    sound(machine)


def test_the_history_is_the_same(machine: Machine, whole: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(machine, b"".join(whole.lines))
    here = machine.repository().history(everything=True)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(whole.machine.config))
    assert here == whole.machine.repository().history(everything=True)
    assert len(here) > 40


def test_no_secret_comes_along(machine: Machine, whole: Source) -> None:
    bring_in(machine, b"".join(whole.lines))
    for secret in (SECRET, URL_PASSWORD):
        assert leaks(secret, bytes_below(machine.base)) == []


def test_changes_go_on(machine: Machine, whole: Source) -> None:
    bring_in(machine, b"".join(whole.lines))
    here = machine.repository()
    here.register_component("metadata_store", "new", "mysql", {"host": "h", "database": "d", "password": SECRET})
    assert sound(machine).verdicts["completeness"].ok
    assert len(machine.query("SELECT * FROM keys")) == 1


def test_an_imported_change_is_undone(machine: Machine, whole: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(machine, b"".join(whole.lines))
    monkeypatch.setenv("ZENML_REASON", "it may have been somebody else's")
    here = machine.repository()
    deleted = next(it for it in here.history(everything=True) if it.summary == "delete secrets manager 'keeper'")
    assert "keeper" not in {it.name for it in here.list_components("secrets_manager")}
    here.undo(deleted.letters, any_actor=True)
    assert "keeper" in {it.name for it in here.list_components("secrets_manager")}  # its secret is gone for good
    sound(machine)


def test_an_imported_record_is_exported_again(machine: Machine, whole: Source) -> None:
    bring_in(machine, b"".join(whole.lines))
    again = io.BytesIO()
    machine.repository().export_record(again, everything=True)
    documents = [json.loads(line) for line in again.getvalue().splitlines()]
    for one, other in zip(documents[:-1], whole.documents[:-1], strict=True):
        assert [one[key] for key in PROVEN] == [other[key] for key in PROVEN]
    assert documents[-1]["ledgers"] == whole.documents[-1]["ledgers"]


def test_progress_is_told(machine: Machine, small: Source) -> None:
    file, told = machine.base / "record.jsonl", list[int]()
    file.write_bytes(b"".join(small.lines))
    machine.repository().import_record(file, told.append)
    assert told == sorted(told)
    assert told[-1] == len(small.lines) - 1


@pytest.mark.parametrize("ending", [b"\r\n", b" \n"])
def test_other_line_endings_do_no_harm(machine: Machine, small: Source, ending: bytes) -> None:
    bring_in(machine, ending.join(line.rstrip() for line in small.lines))
    assert stored(machine) == stored(small.machine)


# --- what is none -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "which",
    [
        {},
        {"profile": "default"},
        {"kinds": ("undo",)},
        {"stack": "prod"},
        {"grep": "nothing says this", "everything": True},
    ],
    ids=str,
)
def test_a_filtered_export_is_a_part(
    machine: Machine, whole: Source, which: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    shutil.copytree(whole.machine.config, there)
    out = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(there))
        machine.repository().export_record(out, **which)
    refused(machine, out.getvalue(), NotAllowedError, "only a part")


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"hello\n",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b'{"schema": 1}\n',
        b"\0" * 99,
        b"\xff\xfe{\0",
        b"[" * 99_999,
    ],
    ids=repr,
)
def test_something_else_is_no_export(machine: Machine, data: bytes) -> None:
    refused(machine, data, InvalidValueError, "not an export")


@pytest.mark.parametrize("format", ["csv", "ocsf", "cloudevents", "html"])
def test_an_export_in_another_format_is_none(
    machine: Machine, small: Source, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there"
    shutil.copytree(small.machine.config, there)
    out = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(there))
        machine.repository().export_record(out, format, everything=True)
    refused(machine, out.getvalue(), InvalidValueError, "not an export")


def test_an_empty_file_is_none(machine: Machine) -> None:
    refused(machine, b"", LedgerError)


@pytest.mark.parametrize("at", [0, 4, -1])
def test_a_newer_version_is_told(machine: Machine, small: Source, at: int) -> None:
    documents = small.documents
    documents[at]["version"] = 2
    refused(machine, text(documents), InvalidValueError, "has version 2; this program reads version 1")


def test_a_version_is_told_in_few_words(machine: Machine, small: Source) -> None:
    with pytest.raises(LedgerError) as caught:
        bring_in(machine, text([{**small.documents[0], "version": HUGE}]))
    assert len(caught.value.message) < 1000


def test_there_must_be_a_file_that_can_be_read(machine: Machine) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        machine.repository().import_record("nowhere.jsonl")
    with pytest.raises(NotAllowedError, match="cannot be read: it is a folder"):
        machine.repository().import_record(machine.base)
    assert left(machine) == []


# --- what was altered ---------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_the_last_line_must_be_there_and_whole(machine: Machine, small: Source, cut: int) -> None:
    refused(machine, b"".join(small.lines[:-1]), said="last line")
    refused(machine, b"".join(small.lines).rstrip()[:-cut])


def test_nothing_may_follow_the_last_line(machine: Machine, small: Source) -> None:
    whole = b"".join(small.lines)
    for more in (small.lines[-1], small.lines[0], whole):
        refused(machine, whole + more, said="more after its last line")
    for rest in (b"\n", b"x", b"{}\n"):
        refused(machine, whole + rest)


def change_a_name(line: Line) -> None:
    line["event"]["kind"] = "undo"


def change_a_salt(line: Line) -> None:
    line["event"]["session"]["s"] = "0" * 32


def add_a_field(line: Line) -> None:
    line["event"]["more"] = None


def blank_a_value(line: Line) -> None:
    line["event"]["session"] = {"c": "0" * 64}


def change_the_leaf(line: Line) -> None:
    line["leaf"] = "0" * 64


def move_it(line: Line) -> None:
    line["position"] += 1


def move_it_to_the_beginning(line: Line) -> None:
    line["position"] = 1


def move_it_to_another_ledger(line: Line) -> None:
    line["ledger"] = str(UUID(int=7))


def change_the_topic(line: Line) -> None:
    line["topic"] = "zenml:ProfileDeleted"


def change_the_recorded_root(line: Line) -> None:
    line["event"]["prior_root"] = "0" * 64


def change_the_recorded_root_so_that_it_fits_its_leaf(line: Line) -> None:
    change_the_recorded_root(line)
    refit(line)


def change_the_event_so_that_it_fits_its_leaf(line: Line) -> None:
    change_a_name(line)
    refit(line)


def refit(line: Line) -> None:
    line["leaf"] = leaf_hash(line["ledger"], line["position"], line["topic"], line["event"]).hex()


@pytest.mark.parametrize(
    "alter",
    [
        change_a_name,
        change_a_salt,
        add_a_field,
        blank_a_value,
        change_the_leaf,
        move_it,
        move_it_to_the_beginning,
        move_it_to_another_ledger,
        change_the_topic,
        change_the_recorded_root,
        change_the_recorded_root_so_that_it_fits_its_leaf,
        change_the_event_so_that_it_fits_its_leaf,
    ],
)
def test_an_altered_event_is_noticed(machine: Machine, small: Source, alter: Callable[[Line], None]) -> None:
    documents = small.documents
    began = [it for it in documents if it.get("topic") == BEGAN][-1]
    alter(began)
    refused(machine, text(documents))


def test_a_missing_line_is_noticed(machine: Machine, small: Source) -> None:
    for number in range(len(small.lines)):
        refused(machine, b"".join(small.lines[:number] + small.lines[number + 1 :]))


def test_a_repeated_line_is_noticed(machine: Machine, small: Source) -> None:
    for number in range(len(small.lines)):
        refused(machine, b"".join(small.lines[: number + 1] + small.lines[number:]))


def test_two_swapped_lines_are_noticed(machine: Machine, small: Source) -> None:
    taken = []
    for number, (one, other) in enumerate(pairwise(small.lines)):
        data = b"".join([*small.lines[:number], other, one, *small.lines[number + 2 :]])
        if outcome(machine, data, small) != "refused":
            taken.append(number)
    assert taken == []


def change_a_root(manifest: Line) -> None:
    manifest["ledgers"][0]["root"] = "0" * 64


def change_a_size(manifest: Line) -> None:
    manifest["ledgers"][1]["size"] -= 1


def change_a_ledger(manifest: Line) -> None:
    manifest["ledgers"][1]["ledger"] = str(UUID(int=7))


def add_an_empty_ledger(manifest: Line) -> None:
    root = Frontier().root().hex()
    manifest["ledgers"].append({**manifest["ledgers"][0], "ledger": str(UUID(int=7)), "size": 0, "root": root})


def leave_out_a_ledger(manifest: Line) -> None:
    manifest["ledgers"].pop()


def leave_out_all_ledgers(manifest: Line) -> None:
    manifest["ledgers"].clear()


def name_a_ledger_twice(manifest: Line) -> None:
    manifest["ledgers"][1] = manifest["ledgers"][0]


def change_the_kind_of_a_ledger(manifest: Line) -> None:
    manifest["ledgers"][0]["kind"] = "profile"


def change_the_number_of_events(manifest: Line) -> None:
    manifest["events"] += 1


@pytest.mark.parametrize(
    "alter",
    [
        change_a_root,
        change_a_size,
        change_a_ledger,
        add_an_empty_ledger,
        leave_out_a_ledger,
        leave_out_all_ledgers,
        name_a_ledger_twice,
        change_the_kind_of_a_ledger,
        change_the_number_of_events,
    ],
)
def test_an_altered_manifest_is_noticed(machine: Machine, small: Source, alter: Callable[[Line], None]) -> None:
    documents = small.documents
    alter(documents[-1])
    refused(machine, text(documents))


def test_a_ledger_that_the_manifest_does_not_name_cannot_be_cut(machine: Machine, whole: Source) -> None:
    *facts, manifest = whole.documents
    cut = manifest["ledgers"].pop()
    refused(
        machine,
        text([it for it in facts if (it["ledger"], it["position"]) != (cut["ledger"], cut["size"])] + [manifest]),
    )


def test_a_ledger_cannot_be_left_out_without_a_trace(machine: Machine, whole: Source) -> None:
    *facts, manifest = whole.documents
    gone = manifest["ledgers"].pop()["ledger"]
    refused(machine, text([it for it in facts if it["ledger"] != gone] + [manifest]))


@pytest.mark.parametrize("kind", ["profile", "machine", "another"])
def test_the_kind_of_a_ledger_is_the_one_that_was_exported(machine: Machine, small: Source, kind: str) -> None:
    *facts, manifest = small.documents
    refused(machine, text([*({**it, "ledger_kind": kind} for it in facts), manifest]))


def test_one_line_cannot_say_another_kind(machine: Machine, small: Source) -> None:
    documents = small.documents
    documents[-2]["ledger_kind"] = "machine" if documents[-2]["ledger_kind"] == "profile" else "profile"
    refused(machine, text(documents))


# --- garbage ------------------------------------------------------------------------------------


def outcome(machine: Machine, data: bytes, wanted: Source) -> str:
    """Tries an import of what may be anything. Whatever becomes of it, nothing lies about afterwards."""
    try:
        bring_in(machine, data)
    except LedgerError:
        assert left(machine) == []
        return "refused"
    except Exception as error:
        assert left(machine) == []
        return f"{type(error).__name__}: {error}"[:200]
    assert left(machine) == ["ledger.db"]
    same = kept(machine) == kept(wanted.machine)
    shutil.rmtree(machine.config)
    return "imported" if same else "something else was imported"


@pytest.mark.parametrize("at", [0, -1], ids=["fact", "manifest"])
def test_garbage_in_what_is_read_is_refused(machine: Machine, small: Source, at: int) -> None:
    found = {}
    for key in PROVEN if at == 0 else COUNTED:
        for value in GARBAGE:
            documents = small.documents
            documents[at][key] = value
            found[key, ascii(value)[:20]] = outcome(machine, text(documents), small)
        documents = small.documents
        del documents[at][key]
        found[key, "nothing"] = outcome(machine, text(documents), small)
    assert {place: it for place, it in found.items() if it != "refused"} == {}


@pytest.mark.parametrize("at", [0, -1], ids=["fact", "manifest"])
def test_garbage_in_what_is_only_told_does_no_harm(machine: Machine, small: Source, at: int) -> None:
    told = small.documents[at].keys() - {*PROVEN, *COUNTED}
    assert len(told) > 10
    for value in GARBAGE:
        documents = small.documents
        documents[at].update(dict.fromkeys(told, value))
        assert outcome(machine, text(documents), small) in ("refused", "imported")


@pytest.mark.parametrize("topic", [BEGAN, "zenml:ComponentUpdated", "zenml:Unheard"])
def test_garbage_that_fits_its_leaf_and_the_root_is_refused(machine: Machine, small: Source, topic: str) -> None:
    own = small.documents[-2]["event"]
    garbage: list[Any] = [None, 7, [{}]]
    events: list[Line] = [{}, own, *(dict.fromkeys(own, value) for value in garbage)]
    for event in events:
        *facts, manifest = small.documents
        facts[-1] |= {"topic": topic, "event": event}
        refit(facts[-1])
        ledger = next(it for it in manifest["ledgers"] if it["ledger"] == facts[-1]["ledger"])
        leaves = [bytes.fromhex(it["leaf"]) for it in facts if it["ledger"] == ledger["ledger"]]
        ledger["root"] = ledger["root_after"] = Frontier().extended(leaves).root().hex()
        assert outcome(machine, text([*facts, manifest]), small) == "refused"


@pytest.mark.parametrize("key", ["event", "ledger_kind", "ledger", "ledgers"])
def test_what_is_nested_too_deeply_is_refused(machine: Machine, small: Source, key: str) -> None:
    at = -1 if key == "ledgers" else 0
    found = {}
    for depth in (300, 600, 900, 100_000):
        lines = list(small.lines)
        lines[at] = json.dumps({**small.documents[at], key: {"x": "HERE"}}).encode() + b"\n"
        lines[at] = lines[at].replace(b'"HERE"', b"[" * depth + b"]" * depth)
        found[depth] = outcome(machine, b"".join(lines), small)
    assert {depth: it for depth, it in found.items() if it != "refused"} == {}


# --- where a ledger is, or becomes one ----------------------------------------------------------


def test_a_ledger_that_is_there_stays_as_it_is(machine: Machine, small: Source) -> None:
    machine.repository().create_profile("mine")
    before = contents(machine.config)
    with pytest.raises(AlreadyExistsError, match="There is already a ledger") as caught:
        bring_in(machine, b"".join(small.lines))
    assert "ZENML_CONFIG_PATH" in hint_of(caught.value)
    assert contents(machine.config) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights of their own")
def test_what_only_has_the_name_of_a_ledger_stays(machine: Machine, small: Source) -> None:
    machine.config.mkdir()
    machine.file.symlink_to("nowhere")
    with pytest.raises(AlreadyExistsError):
        bring_in(machine, b"".join(small.lines))
    assert left(machine) == ["ledger.db"]
    machine.file.unlink()
    machine.file.mkdir()
    with pytest.raises(AlreadyExistsError):
        bring_in(machine, b"".join(small.lines))
    assert left(machine) == ["ledger.db"]


def test_a_ledger_that_somebody_makes_meanwhile_stays(machine: Machine, small: Source) -> None:
    file = machine.base / "record.jsonl"
    file.write_bytes(b"".join(small.lines))

    def make(count: int) -> None:
        machine.file.write_bytes(b"dear")

    with pytest.raises(AlreadyExistsError):
        machine.repository().import_record(file, make)
    assert machine.file.read_bytes() == b"dear"
    assert left(machine) == ["ledger.db"]


def test_what_a_killed_writer_left_beside_a_lost_ledger_does_not_get_into_it(
    machine: Machine, small: Source, tmp_path: Path
) -> None:
    other = Machine(tmp_path / "other")
    other.config.mkdir(parents=True)
    shutil.copy(small.machine.file, other.file)
    machine.config.mkdir()
    with closing(sqlite3.connect(other.file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE heads SET size = size + 1")
        database.commit()
        shutil.copy(f"{other.file}-wal", f"{machine.file}-wal")
    try:
        bring_in(machine, b"".join(small.lines))
    except LedgerError:
        assert not machine.file.exists()
    else:
        assert verified(machine).ok
        assert kept(machine) == kept(small.machine)


def test_a_folder_that_cannot_be_written_is_told(machine: Machine, small: Source) -> None:
    machine.config.write_bytes(b"dear")
    with pytest.raises(NotAllowedError, match="cannot be written"):
        bring_in(machine, b"".join(small.lines))
    assert machine.config.read_bytes() == b"dear"


def test_of_two_racing_imports_one_wins(machine: Machine, whole: Source) -> None:
    file = machine.base / "record.jsonl"
    file.write_bytes(b"".join(whole.lines))
    prepare = """
        from zenml.domain.errors import AlreadyExistsError
        from zenml.repository import Repository
        from zenml.custody import record_import
        here = Repository(notify=lambda sentence: None)
    """
    act = """
        try:
            print(here.import_record(sys.argv[1]).events)
        except AlreadyExistsError:
            print("there is one")
    """
    won = str(len(whole.lines) - 1)
    assert sorted(at_once(2, prepare, act, str(file))) == sorted([f"{won}\n", "there is one\n"])
    assert left(machine) == ["ledger.db"]
    assert kept(machine) == kept(whole.machine)
    sound(machine)


# --- the program --------------------------------------------------------------------------------


def test_the_program_imports_from_standard_input(home: Home, small: Source) -> None:
    done = home.run("audit", "import", "-", stdin=b"".join(small.lines).decode(), check=0)
    assert f"Imported {len(small.lines) - 1} events" in done.stdout
    for ledger in small.documents[-1]["ledgers"]:
        assert f"{ledger['ledger']}  {ledger['root']}" in done.stdout
    assert os.listdir(home.config) == ["ledger.db"]
    home.done("audit", "verify")
    assert "one" in column(home.done("orchestrator", "list").rows, "NAME")


def test_what_the_program_exports_it_imports(home: Home) -> None:
    home.done("profile", "list")
    home.done("audit", "export", "--format", "jsonl", "--all", "--out", "record.jsonl")
    elsewhere = {"ZENML_CONFIG_PATH": str(home.base / "elsewhere")}
    done = home.done("audit", "import", "record.jsonl", env=elsewhere)
    assert len(done.stdout.splitlines()) == 1 + 2  # the ledgers of the machine and of its profile
    home.done("audit", "verify", env=elsewhere)
    again = home.run("audit", "import", "record.jsonl", env=elsewhere, check=1)
    assert "There is already a ledger" in again.stderr


def test_the_program_says_that_an_export_is_damaged(home: Home, small: Source) -> None:
    damaged = home.run("audit", "import", "-", stdin=b"".join(small.lines[:-1]).decode(), check=5)
    assert "The export is damaged." in damaged.stderr
    assert not home.config.exists()


@pytest.fixture
def importing(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it waits for the rest of an export."""
    process = subprocess.Popen(
        [str(ZENML), "audit", "import", "-"],
        cwd=home.work,
        env=home.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_import_leaves_no_ledger(
    home: Home, importing: subprocess.Popen[bytes], whole: Source, small: Source
) -> None:
    assert importing.stdin is not None
    importing.stdin.write(b"".join(whole.lines[:-1]))  # all but the last line: it waits for that
    importing.stdin.flush()
    until = time.monotonic() + 30
    while not (home.config.exists() and any(it.stat().st_size for it in home.config.iterdir())):
        assert importing.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    importing.send_signal(signal.SIGKILL)
    assert importing.wait() == -signal.SIGKILL
    assert "ledger.db" not in os.listdir(home.config)
    home.run("audit", "import", "-", stdin=b"".join(small.lines).decode(), check=0)
    home.done("audit", "verify")
