"""Bundles that a maker with the signing key made so that they seem to say more than they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence.bundling import Filter, Signing, members, resigned, sealed, write
from tests.evidence.ledgers import WrittenLedger, WrittenRecord, made
from zenml.evidence import merkle, notes, verify

SIGNING = Signing()


@pytest.fixture(scope="module")
def record() -> WrittenRecord:
    return made(50, 8)


def key_of(record: WrittenRecord) -> verify.Key:
    return verify.parsed_key(notes.key_line(f"zenml-ledger/{record.machine.id}", SIGNING.public))


def bundle(
    path: Path,
    record: WrittenRecord,
    wanted: Filter | None = None,
    *,
    start: dict[str, int] | None = None,
    left_out: dict[str, str] | None = None,
) -> Path:
    return write(path, sealed(members(record, SIGNING, wanted, start=start, left_out=left_out), SIGNING))


def said_of(path: Path, record: WrittenRecord, *previous: Path | str) -> dict[str, verify.Finding]:
    report = verify.judged(str(path), [[key_of(record)]], [str(one) for one in previous])
    return {one.name: one for one in report.verdicts}


def begins_last(ledger: WrittenLedger) -> int:
    """Returns how many events are before the last change of a ledger."""
    return max(at for at, (topic, _) in enumerate(ledger.events) if topic == verify.BEGAN)


def root_at(ledger: WrittenLedger, size: int) -> bytes:
    return merkle.root_of(ledger.leaves[:size])


def note_of(path: Path, ledger: WrittenLedger, size: int) -> Path:
    origin = f"zenml-ledger/{ledger.id}"
    path.write_text(notes.signed(notes.checkpoint_text(origin, size, root_at(ledger, size)), [(origin, SIGNING)]))
    return path


def test_a_bundle_that_starts_late_says_what_is_not_in_it(record: WrittenRecord, tmp_path: Path) -> None:
    machine, ledger = record.ledgers[:2]
    start = {machine.id: len(machine.events), ledger.id: begins_last(ledger)}
    late = bundle(tmp_path / "late.zip", record, start=start)
    alone = said_of(late, record)
    missing = f"Positions 1 to {start[ledger.id]} of ledger {ledger.id} are in the bundle that this one continues"
    for name in ("order", "selection"):
        assert alone[name].state == verify.UNCHECKED
        assert any(sentence.startswith(missing) for sentence in alone[name].sentences)
    assert f"ledger {ledger.id} from position {start[ledger.id] + 1} on" in alone["manifest"].sentences[0]
    together = said_of(late, record, bundle(tmp_path / "old.zip", record))
    assert together["order"].state == together["selection"].state == verify.OK


def test_a_root_that_was_kept_without_a_name_is_compared_where_it_can_be(
    record: WrittenRecord, tmp_path: Path
) -> None:
    machine, ledger = record.ledgers[:2]
    sizes = {len(one.events) for one in record.ledgers[2:]}
    size = len(ledger.events)
    assert size > max(len(machine.events), *sizes)
    late = bundle(tmp_path / "late.zip", record, start={machine.id: len(machine.events)})
    assert said_of(late, record, f"{size}:{bytes(32).hex()}")["extends"].state == verify.BAD
    before = len(machine.events) - 1
    assert said_of(late, record, f"{before}:{bytes(32).hex()}")["extends"].state == verify.UNCHECKED


def test_a_ledger_that_was_not_compared_is_named(record: WrittenRecord, tmp_path: Path) -> None:
    whole, ledger = bundle(tmp_path / "b.zip", record), record.ledgers[1]
    extends = said_of(whole, record, f"2:{root_at(ledger, 2).hex()}")["extends"]
    assert extends.state == verify.UNCHECKED
    for other in (record.machine, record.ledgers[2]):
        assert f"Nothing from before was given of ledger {other.id}" in extends.sentences
    assert ledger.id not in "".join(extends.sentences)
    every = [f"{len(one.events)}:{root_at(one, len(one.events)).hex()}" for one in record.ledgers]
    assert said_of(whole, record, *every)["extends"].state == verify.OK


def test_a_ledger_that_came_later_need_not_be_compared(tmp_path: Path) -> None:
    record = made(51, 4, ("default",))
    old = bundle(tmp_path / "old.zip", record)
    record.add_profile("team")
    assert said_of(bundle(tmp_path / "b.zip", record), record, old)["extends"].state == verify.OK


def test_the_root_of_nothing_is_nothing_to_compare_with(record: WrittenRecord, tmp_path: Path) -> None:
    whole = bundle(tmp_path / "b.zip", record)
    with pytest.raises(verify.Unusable, match="0 events"):
        said_of(whole, record, f"0:{merkle.root_of([]).hex()}")


def test_letters_that_look_alike_are_told_apart(record: WrittenRecord, tmp_path: Path) -> None:
    said = said_of(bundle(tmp_path / "b.zip", record, {"stack": "pr\u043ed"}), record)
    assert r'stack "pr\u043ed"' in said["manifest"].sentences[0]
    assert said["selection"].state == verify.WARNING
    assert said["selection"].sentences == ("nothing is wanted by this filter",)


def test_what_was_kept_of_a_ledger_that_is_elsewhere_is_not_compared(
    record: WrittenRecord, tmp_path: Path
) -> None:
    away = record.ledgers[2]
    part = bundle(tmp_path / "b.zip", record, left_out={away.id: "elsewhere"})
    kept = note_of(tmp_path / "kept.note", away, 2)
    extends = said_of(part, record, kept)["extends"]
    assert extends.state == verify.UNCHECKED
    assert f"The ledger of {kept} is not in this bundle" in extends.sentences
    stranger = note_of(tmp_path / "stranger.note", made(52, 1).ledgers[1], 2)
    assert said_of(part, record, stranger)["extends"].state == verify.BAD


def test_signatures_say_by_which_key_that_was_given(record: WrittenRecord, tmp_path: Path) -> None:
    signatures = said_of(bundle(tmp_path / "b.zip", record), record)["signatures"]
    assert signatures.state == verify.OK
    (sentence,) = signatures.sentences
    assert sentence.startswith(f"the key given as zenml-ledger/{record.machine.id} signed ")
    for label in ("manifest.sig", *(f"ledgers/{ledger.id}/checkpoint" for ledger in record.ledgers)):
        assert label in sentence


def test_a_change_in_several_ledgers_is_counted_once(record: WrittenRecord, tmp_path: Path) -> None:
    assert any(len(began["parts"]) > 1 for began in record.changes.values())
    total = sum(len(ledger.events) for ledger in record.ledgers)
    (sentence,) = said_of(bundle(tmp_path / "b.zip", record), record)["order"].sentences
    assert sentence == f"{total} events in {len(record.changes)} changes, none missing"


def test_a_change_cannot_be_there_twice(tmp_path: Path) -> None:
    record = made(53, 2, ("default",))
    ledger = record.ledgers[1]
    record.change((ledger, "zenml:StackDeleted", {"stack_id": record.new_id(), "name": "prod"}))
    (_, began), (topic, event) = ledger.events[-2:]
    ledger.append(verify.BEGAN, {**began, "prior_root": ledger.tree.root().hex()})
    ledger.append(topic, event)
    order = said_of(bundle(tmp_path / "b.zip", record), record)["order"]
    assert order.state == verify.BAD
    assert f"Change {began['change_id']} begins twice in ledger {ledger.id}" in order.sentences


def test_a_file_of_keys_has_to_have_one_that_signed(record: WrittenRecord, tmp_path: Path) -> None:
    path = bundle(tmp_path / "b.zip", record)
    stranger = verify.parsed_key(notes.key_line("zenml-ledger/another", Signing(3).public))

    def state(*files: list[verify.Key]) -> str:
        return {one.name: one.state for one in verify.judged(str(path), files).verdicts}["signatures"]

    assert state([key_of(record), stranger]) == verify.OK
    assert state([key_of(record)], [stranger]) == verify.BAD


def test_a_checkpoint_is_compared_with_a_bundle_of_its_ledger(record: WrittenRecord, tmp_path: Path) -> None:
    ledger, whole = record.ledgers[1], bundle(tmp_path / "b.zip", record)
    size = len(ledger.events)
    assert said_of(note_of(tmp_path / "new.note", ledger, size), record, whole)["extends"].state == verify.OK
    assert said_of(note_of(tmp_path / "old.note", ledger, 2), record, whole)["extends"].state == verify.BAD
    stranger = note_of(tmp_path / "x.note", made(52, 1).ledgers[1], 2)
    assert said_of(stranger, record, whole)["extends"].state == verify.UNCHECKED


def test_tables_for_people_are_said_to_be_the_makers_words(record: WrittenRecord, tmp_path: Path) -> None:
    data = members(record, SIGNING)
    plain = said_of(write(tmp_path / "b.zip", sealed(data, SIGNING)), record)
    assert "report.html" not in plain["files"].sentences[0]
    told = said_of(write(tmp_path / "b.zip", sealed({**data, "report.html": b"all is well"}, SIGNING)), record)
    assert told["files"].sentences[0].endswith("; not compared with the record: report.html")


def test_roots_are_named_and_can_be_kept(record: WrittenRecord, tmp_path: Path) -> None:
    path = bundle(tmp_path / "b.zip", record)
    root = said_of(path, record)["root"]
    for ledger in record.ledgers:
        times = [event["time"] for topic, event in ledger.events if topic == verify.BEGAN]
        kept = f"{len(ledger.events)}:{ledger.tree.root().hex()}"
        assert f"ledger {ledger.id}: {kept}, changes from {times[0]} to {times[-1]}" in root.sentences
        assert said_of(path, record, kept)["extends"].state != verify.BAD


def test_without_a_key_the_last_sentence_says_so(record: WrittenRecord, tmp_path: Path) -> None:
    path = bundle(tmp_path / "b.zip", record)
    assert verify.judged(str(path)).sentence().endswith(" Nobody's signature was checked.")
    assert "Nobody" not in verify.judged(str(path), [[key_of(record)]]).sentence()


def test_a_manifest_without_its_seal_again_is_not_passed_over(record: WrittenRecord, tmp_path: Path) -> None:
    data = resigned(sealed(members(record, SIGNING), SIGNING), Signing(9))
    assert said_of(write(tmp_path / "b.zip", data), record)["signatures"].state == verify.BAD
