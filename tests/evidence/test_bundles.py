"""What verify.py says of bundles: of whole ones, of parts, and of what somebody altered and signed again."""

from __future__ import annotations

import json
import random
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence.bundling import Filter, Members, Signing, chosen, members, sealed, text, write
from tests.evidence.ledgers import WrittenRecord, made
from tests.support.pythons import interpreter
from tests.support.sizes import ALTERED, FULL, SELECTIONS
from zenml.evidence import notes, verify

SIGNING = Signing()


def judged(path: Path, record: WrittenRecord, *previous: str, key: bool = True) -> verify.Report:
    line = notes.key_line(f"zenml-ledger/{record.machine.id}", SIGNING.public)
    return verify.judged(str(path), [[verify.parsed_key(line)]] if key else [], previous)


def states(report: verify.Report) -> dict[str, str]:
    return {verdict.name: verdict.state for verdict in report.verdicts}


def bad(report: verify.Report) -> list[str]:
    return [verdict.name for verdict in report.verdicts if verdict.state == verify.BAD]


def sentences(report: verify.Report, name: str) -> str:
    return "\n".join(next(verdict.sentences for verdict in report.verdicts if verdict.name == name))


@pytest.fixture(scope="module")
def record() -> WrittenRecord:
    return made(50, 15)


FILTERS: list[Filter] = [
    {},
    {"stack": "prod"},
    {"stack": "prod", "own": True},
    {"profile": "team", "since": "2026-11-01T01:00:00.000000Z", "until": "2026-11-01T06:00:00.000000Z"},
    {"component": "orchestrator/default"},
    {"kind": ["undo", "redo"]},
    {"actor": "bob"},
    {"actor": "bob", "stack": "prod"},
]


@pytest.mark.parametrize("wanted", FILTERS, ids=text)
def test_a_bundle_holds(record: WrittenRecord, tmp_path: Path, wanted: Filter) -> None:
    path = write(tmp_path / "b.zip", sealed(members(record, SIGNING, wanted, withheld=("host",)), SIGNING))
    report = judged(path, record)
    assert bad(report) == []
    checked = {name for name, state in states(report).items() if state in (verify.OK, verify.WARNING)}
    assert checked == {
        *("files", "manifest", "order", "root", "content", "selection", "redaction", "runs"),
        *("signatures", "clocks"),
    }
    assert report.sentence() == "What was checked holds; not checked: extends, witnesses, timestamps."
    assert report.holds(["content", "signatures"])
    assert not report.holds(["witnesses"])


def test_a_filter_selects_some_events_and_not_all(record: WrittenRecord) -> None:
    total = sum(len(ledger.events) for ledger in record.ledgers)
    counts = [sum(map(len, chosen(record, wanted).values())) for wanted in FILTERS]
    assert counts[0] == total
    assert all(0 < count < total for count in counts[1:])


def test_a_part_of_the_record_is_named_by_what_became_of_its_parts() -> None:
    record = WrittenRecord(1)
    ledger = record.add_profile("default")
    orchestrator, stack = next(iter(record.components)), record.new_id()
    renamed = {"stack_id": stack, "old_name": "prod", "new_name": "live"}
    registered = {"stack_id": stack, "name": "prod", "components": {"orchestrator": orchestrator}}
    first = record.change((ledger, "zenml:StackRegistered", registered))
    unrelated = record.change((ledger, "zenml:FlavorDeleted", {"flavor_id": record.new_id(), "name": "prod"}))
    second = record.change((ledger, "zenml:StackRenamed", renamed))
    lost = {"component_id": orchestrator, "component_type": "orchestrator", "name": "default", "parameters": {}}
    third = record.change((ledger, "zenml:ComponentDeleted", lost))

    def found(wanted: Filter) -> set[str]:
        positions = chosen(record, wanted).get(ledger.id, [])
        events = [ledger.events[position - 1] for position in positions]
        return {event["change_id"] for topic, event in events if topic == "zenml:ChangeBegan"}

    init = ledger.events[0][1]["change_id"]
    for name in ("prod", "live"):
        assert found({"stack": name}) == {init, first, second, third}
        assert found({"stack": name, "own": True}) == {first, second}
    assert found({"change": [unrelated]}) == {unrelated}
    assert found({"stack": "other"}) == set()


def altered_again(record: WrittenRecord, path: Path, alter: Callable[[Members], Members | None]) -> verify.Report:
    """Judges a bundle that somebody altered who has the key: all sums and the signature are made again."""
    data = members(record, SIGNING, {"stack": "prod"})
    return judged(write(path / "b.zip", sealed(alter(data) or data, SIGNING)), record)


def folder(record: WrittenRecord) -> str:
    return f"ledgers/{record.ledgers[1].id}"


def test_a_line_that_is_left_out_is_missed(record: WrittenRecord, tmp_path: Path) -> None:
    name = f"{folder(record)}/entries.jsonl"
    report = altered_again(
        record, tmp_path, lambda data: {**data, name: data[name].split(b"\n", 1)[1]}
    )  # the first line
    assert {"order", "root"} <= set(bad(report))


def test_a_value_that_was_changed_is_noticed(record: WrittenRecord, tmp_path: Path) -> None:
    name = f"{folder(record)}/opened.jsonl"
    report = altered_again(record, tmp_path, lambda data: {**data, name: data[name].replace(b"ann", b"bob")})
    assert bad(report) == ["content"]
    assert re.search(r"A value at position \d+ of ledger", sentences(report, "content"))


def test_a_checkpoint_of_somebody_else_is_refused(record: WrittenRecord, tmp_path: Path) -> None:
    ledger, other = record.ledgers[1], Signing(2)
    origin = f"zenml-ledger/{ledger.id}"
    note = notes.signed(
        notes.checkpoint_text(origin, len(ledger.events), ledger.tree.root()), [(origin, other)]
    ).encode()

    def alter(data: Members) -> Members:
        keys = data["keys.txt"] + f"{notes.key_line(origin, other.public)}\n".encode()
        return {**data, f"{folder(record)}/checkpoint": note, "keys.txt": keys}

    assert bad(altered_again(record, tmp_path, alter)) == ["signatures"]


def test_a_key_that_signed_nothing_is_not_passed_over(record: WrittenRecord, tmp_path: Path) -> None:
    path = write(tmp_path / "b.zip", sealed(members(record, SIGNING), SIGNING))
    stranger = verify.parsed_key(notes.key_line("somebody", Signing(3).public))
    assert "signatures" in bad(verify.judged(str(path), [[stranger]]))
    witness = verify.Key("w", verify.key_id("w", 4, SIGNING.public), 4, SIGNING.public)
    assert "witnesses" in bad(verify.judged(str(path), [[witness]]))


def test_without_a_key_signatures_are_not_checked(record: WrittenRecord, tmp_path: Path) -> None:
    path = write(tmp_path / "b.zip", sealed(members(record, SIGNING), SIGNING))
    report = judged(path, record, key=False)
    assert states(report)["signatures"] == verify.UNCHECKED
    assert report.sentence(["signatures"]) == "What was required was not checked: signatures."


def test_a_manifest_that_was_not_signed_again_is_noticed(record: WrittenRecord, tmp_path: Path) -> None:
    data = sealed(members(record, SIGNING, {"stack": "prod"}), SIGNING)
    narrowed = data["manifest.json"].replace(b'"stack":"prod"', b'"stack":"none"')
    assert narrowed != data["manifest.json"]
    assert bad(judged(write(tmp_path / "b.zip", {**data, "manifest.json": narrowed}), record)) == [
        "manifest",
        "selection",
    ]


def test_a_ledger_cannot_be_dropped(record: WrittenRecord, tmp_path: Path) -> None:
    dropped = record.ledgers[1].id

    def alter(data: Members) -> Members:
        manifest = json.loads(data["manifest.json"])
        manifest["ledgers"] = [said for said in manifest["ledgers"] if said["ledger"] != dropped]
        keys = b"".join(line for line in data["keys.txt"].splitlines(True) if dropped.encode() not in line)
        kept = {name: one for name, one in data.items() if dropped not in name}
        return {**kept, "keys.txt": keys, "manifest.json": text(manifest).encode()}

    report = altered_again(record, tmp_path, alter)
    assert "manifest" in bad(report)
    assert dropped in sentences(report, "manifest")


def test_a_ledger_that_is_left_out_is_said_to_be(record: WrittenRecord, tmp_path: Path) -> None:
    other = record.ledgers[2].id
    for why, wanted, state in (
        ("elsewhere", {}, verify.UNCHECKED),
        ("unwanted", {}, verify.BAD),
        ("unwanted", {"profile": "default"}, verify.OK),
        ("unwanted", {"profile": "team"}, verify.BAD),
    ):
        data = members(record, SIGNING, wanted, left_out={other: why})
        report = judged(write(tmp_path / "b.zip", sealed(data, SIGNING)), record)
        assert states(report)["selection"] == state, (why, wanted)


def test_every_wanted_event_that_is_kept_back_is_named(tmp_path: Path) -> None:
    for seed in range(SELECTIONS):
        chance, record = random.Random(seed), made(seed, 12)
        wanted = chance.choice(FILTERS)
        positions = [
            (ledger, position)
            for ledger in record.ledgers
            for position in chosen(record, wanted).get(ledger.id, [])
        ]
        if not positions:
            continue
        data, (ledger, position) = members(record, SIGNING, wanted), chance.choice(positions)
        name = f"ledgers/{ledger.id}/opened.jsonl"
        lines = data[name].splitlines(True)
        start = f'{{"position":{position},'.encode()
        report = judged(
            write(
                tmp_path / "b.zip",
                sealed({**data, name: b"".join(one for one in lines if not one.startswith(start))}, SIGNING),
            ),
            record,
        )
        assert bad(report) == ["selection"], (seed, wanted)
        assert f"Wanted and not opened are positions {position} of ledger {ledger.id}" in sentences(
            report, "selection"
        )
        line = json.loads(next(one for one in lines if one.startswith(start)))
        if line["values"]:
            line["values"][0] = {"redacted": True}
            blanked = b"".join(f"{text(line)}\n".encode() if one.startswith(start) else one for one in lines)
            report = judged(write(tmp_path / "b.zip", sealed({**data, name: blanked}, SIGNING)), record)
            assert "redaction" in bad(report), (seed, wanted)
            assert f"at position {position} of ledger {ledger.id}" in sentences(report, "redaction")


def test_what_an_event_says_was_redacted_may_be_blank(tmp_path: Path) -> None:
    record = made(8, 5)
    ledger = record.ledgers[1]
    values = [{"field": "/parameters/path", "position": 2}]
    assert "path" in ledger.events[1][1]["parameters"]
    ledger.events[1][1]["parameters"]["path"] = {
        "c": json.loads(ledger.entry(2))["event"]["parameters"]["path"]["c"]
    }
    record.change((ledger, "zenml:ValueRedacted", {"values": values, "reason": None}))
    report = judged(write(tmp_path / "b.zip", sealed(members(record, SIGNING), SIGNING)), record)
    assert bad(report) == []
    assert "1 redacted" in sentences(report, "redaction")


@pytest.mark.parametrize(
    ("topic", "pointer", "reason"),
    [
        ("zenml:ComponentRegistered", "/parameters/path", "host"),
        ("zenml:ChangeBegan", "/session", "secret"),
        ("zenml:ChangeBegan", "/command", "host"),
    ],
)
def test_a_value_is_kept_back_only_where_its_reason_allows(
    record: WrittenRecord, tmp_path: Path, topic: str, pointer: str, reason: str
) -> None:
    ledger = record.ledgers[1]
    position = next(at for at, event in enumerate(ledger.events, start=1) if event[0] == topic)
    name = f"ledgers/{ledger.id}/opened.jsonl"
    data = members(record, SIGNING, withheld=("host",))
    line = json.loads(data[name].splitlines()[position - 1])
    pointers = list(verify._pointers(json.loads(ledger.entry(position))["event"]))
    line["values"][pointers.index(pointer)] = {"withheld": reason}
    lines = data[name].splitlines(True)
    lines[position - 1] = f"{text(line)}\n".encode()
    report = judged(write(tmp_path / "b.zip", sealed({**data, name: b"".join(lines)}, SIGNING)), record)
    assert bad(report) == ["redaction"]
    assert f"{pointer} at position {position} of ledger {ledger.id} cannot be withheld" in sentences(
        report, "redaction"
    )


FOUND_BY = {  # what says so if a byte of a member is altered, though all else is sealed again
    "manifest.json": {"manifest"},
    "manifest.sig": {"manifest", "signatures"},
    "keys.txt": {"format"},
    "checkpoint": {"signatures"},
    "entries.jsonl": {"root"},
    "opened.jsonl": {"content", "selection", "redaction"},
}


@pytest.mark.slow
def test_no_altered_byte_is_missed(tmp_path: Path) -> None:
    record = made(9, 4, ("default",))
    whole = sealed(members(record, SIGNING, {"stack": "prod"}, withheld=("host",)), SIGNING)
    path = tmp_path / "b.zip"
    chance = random.Random(450)
    lines = [name for name in whole if name.endswith(".jsonl")]
    small = [name for name in whole if name.split("/")[-1] in FOUND_BY and name not in lines]
    everywhere = [(name, at) for name in small for at in range(len(whole[name]))]
    rest = [(name, at) for name in lines for at in range(len(whole[name]))]
    seen = set()
    for name, at in [*everywhere[:: 1 if FULL else 12], *chance.sample(rest, min(ALTERED, len(rest)))]:
        wrong = bytearray(whole[name])
        wrong[at] ^= chance.choice((1, 2, 4, 32))
        altered = {**whole, name: bytes(wrong)}
        if not name.startswith("manifest"):
            altered = sealed(altered, SIGNING)
        verdicts, member = set(bad(judged(write(path, altered), record))), name.split("/")[-1]
        assert verdicts & (FOUND_BY[member] | {"format"}), (name, at, verdicts)
        seen |= {(member, verdict) for verdict in verdicts}
    for member, expected in FOUND_BY.items():  # not everything is merely unreadable
        assert {verdict for its, verdict in seen if its == member} & expected, member


def test_an_altered_file_is_named(record: WrittenRecord, tmp_path: Path) -> None:
    whole = sealed(members(record, SIGNING), SIGNING)
    for name in ("README.txt", "verify.py"):
        report = judged(write(tmp_path / "b.zip", {**whole, name: whole[name] + b" "}), record)
        assert bad(report) == ["files"]
        assert sentences(report, "files") == f"{name} is not what the manifest says"


def test_a_line_more_than_was_announced_is_noticed(record: WrittenRecord, tmp_path: Path) -> None:
    name = f"{folder(record)}/entries.jsonl"
    line = members(record, SIGNING)[name].splitlines(True)[0]
    assert "order" in bad(altered_again(record, tmp_path, lambda data: {**data, name: data[name] + line}))


def test_a_redaction_in_no_known_form_explains_nothing(tmp_path: Path) -> None:
    record = made(8, 1)
    for values in (5, [5], [{"field": 1, "position": 1}], None):
        record.change((record.ledgers[1], "zenml:ValueRedacted", {"values": values}))
    assert bad(judged(write(tmp_path / "b.zip", sealed(members(record, SIGNING), SIGNING)), record)) == []


def test_a_bundle_that_continues_another_is_read_with_it(tmp_path: Path) -> None:
    record = made(21, 10)
    old = write(tmp_path / "old.zip", sealed(members(record, SIGNING, {"stack": "prod"}), SIGNING))
    start = {ledger.id: len(ledger.events) for ledger in record.ledgers}
    roots = {ledger.id: ledger.tree.root() for ledger in record.ledgers}
    record.grow(10)
    new = write(tmp_path / "new.zip", sealed(members(record, SIGNING, {"stack": "prod"}, start=start), SIGNING))
    alone = judged(new, record)
    assert bad(alone) == []
    assert states(alone)["selection"] == states(alone)["extends"] == verify.UNCHECKED
    together = judged(new, record, str(old))
    assert bad(together) == []
    assert states(together)["selection"] == states(together)["extends"] == verify.OK
    given = [f"{start[ledger.id]}:{roots[ledger.id].hex()}" for ledger in record.ledgers]
    assert states(judged(new, record, *given))["extends"] == verify.OK
    assert states(judged(new, record, given[1]))["extends"] == verify.UNCHECKED
    whole = write(tmp_path / "whole.zip", sealed(members(record, SIGNING, {"stack": "prod"}), SIGNING))
    assert states(judged(whole, record, str(old), given[1]))["extends"] == verify.OK
    other = made(22, 10)
    assert "extends" in bad(
        judged(new, record, str(write(tmp_path / "x.zip", sealed(members(other, SIGNING), SIGNING))))
    )


def test_a_rewritten_record_is_known_by_an_earlier_note(tmp_path: Path) -> None:
    record, ledger_name = made(30, 5), "zenml-ledger/"
    ledger = record.ledgers[1]
    origin = f"{ledger_name}{ledger.id}"
    note = tmp_path / "kept.note"
    note.write_text(notes.signed(notes.checkpoint_text(origin, 2, ledger.tree.root()), [(origin, SIGNING)]))
    path = write(tmp_path / "b.zip", sealed(members(record, SIGNING), SIGNING))
    report = judged(path, record, str(note))
    assert bad(report) == ["extends"]
    longer = f"{len(ledger.events) + 1}:{ledger.tree.root().hex()}"
    assert bad(judged(path, record, longer)) == ["extends"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"hello", b"PK\x05\x06" + bytes(18), b"c2sp.org/tlog-proof@v1\n", b"\xff" * 100],
    ids=["empty", "two letters", "text", "empty zip", "heading", "bytes"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    report = verify.judged(str(tmp_path / "b.zip"))
    assert bad(report) == ["format"]
    assert not report.holds()


def test_hostile_zip_files_are_refused(record: WrittenRecord, tmp_path: Path) -> None:
    data = sealed(members(record, SIGNING), SIGNING)
    path = write(tmp_path / "b.zip", {**data, "extra.txt": b"more"})
    assert bad(judged(path, record)) == ["files"]
    bomb = write(tmp_path / "b.zip", {**data, "export.csv": bytes(1 << 26)})
    assert bad(judged(bomb, record)) == ["format"]
    write(tmp_path / "b.zip", data)
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("keys.txt", b"")
    assert bad(judged(tmp_path / "b.zip", record)) == ["format"]
    whole = write(tmp_path / "b.zip", data).read_bytes()
    for length in (10, len(whole) // 2, len(whole) - 5):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        assert bad(judged(tmp_path / "cut.zip", record)) == ["format"]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_it_runs_alone_on_every_python(record: WrittenRecord, tmp_path: Path, version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not here")
    path = write(tmp_path / "b.zip", sealed(members(record, SIGNING, {"stack": "prod"}), SIGNING))
    (tmp_path / "alone").mkdir()
    script = tmp_path / "alone" / "verify.py"
    script.write_bytes(Path(verify.__file__).read_bytes())
    (tmp_path / "key").write_text(
        f"# the machine's\n{notes.key_line(f'zenml-ledger/{record.machine.id}', SIGNING.public)}\n"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [python or "", "-I", "-W", "error", str(script), *words]
        return subprocess.run(command, cwd=tmp_path / "alone", capture_output=True, text=True, check=False)

    done = run(str(path), "--key", str(tmp_path / "key"), "--require", "content,signatures")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("What was checked holds")
    assert run(str(path), "--require", "signatures").returncode == 5
    missing = run(str(tmp_path / "nothing.zip"))
    assert missing.returncode == 2
    assert "No such file" in missing.stderr
    assert run(str(path), "--key", str(path)).returncode == 2
    assert run(str(path), "--require", "everything").returncode == 2


def test_it_imports_only_the_standard_library() -> None:
    names = set(re.findall(r"^\s*(?:from|import) (\w+)", Path(verify.__file__).read_text(), flags=re.MULTILINE))
    assert names <= {
        *("__future__", "argparse", "base64", "binascii", "bisect", "datetime", "hashlib", "json", "re", "struct"),
        *("sys", "typing", "zipfile", "zlib"),
    }
