"""What is said of a ledger with each kind of damage, word for word: verified, and exported whole and in part.

``python -m tests.pins.test_damaged_ledgers`` writes the kept answers again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.tampering import Stored, Tampering
from zenml.audit.entries import EntryActor, EntryOrigin
from zenml.audit.export import Export, Occasion
from zenml.audit.failed_attempts import Attempts
from zenml.audit.formats import jsonl
from zenml.audit.record import RecordStream
from zenml.evidence import canonical
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.verification import Verification, verify
from zenml.projections import database as files
from zenml.stores.local import LocalStore

KEPT = Path(__file__).with_name("damaged_ledgers.json")
LEDGERS = Path(__file__).parents[1] / "stored_ledgers"
MACHINE, PROFILE = "e3315918-b874-4a6b-8f06-6341965f284b", "3ba131c2-403c-4a44-ab8c-f6a9f2666f33"
OCCASION = Occasion(
    "00000000-0000-4000-8000-000000000000",
    "jsonl",
    "2026-11-18T09:00:00.000000Z",
    EntryActor("ann", "person", "operating system user"),
    EntryOrigin("laptop", None, None, "1", None),
    {"everything": True},
)


def texts() -> dict[str, Callable[[Stored], bytes]]:
    """Returns other texts for an event, by name."""

    def canon(event: Stored, **fields: Any) -> bytes:
        return canonical.text({**event.fields, **fields}).encode()

    def raw(event: Stored, member: str) -> bytes:
        return canon(event)[:-1] + b"," + member.encode() + b"}"

    return {
        "spaces": lambda event: json.dumps(event.fields).encode(),
        "a space at its end": lambda event: canon(event) + b" ",
        "not UTF-8": lambda event: b"\xff",
        "not JSON": lambda event: b"no JSON",
        "empty": lambda event: b"",
        "a byte order mark": lambda event: b"\xef\xbb\xbf" + canon(event),
        "a list": lambda event: b"[]",
        "a key twice": lambda event: raw(event, '"z":1,"z":2'),
        "half a pair": lambda event: raw(event, '"z":"\\ud800"'),
        "an escape that is not needed": lambda event: raw(event, '"z":"\\u0041"'),
        "an integer too large": lambda event: raw(event, '"z":9007199254740993'),
        "an integer that rounds to itself": lambda event: raw(event, '"z":9007199254740992'),
        "an integer beyond 64 bits": lambda event: raw(event, '"z":123456789012345678901234567890'),
        "a number beyond the doubles": lambda event: raw(event, '"z":1e999'),
        "not a number": lambda event: raw(event, '"z":NaN'),
        "a float": lambda event: raw(event, '"z":1.5'),
        "a float without a fraction": lambda event: raw(event, '"z":1.0'),
        "minus zero": lambda event: raw(event, '"z":-0'),
        "nested": lambda event: b'{"a":' * 400 + b"1" + b"}" * 400,
        "nested too deeply": lambda event: b'{"a":' * 9000 + b"1" + b"}" * 9000,
        "a wrong salt": lambda event: raw(event, '"z":{"s":"x","v":"1"}'),
        "a wrong commitment": lambda event: raw(event, '"z":{"c":"x"}'),
        "one key more": lambda event: raw(event, '"z":1'),
        "no fields": lambda event: b"{}",
        "a number as the root": lambda event: canon(event, prior_root=1),
        "another root": lambda event: canon(event, prior_root="0" * 64),
        "a root that is not given": lambda event: canon(event, prior_root=None),
        "a text as the count": lambda event: canon(event, count="2"),
        "a larger count": lambda event: canon(event, count=7),
        "a count of nothing": lambda event: canon(event, count=0),
        "a negative count": lambda event: canon(event, count=-1),
        "another time": lambda event: canon(event, time="2020-01-01T00:00:00.000000Z"),
        "another change": lambda event: canon(event, change_id="00000000-0000-7000-8000-000000000000"),
    }


ROWS = {
    "nothing": "UPDATE heads SET size = size",
    "another topic": "UPDATE stored_events SET topic = 'zenml:StackDeleted' WHERE rowid = {fact}",
    "a topic that is not known": "UPDATE stored_events SET topic = 'zenml:Invented' WHERE rowid = {fact}",
    "a beginning of another topic": "UPDATE stored_events SET topic = 'zenml:Invented' WHERE rowid = {began}",
    "a fact that is a beginning": "UPDATE stored_events SET topic = 'zenml:ChangeBegan' WHERE rowid = {fact}",
    "no beginning": "DELETE FROM stored_events WHERE rowid = {began}",
    "no fact": "DELETE FROM stored_events WHERE rowid = {fact}",
    "no last fact": "DELETE FROM stored_events WHERE rowid = {last}",
    "no change": "DELETE FROM stored_events WHERE rowid BETWEEN {began} AND {last}",
    "a gap over changes": "DELETE FROM stored_events WHERE rowid BETWEEN {fact} AND {last} + 1",
    "no first event": "DELETE FROM stored_events WHERE rowid = 1",
    "no last event": "DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)",
    "no events": "DELETE FROM stored_events",
    "position zero": "UPDATE stored_events SET originator_version = 0 WHERE rowid = 1",
    "a negative position": "UPDATE stored_events SET originator_version = -3 WHERE rowid = {fact}",
    "a position far away": "UPDATE stored_events SET originator_version = 1000 WHERE rowid = {fact}",
    "a row at the end": "UPDATE stored_events SET rowid = 1000 WHERE rowid = {fact}",
    "a row at the beginning": "UPDATE stored_events SET rowid = -5 WHERE rowid = {fact}",
    "another ledger": "UPDATE stored_events SET originator_id = '{other}', originator_version = 46"
    " WHERE rowid = {last}",
    "not a ledger": "UPDATE stored_events SET originator_id = 'no id' WHERE rowid = {last}",
    "a longer head": "UPDATE heads SET size = size + 2 WHERE ledger_id = '{ledger}'",
    "a shorter head": "UPDATE heads SET size = size - 1 WHERE ledger_id = '{ledger}'",
    "an empty head": "UPDATE heads SET frontier = x'' WHERE ledger_id = '{ledger}'",
    "another head": "UPDATE heads SET frontier = zeroblob(length(frontier)) WHERE ledger_id = '{ledger}'",
    "no head": "DELETE FROM heads WHERE ledger_id = '{ledger}'",
    "a head too many": "INSERT INTO heads VALUES ('00000000-0000-4000-8000-000000000001', 'profile', 3, x'')",
    "two machines": "UPDATE heads SET kind = 'machine'",
    "a newer format": "INSERT INTO ledgers VALUES ('{ledger}', 99, 'here')",
    "no keys": "DELETE FROM keys",
}
"""Statements that damage rows."""


def damages() -> Iterator[tuple[str, Callable[[Tampering], None]]]:
    """Yields each kind of damage, and what does it."""
    for name, text in texts().items():
        for which, offset in (("beginning", 0), ("fact", 1)):
            yield f"{which}: {name}", partial(_other_text, text=text, offset=offset)
    for name, sql in ROWS.items():
        yield f"rows: {name}", partial(_other_rows, sql=sql)
    yield "rows: two facts swapped", partial(_swapped, one=1, other=2)
    yield "rows: beginning and fact swapped", partial(_swapped, one=0, other=1)
    yield "rows: with the next change swapped", partial(_swapped, one=1, other=None)
    yield "forged: a wrong root", _wrong_root
    yield "forged: an event in no change", _in_no_change
    yield "forged: a change cut short", _cut_short


def _middle(tampering: Tampering) -> list[Stored]:
    """Returns a change with three facts, which others follow."""
    return next(change for change in tampering.changes(PROFILE)[1:] if len(change) > 3)


def _other_text(tampering: Tampering, text: Callable[[Stored], bytes], offset: int) -> None:
    event = _middle(tampering)[offset]
    tampering.text(event, text(event))


def _other_rows(tampering: Tampering, sql: str) -> None:
    began, fact, *_, last = _middle(tampering)
    other, (ledger,) = MACHINE.replace("-", ""), {PROFILE}
    rows = {"began": began.rowid, "fact": fact.rowid, "last": last.rowid}
    tampering.run(sql.format(**rows, other=other, ledger=ledger))


def _swapped(tampering: Tampering, one: int, other: int | None) -> None:
    changes = tampering.changes(PROFILE)
    change = _middle(tampering)
    tampering.swap(change[one], changes[changes.index(change) + 1][0] if other is None else change[other])


def _wrong_root(tampering: Tampering) -> None:
    events, position = tampering.events(PROFILE), _middle(tampering)[0].position
    events[position - 1] = events[position - 1].with_fields(prior_root="0" * 64)
    tampering.forge(PROFILE, events, keep_root_at=position)


def _in_no_change(tampering: Tampering) -> None:
    events, position = tampering.events(PROFILE), _middle(tampering)[0].position
    events[position - 1] = events[position - 1].with_fields(count=1)
    tampering.forge(PROFILE, events)


def _cut_short(tampering: Tampering) -> None:
    fact = _middle(tampering)[1].position
    tampering.forge(PROFILE, [event for event in tampering.events(PROFILE) if event.position != fact])


DAMAGES = dict(damages())


def answers(file: Path) -> dict[str, Any]:
    """Returns what verification says of a file, and what its exports hold."""
    with closing(files.connect(str(file))) as database:
        database.execute("BEGIN")
        keyring = Keyring(str(LEDGERS), MasterKey(str(LEDGERS / "v0_1_0.key"), lasting=False), lasting=False)
        told = verify(database, "ledger.db", keyring).document()
        told["verdicts"]["secrets"]["problems"].sort(key=str)  # keys without a secret have no order
        return {
            "heads": [f"{head['ledger'][:4]} {head['size']} {head['root'][:16]}" for head in told["heads"]],
            **{name: _words(verdict) for name, verdict in told["verdicts"].items()},
            "whole": _exported(database, lambda change_id: True),
            "part": _exported(database, lambda change_id: int(change_id[-1:], 16) % 2 == 0, size=30)["sha256"],
        }


def _words(verdict: dict[str, Any]) -> str | list[str]:
    if verdict["problems"]:
        return [f"{(it['ledger'] or '')[:4]} {it['position']}: {it['message']}" for it in verdict["problems"]]
    return str(verdict["note"]).replace(f"{LEDGERS}/", "")


def _exported(
    database: sqlite3.Connection, chosen: Callable[[str], bool], size: int | None = None
) -> dict[str, Any]:
    """Returns the hash of an export, and what it says of its damaged lines and ledgers."""
    record = RecordStream(database, MACHINE, chosen, Attempts([], lambda time: True, ""), lambda done, total: None)
    if size is not None and PROFILE in record.extents:
        record.extents[PROFILE].expect(size, "0" * 64)
    export = Export(OCCASION, record, _never, dict)
    text = "".join(jsonl.text(export))
    *lines, manifest = map(json.loads, text.splitlines())
    return {
        "sha256": sha256(text.encode()).hexdigest(),
        "damaged": [
            f"{line['id'][:4]} {line['position']} {line['outcome']} {line['leaf'][:8]}: {line['message']}"
            for line in lines
            if line["outcome"] != "success"
        ],
        "ledgers": [
            {name: it[name] for name in ("ledger", "events", "left_out", "root", "gaps", "clocks")}
            | {"problems": [f"{found['position']}: {found['message']}" for found in it["problems"]]}
            for it in manifest["ledgers"]
            if it["gaps"] or it["clocks"] or it["problems"]
        ],
    }


def _never() -> Verification:
    raise AssertionError("the export verified the whole record")


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger's file that nobody touched, with views of today."""
    return _sound(tmp_path_factory.mktemp("sound"))


def _sound(folder: Path) -> Path:
    file = folder / "ledger.db"
    shutil.copy(LEDGERS / "v0_1_0.db", file)
    store = LocalStore(str(file), draft=True)
    store.rebuild()
    store.close()
    return file


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_said_of_a_damaged_ledger_stays(name: str, sound: Path, tmp_path: Path) -> None:
    shutil.copy(sound, tmp_path / "ledger.db")
    DAMAGES[name](Tampering(tmp_path / "ledger.db"))
    kept = json.loads(KEPT.read_bytes())[name]
    assert answers(tmp_path / "ledger.db") == kept, (
        "if it is wanted, run python -m tests.pins.test_damaged_ledgers"
    )


if __name__ == "__main__":
    kept = {}
    with tempfile.TemporaryDirectory() as folder:
        untouched = _sound(Path(folder))
        for title, spoil in DAMAGES.items():
            shutil.copy(untouched, copy := Path(folder) / "damaged.db")
            spoil(Tampering(copy))
            kept[title] = answers(copy)
    KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    sys.stdout.write(f"{len(kept)} answers are kept\n")
