"""Bundles, keys and kept files that were made to mislead other programs, to crash verify.py or to keep it busy."""

from __future__ import annotations

import io
import json
import random
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.bundling import Members, Signing, members, sealed, text, write
from tests.evidence.ledgers import WrittenRecord, made
from tests.support.sizes import ALTERED, FULL
from zenml.evidence import notes, verify

SIGNING = Signing()


@pytest.fixture(scope="module")
def record() -> WrittenRecord:
    record = made(54, 3, ("default",))
    values = [{"field": "/parameters/path", "position": 1}]
    record.change((record.ledgers[1], "zenml:ValueRedacted", {"values": values, "reason": None}))
    return record


@pytest.fixture(scope="module")
def data(record: WrittenRecord) -> Members:
    return sealed({**members(record, SIGNING), "report.html": b"<p>all</p>" * 9}, SIGNING)


def bad(path: Path) -> list[str]:
    return [one.name for one in verify.judged(str(path)).verdicts if one.state == verify.BAD]


def zipped(
    data: Members,
    shape: Callable[[zipfile.ZipInfo], None] = lambda _: None,
    file: Any = None,
    *,
    large: bool = False,
) -> bytes:
    """Returns a zip of which each member is as a function makes it, written to a file that may be a stream."""
    target = io.BytesIO()
    with zipfile.ZipFile(file(target) if file else target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in data.items():
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100600 << 16
            shape(info)
            with archive.open(info, "w", force_zip64=large) as member:
                member.write(content)
    return target.getvalue()


class Stream:
    """A file that cannot be moved within, so that sizes come after the members."""

    def __init__(self, file: io.BytesIO) -> None:
        self.write, self.flush = file.write, file.flush


def with_another_path(info: zipfile.ZipInfo) -> None:
    if info.filename == "report.html":
        name = b"../../elsewhere.html"
        info.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name


def as_a_link(info: zipfile.ZipInfo) -> None:
    if info.filename == "README.txt":
        info.external_attr = 0o120777 << 16


def with_a_comment(info: zipfile.ZipInfo) -> None:
    info.comment = b"verified"


def stored(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_STORED


def test_a_plain_zip_holds(data: Members, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(zipped(data))
    assert bad(tmp_path / "b.zip") == []


@pytest.mark.parametrize(
    "shape", [with_another_path, as_a_link, with_a_comment, stored], ids=lambda shape: shape.__name__
)
def test_a_member_is_a_file_and_nothing_else(
    data: Members, tmp_path: Path, shape: Callable[[zipfile.ZipInfo], None]
) -> None:
    (tmp_path / "b.zip").write_bytes(zipped(data, shape))
    assert bad(tmp_path / "b.zip") in (["format"], ["files"])


def test_a_zip_has_no_bytes_that_another_program_could_read_otherwise(data: Members, tmp_path: Path) -> None:
    plain, path = zipped(data), tmp_path / "b.zip"
    forged = zipped({"report.html": b"<p>nothing happened</p>"})
    end = len(plain) - 22
    start = int.from_bytes(plain[end + 16 : end + 20], "little")
    moved = struct.pack("<L", start + len(forged))
    first = plain.index(b"report.html")
    for altered in (
        forged + plain,
        plain + forged,
        plain + b"\n",
        plain[:-2] + struct.pack("<H", 8) + b"verified",
        plain[:start] + forged + plain[start : end + 16] + moved + plain[end + 20 :],
        plain[:first] + b"rep0rt.html" + plain[first + 11 :],
        plain[:end] + b"PK\6\6" + bytes(52) + b"PK\6\7" + bytes(16) + plain[end:],
        zipped(data, file=Stream),
        zipped(data, large=True),
    ):
        path.write_bytes(altered)
        assert bad(path) == ["format"]


def test_a_damaged_directory_is_said_in_a_sentence(data: Members, tmp_path: Path) -> None:
    plain, path, chance = zipped(data), tmp_path / "b.zip", random.Random(7)
    start = int.from_bytes(plain[-6:-2], "little")
    places = range(start, len(plain))
    for at in places if FULL else chance.sample(places, 200):
        altered = bytearray(plain)
        altered[at] ^= chance.choice((1, 4, 128, 255))
        path.write_bytes(altered)
        verify.judged(str(path))  # raises nothing
    for at in (start + 42, len(plain) - 6, len(plain) - 10):
        path.write_bytes(plain[:at] + b"\xff\xff\xff\x7f" + plain[at + 4 :])
        assert bad(path) == ["format"]


KINDS: tuple[Any, ...] = (None, True, 0, 1, -1, 2**60, "", "x", [], [1], [[]], [{}], {}, {"c": 1}, {"values": 1})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields the path of each value within a JSON value."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def test_no_field_of_another_type_is_too_much(record: WrittenRecord, data: Members, tmp_path: Path) -> None:
    chance, path = random.Random(8), tmp_path / "b.zip"
    several = dict(sealed(members(record, SIGNING, {"stack": "prod", "actor": "ann", "kind": ["undo"]}), SIGNING))
    found = set()
    cases = []
    for whole in (data, several):
        for name in whole:
            if name == "manifest.json" or name.endswith(".jsonl"):
                for number, line in enumerate(whole[name].splitlines()):
                    every = [*places(json.loads(line))]
                    cases += [(whole, name, number, one, kind) for one in every for kind in KINDS]
    for whole, name, number, where, kind in chance.sample(cases, len(cases) if FULL else ALTERED):
        lines = whole[name].splitlines()
        lines[number] = text(replaced(json.loads(lines[number]), where, kind)).encode()
        altered = {**whole, name: b"".join(line + b"\n" for line in lines)}
        if name != "manifest.json":
            altered = sealed(altered, SIGNING)
        found |= set(bad(write(path, altered)))  # raises nothing
    assert {"format", "root"} <= found


def test_a_redaction_of_something_else_is_refused_or_explains_nothing(
    record: WrittenRecord, data: Members, tmp_path: Path
) -> None:
    name = f"ledgers/{record.ledgers[1].id}/entries.jsonl"
    for kind in KINDS:
        for altered in ({"values": kind}, {"values": [kind]}, {"values": [{"field": kind, "position": 1}]}):
            lines = data[name].splitlines()
            lines[-1] = text({**json.loads(lines[-1]), "event": altered}).encode()
            whole = sealed({**data, name: b"".join(line + b"\n" for line in lines)}, SIGNING)
            assert "root" in bad(write(tmp_path / "b.zip", whole))


def ran(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["verify.py", *words])
    try:
        return verify.main()
    except SystemExit as ended:
        return int(str(ended.code))


def test_what_is_given_to_check_with_is_the_users_mistake(
    record: WrittenRecord,
    data: Members,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path, key = str(write(tmp_path / "b.zip", data)), tmp_path / "key.txt"
    line = notes.key_line(f"zenml-ledger/{record.machine.id}", SIGNING.public)
    key.write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n")
    assert ran(monkeypatch, path, "--key", str(key), "--require", "signatures, content") == 0
    assert ran(monkeypatch, path, "--require", "timestamps") == 2
    assert "timestamps" in capfd.readouterr().err
    kept = tmp_path / "kept.zip"
    for damaged in (b"", b"PK", b"text", Path(path).read_bytes()[:-9]):
        kept.write_bytes(damaged)
        assert ran(monkeypatch, path, "--previous", str(kept)) == 2
        assert "kept.zip" in capfd.readouterr().err
    for mistyped in ("0:" + "0" * 64, "9007199254740992:" + "0" * 64):
        assert ran(monkeypatch, path, "--previous", mistyped) == 2
    key.write_text(line[:-1])
    assert ran(monkeypatch, path, "--key", str(key)) == 2
    assert "key.txt" in capfd.readouterr().err
    key.write_text("".join(f"{notes.key_line('k', Signing(seed).public)}\n" for seed in range(1, 102)))
    assert ran(monkeypatch, path, "--key", str(key)) == 2
    assert "100" in capfd.readouterr().err


def test_a_bundle_brings_a_bounded_number_of_keys_and_signatures(
    record: WrittenRecord, data: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = "".join(f"{notes.key_line('k', Signing(seed).public)}\n" for seed in range(1, 102))
    path = write(tmp_path / "b.zip", sealed({**data, "keys.txt": data["keys.txt"] + keys.encode()}, SIGNING))
    assert bad(path) == ["format"]
    path = write(tmp_path / "b.zip", sealed({**data, "keys.txt": data["keys.txt"] * 15_000}, SIGNING))
    assert bad(path) == ["format"]
    monkeypatch.setattr(verify, "_MAX_CHECKED", 2)
    assert bad(write(tmp_path / "b.zip", data)) == ["format"]


def test_a_filter_is_bounded(record: WrittenRecord, tmp_path: Path) -> None:
    with pytest.raises(verify.Malformed):
        verify.Scope({"kind": ["a"] * 1001})
    verify.Scope({"kind": [str(number) for number in range(1000)]})


def test_findings_are_counted_and_the_first_are_kept() -> None:
    report = verify.Report()
    report.asks(("order",))
    for number in range(100_000):
        report.bad("order", f"{number} {'long ' * 1000}")
    (finding,) = report.verdicts
    assert len(finding.sentences) == 21
    assert finding.sentences[-1] == "and 99980 more"
    assert max(map(len, finding.sentences)) < 2100
    assert sum(len(sentence) for said in report._said["order"].values() for sentence in said) < 50_000


def peak(path: Path) -> int:
    """Returns how many bytes verify.py held at most."""
    tracemalloc.start()
    try:
        verify.judged(str(path))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def swollen(record: WrittenRecord, entries: list[dict[str, Any]], opened: list[dict[str, Any]]) -> Members:
    """Returns a bundle whose profile's ledger has these lines."""
    ledger = record.ledgers[1].id
    whole = members(record, SIGNING)
    manifest = json.loads(whole["manifest.json"])
    manifest["ledgers"][1]["size"] = len(entries)
    whole["manifest.json"] = text(manifest).encode()
    for name, lines in (("entries", entries), ("opened", opened)):
        whole[f"ledgers/{ledger}/{name}.jsonl"] = "".join(f"{text(line)}\n" for line in lines).encode()
    whole["README.txt"] = random.Random(1).randbytes(1 << 20)  # so that all else may be large
    return sealed(whole, SIGNING)


def test_memory_is_bounded_however_long_names_are(record: WrittenRecord, tmp_path: Path) -> None:
    count = 350
    event = {"A" * 28_000: [{"c": "0" * 64}] * count}
    ledger = record.ledgers[1].id
    entries = [{"event": event, "ledger": ledger, "position": at, "topic": "x"} for at in range(1, 9)]
    opened = [{"position": at, "values": [{"redacted": True}] * count} for at in range(1, 9)]
    assert peak(write(tmp_path / "b.zip", swollen(record, entries, opened))) < 3 * count * 28_000


@pytest.mark.slow
def test_memory_is_bounded_however_many_parts_changes_have(record: WrittenRecord, tmp_path: Path) -> None:
    ledger = record.ledgers[1]
    parts = [{"count": 1, "ledger_id": f"{number:x}"} for number in range(1300)]
    parts += [{"count": 0, "ledger_id": one.id} for one in record.ledgers]
    entries = []
    for number in range(60):
        began = {**json.loads(ledger.entry(1))["event"], "parts": parts, "count": 0, "kind": "x"}
        began["change_id"] = f"{number:08x}-0000-0000-0000-000000000000"
        entries.append({"event": began, "ledger": ledger.id, "position": number + 1, "topic": verify.BEGAN})
    assert peak(write(tmp_path / "b.zip", swollen(record, entries, []))) < 60 * 1300 * 50
