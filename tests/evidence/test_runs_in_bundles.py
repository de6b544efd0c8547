"""What verify.py says of the runs in a bundle: of whole ones, and of what somebody altered who has the key."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.evidence.bundling import Filter, Members, Signing, members, sealed, text, write
from tests.evidence.ledgers import WrittenLedger, WrittenRecord, made
from tests.support.pythons import interpreter
from zenml.evidence import notes, verify
from zenml.evidence.merkle import root_of

SIGNING = Signing()


class Ran(WrittenRecord):
    """A record of two profiles, in which runs of one go on, and those of the other were closed."""

    def __init__(self) -> None:
        super().__init__(7)
        for name in ("default", "team"):
            self.add_profile(name)
        self.default, self.team = self.of_profiles
        self.open, self.closed = self.begin_runs(self.default), self.begin_runs(self.team, 2025)
        for number in range(4):
            self.grow(3)
            self.run(self.open, f"run {number}")
            self.run(self.closed)
        self.close_runs(self.closed, 2025)


@pytest.fixture
def ran() -> Ran:
    return Ran()


def said(record: WrittenRecord, path: Path, made_of: Members, *previous: str) -> dict[str, verify.Finding]:
    key = verify.parsed_key(notes.key_line(f"zenml-ledger/{record.machine.id}", SIGNING.public))
    report = verify.judged(str(write(path / "b.zip", sealed(made_of, SIGNING))), [[key]], previous)
    return {one.name: one for one in report.verdicts}


def bad(found: dict[str, verify.Finding]) -> list[str]:
    return [name for name, one in found.items() if one.state == verify.BAD]


def test_runs_are_checked_with_the_rest(ran: Ran, tmp_path: Path) -> None:
    found = said(ran, tmp_path, members(ran, SIGNING, withheld=("command", "host")))
    assert bad(found) == []
    assert found["runs"] == verify.Finding(
        "runs", verify.OK, ("8 runs began as of what the ledgers of their profiles had",)
    )
    assert found["order"].sentences[0].endswith(" changes, 16 of runs, none missing")
    roots = [sentence for sentence in found["root"].sentences if ", runs from 2026-11-30T00:00:00" in sentence]
    assert len(roots) == 2
    beginnings = sum(topic == verify.BEGAN for one in ran.ledgers for topic, _ in one.events)
    assert f": {beginnings + 8} command, {beginnings + 8} host" in found["redaction"].sentences[0]
    assert found["selection"].sentences[0].startswith(f"{sum(len(one.events) for one in ran.ledgers)} of ")


def test_a_record_without_runs_says_so(tmp_path: Path) -> None:
    record = made(3, 4)
    assert said(record, tmp_path, members(record, SIGNING))["runs"].sentences == ("there are none",)


def test_the_runs_of_one_profile_come_with_it(ran: Ran, tmp_path: Path) -> None:
    left_out = {ran.team.id: "unwanted"}
    record = ran
    record.runs = record.runs[:1]
    found = said(record, tmp_path, members(record, SIGNING, {"profile": "default"}, left_out=left_out))
    assert bad(found) == []
    assert found["runs"].sentences == ("4 runs began as of what the ledgers of their profiles had",)


@pytest.mark.parametrize("wanted", [{"stack": "prod"}, {"since": "2026-11-01T01:00:00.000000Z"}, {"actor": "ann"}])
def test_a_narrower_bundle_has_no_runs_and_says_so(ran: Ran, tmp_path: Path, wanted: Filter) -> None:
    found = said(ran, tmp_path, members(ran, SIGNING, wanted))
    assert bad(found) == []
    assert found["runs"].state == verify.UNCHECKED
    assert found["runs"].sentences == ("the filter is narrower than a profile: runs are in no such bundle",)
    every = members(ran, SIGNING)
    manifest = json.loads(every["manifest.json"]) | {"filter": {"profile": "default", **wanted}}
    assert "runs" in bad(said(ran, tmp_path, {**every, "manifest.json": text(manifest).encode()}))


def altered(ran: Ran, path: Path, name: str, change: Callable[[list[bytes]], list[bytes]]) -> list[str]:
    """Returns what is bad where somebody changed the lines of a file of the runs that go on."""
    data, file = members(ran, SIGNING), f"ledgers/{ran.open.id}/{name}"
    lines = data[file].splitlines(keepends=True)
    assert change(lines) != lines
    return bad(said(ran, path, {**data, file: b"".join(change(lines))}))


def test_altered_cut_and_swapped_runs_are_found(ran: Ran, tmp_path: Path) -> None:
    def entries(change: Callable[[list[bytes]], list[bytes]]) -> list[str]:
        return altered(ran, tmp_path, "entries.jsonl", change)

    one, other = b'"outcome":"succeeded"', b'"outcome":"failed"'
    assert entries(lambda lines: [line.replace(one, other) for line in lines]) == ["root"]
    assert entries(lambda lines: lines[:-2]) == ["order"]
    assert {"order", "root"} <= set(entries(lambda lines: lines[2:]))
    assert {"order", "root"} <= set(entries(lambda lines: [*lines[2:4], *lines[:2], *lines[4:]]))
    assert "order" in entries(lambda lines: [*lines, lines[-1]])


def test_altered_and_missing_values_of_runs_are_found(ran: Ran, tmp_path: Path) -> None:
    def opened(change: Callable[[list[bytes]], list[bytes]]) -> list[str]:
        return altered(ran, tmp_path, "opened.jsonl", change)

    assert opened(lambda lines: [line.replace(b"train.sh", b"other.sh") for line in lines]) == ["content"]
    assert opened(lambda lines: lines[1:]) == ["selection"]
    assert opened(lambda lines: [line.replace(b"[{", b'[{"redacted":true},{', 1) for line in lines]) == ["content"]


def test_what_is_missing_of_runs_is_a_form_that_no_bundle_has(ran: Ran, tmp_path: Path) -> None:
    data = members(ran, SIGNING)
    for name in ("entries.jsonl", "opened.jsonl", "checkpoint"):
        less = {file: one for file, one in data.items() if file != f"ledgers/{ran.open.id}/{name}"}
        assert "format" in bad(said(ran, tmp_path, less))


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("position", "with another root than it had there"),
        ("root", "with another root than it had there"),
        ("beyond", "of a ledger of"),
        ("profile", "is not one of the profile's whose ledger is"),
        ("nowhere", "is not one of the profile's whose ledger is"),
    ],
)
def test_a_run_that_names_what_its_profile_never_had_is_found(
    ran: Ran, tmp_path: Path, what: str, words: str
) -> None:
    end, root = len(ran.default.events), ran.default.tree.root().hex()
    fields: dict[str, dict[str, Any]] = {
        "position": {"position": end - 1},
        "root": {"root": bytes(32).hex()},
        "beyond": {"position": end + 2},
        "profile": {
            "profile_ledger_id": ran.team.id,
            "position": len(ran.team.events),
            "root": ran.team.tree.root().hex(),
        },
        "nowhere": {"profile_ledger_id": ran.new_id()},
    }
    ran.run(ran.open, position=end, root=root)
    ran.run(ran.open, position=end - 1, root=root_of(ran.default.leaves[: end - 1]).hex())  # within a change
    assert bad(said(ran, tmp_path, members(ran, SIGNING))) == []
    ran.run(ran.open, **fields[what])
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    assert words in found["runs"].sentences[0]
    assert f"position {len(ran.open.events) - 1} of ledger {ran.open.id}" in found["runs"].sentences[0]


def test_a_root_that_runs_never_had_before_one_is_found(ran: Ran, tmp_path: Path) -> None:
    ran.run(ran.open, prior_root=bytes(32).hex())
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["root"]


def test_runs_beyond_a_restored_backup_are_counted(ran: Ran, tmp_path: Path) -> None:
    size = len(ran.default.events)
    ran.run(ran.open, position=size + 3, root=bytes(32).hex())
    accepted = {"size": size, "seen_size": size + 3, "root": "", "seen_root": "", "reason": None}
    ran.change((ran.default, "zenml:HistoryAccepted", accepted), kind="evidence")
    ran.grow(10)
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == []
    assert found["runs"].state == verify.UNCHECKED
    assert found["runs"].sentences == ("1 runs name a part of a ledger that a restored backup lacks",)


def test_closed_runs_end_where_they_were_closed(ran: Ran, tmp_path: Path) -> None:
    ran.run(ran.closed)
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    assert (
        f"Ledger {ran.closed.id} does not end as it did when it was closed, with 8 events"
        in found["runs"].sentences
    )


def test_closed_runs_that_were_written_anew_are_found(ran: Ran, tmp_path: Path) -> None:
    other = WrittenLedger(ran.closed.id, "runs")
    ran.runs[1] = ran.team, other
    for _ in range(4):
        ran.run(other, "another")
    assert bad(said(ran, tmp_path, members(ran, SIGNING))) == ["runs"]


def test_runs_that_are_left_out_are_named(ran: Ran, tmp_path: Path) -> None:
    for why, state in (("elsewhere", verify.UNCHECKED), ("unwanted", verify.BAD)):
        found = said(ran, tmp_path, members(ran, SIGNING, left_out={ran.closed.id: why}))
        assert found["runs"].state == state
        assert found["runs"].sentences == (
            f"The runs in ledger {ran.closed.id}, which the filter concerns, are not here",
        )


def test_runs_that_only_one_side_names_are_found(ran: Ran, tmp_path: Path) -> None:
    profile, runs = ran.runs.pop()
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    assert f"The ledger {profile.id} has runs of 2025, {runs.id}, which the manifest does not mention" in (
        found["runs"].sentences
    )
    stranger = WrittenLedger(ran.new_id(), "runs")
    ran.runs += [(profile, runs), (profile, stranger)]
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert found["runs"].sentences == (f"No ledger here says that {stranger.id} has its runs",)


def test_runs_of_one_year_are_not_those_of_another_profile(ran: Ran, tmp_path: Path) -> None:
    named = {"runs_ledger_id": ran.open.id, "year": 2026}
    ran.change((ran.team, "zenml:RunsLedgerBegan", named), kind="runs")
    assert bad(said(ran, tmp_path, members(ran, SIGNING))) == ["runs"]


def test_a_change_among_runs_is_found(ran: Ran, tmp_path: Path) -> None:
    ran.change((ran.open, "zenml:FlavorDeleted", {"name": "x"}))
    assert "order" in bad(said(ran, tmp_path, members(ran, SIGNING)))


def test_a_blank_value_of_a_run_is_named_by_an_event(ran: Ran, tmp_path: Path) -> None:
    ran.redact_of_run(ran.open, 1, "command")
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == []
    assert "1 redacted" in found["redaction"].sentences[0]
    topic, last = ran.open.events[2]
    ran.open.events[2] = topic, {**last, "origin": verify.committed(last["origin"])}
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["redaction"]
    assert "No event says that /origin at position 3" in found["redaction"].sentences[0]


def test_only_some_values_of_a_run_can_be_withheld(ran: Ran, tmp_path: Path) -> None:
    data, name = members(ran, SIGNING, withheld=("host",)), f"ledgers/{ran.open.id}/opened.jsonl"
    lines = [json.loads(line) for line in data[name].splitlines()]
    for line in lines:
        line["values"] = [{"withheld": "host"} for _ in line["values"]]
    data[name] = "".join(f"{text(line)}\n" for line in lines).encode()
    found = said(ran, tmp_path, data)
    assert bad(found) == ["redaction"]
    assert (
        f"/command at position 1 of ledger {ran.open.id} cannot be withheld as host"
        in found["redaction"].sentences
    )


def test_runs_are_continued(ran: Ran, tmp_path: Path) -> None:
    old = write(tmp_path / "old.zip", sealed(members(ran, SIGNING), SIGNING))
    start = {ledger.id: len(ledger.events) for ledger in ran.ledgers}
    ran.run(ran.open)
    later = ran.begin_runs(ran.team, 2026)
    ran.run(later)
    data = members(ran, SIGNING, start=start)
    found = said(ran, tmp_path, data, str(old))
    assert bad(found) == []
    assert found["extends"].state == found["runs"].state == verify.OK
    assert found["runs"].sentences == ("2 runs began as of what the ledgers of their profiles had",)
    alone = said(ran, tmp_path, data)
    assert bad(alone) == []
    assert alone["runs"].state == verify.UNCHECKED
    kept = f"{start[ran.open.id]}:{bytes(32).hex()}"
    assert said(ran, tmp_path, members(ran, SIGNING), kept)["extends"].state == verify.BAD


def test_runs_that_were_not_in_the_earlier_bundle_are_not_compared(ran: Ran, tmp_path: Path) -> None:
    left_out = {ran.open.id: "elsewhere"}
    old = write(tmp_path / "old.zip", sealed(members(ran, SIGNING, left_out=left_out), SIGNING))
    found = said(ran, tmp_path, members(ran, SIGNING), str(old))
    assert found["extends"].sentences == (f"Nothing from before was given of ledger {ran.open.id}",)


def test_events_of_runs_that_cannot_be_read_are_refused(ran: Ran, tmp_path: Path) -> None:
    for fields in ({"position": -1}, {"root": "x"}, {"prior_root": None}, {"time": "now"}):
        record = Ran()
        record.open.append("zenml:RunStarted", {**record.open.events[0][1], **fields})
        assert "format" in bad(said(record, tmp_path, members(record, SIGNING)))


def test_what_only_an_earlier_bundle_has_is_not_checked(ran: Ran, tmp_path: Path) -> None:
    position, root = len(ran.default.events), ran.default.tree.root().hex()
    ran.grow(8)
    start = {ledger.id: len(ledger.events) for ledger in ran.ledgers}
    assert start[ran.default.id] > position
    ran.run(ran.open, position=position, root=root)
    alone = said(ran, tmp_path, members(ran, SIGNING, start=start))
    assert bad(alone) == []
    assert "1 runs name a part of a ledger that is in an earlier bundle" in alone["runs"].sentences
    assert f"No ledger here says that {ran.open.id} has its runs" in alone["runs"].sentences
    without = made(4, 4)
    ends = {ledger.id: len(ledger.events) for ledger in without.ledgers}
    without.grow(3)
    found = said(without, tmp_path, members(without, SIGNING, start=ends))
    assert found["runs"] == verify.Finding(
        "runs", verify.UNCHECKED, ("what is here names no runs; an earlier bundle may",)
    )


def test_a_manifest_has_runs_last(ran: Ran, tmp_path: Path) -> None:
    data = members(ran, SIGNING)
    manifest = json.loads(data["manifest.json"])
    first, *others = manifest["ledgers"]
    manifest["ledgers"] = [first, *reversed(others)]
    found = said(ran, tmp_path, {**data, "manifest.json": text(manifest).encode()})
    assert bad(found) == ["format"]


def test_runs_that_name_too_many_positions_are_refused(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_MAX_POINTS", 2)
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert found["format"].sentences == ("Runs name more than 2 positions",)


def accept(ran: Ran, size: int, seen_size: int) -> None:
    accepted = {"size": size, "seen_size": seen_size, "root": "", "seen_root": "", "reason": None}
    ran.change((ran.default, "zenml:HistoryAccepted", accepted), kind="evidence")


def test_what_restored_backups_lack_is_merged(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_MAX_RANGES", 1)
    lost = len(ran.default.events) + 1000
    for seen in (lost - 3, lost, lost - 1, lost + 4):
        accept(ran, seen - 4, seen)
    accept(ran, lost, lost)  # lacks nothing
    ran.run(ran.open, position=lost - 7, root=bytes(32).hex())  # the one before them
    assert said(ran, tmp_path, members(ran, SIGNING))["runs"].state == verify.BAD
    accept(ran, lost - 8, lost - 4)
    ran.run(ran.open, position=lost + 4, root=bytes(32).hex())
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == []
    assert found["runs"].sentences == ("2 runs name a part of a ledger that a restored backup lacks",)
    accept(ran, lost + 10, lost + 20)
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert found["format"].sentences == (f"Restored backups of ledger {ran.default.id} lack more than 1 parts",)


def test_ranges_have_what_was_added_and_nothing_else() -> None:
    random = Random(7)
    for _ in range(200):
        ranges, positions = verify.Ranges(), set[int]()
        for _ in range(random.randrange(12)):
            first = random.randrange(60)
            last = first + random.randrange(-2, 9)
            ranges.add(first, last)
            positions.update(range(first, last + 1))
        assert [position for position in range(80) if position in ranges] == sorted(positions)
        assert len(ranges) == sum(position - 1 not in positions for position in positions)


class Counted(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) < other

    def __le__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) <= other

    def __gt__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) > other

    def __ge__(self, other: int) -> bool:
        Counted.compared += 1
        return int(self) >= other


class Sized(dict[int, str]):
    """A dictionary that counts how often somebody asks for its length."""

    asked = 0

    def __len__(self) -> int:
        Sized.asked += 1
        return super().__len__()


def test_a_run_costs_the_same_however_much_the_ledgers_of_profiles_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = made(2, 2)
    for number in range(20):
        record.add_profile(f"p{number}")
    profile = record.of_profiles[0]
    runs = record.begin_runs(profile)
    beyond = len(profile.events) + 10_000
    for number in range(300):  # ranges that do not touch
        accepted = {"size": beyond + 9 * number, "seen_size": beyond + 9 * number + 2, "root": "", "seen_root": ""}
        record.change((profile, "zenml:HistoryAccepted", {**accepted, "reason": None}), kind="evidence")
    for number in range(30):
        record.run(runs, position=beyond + 9 * (270 + number) + 1, root=bytes(32).hex())
    learn, take_run = verify.RunsExamination.learn, verify.RunsExamination.take_run

    def learn_counting(self: verify.RunsExamination, entry: verify.LogEntry) -> None:
        for ledger_id, roots in self._roots.items():
            self._roots[ledger_id] = roots if isinstance(roots, Sized) else Sized(roots)
        learn(self, entry)

    def take_counting(
        self: verify.RunsExamination, ledger: verify.BundledLedger, entry: verify.LogEntry, tree: verify.Tree
    ) -> None:
        event = {**entry.event, "position": Counted(entry.event.get("position", 0))}
        take_run(self, ledger, entry._replace(event=event), tree)

    monkeypatch.setattr(verify.RunsExamination, "learn", learn_counting)
    monkeypatch.setattr(verify.RunsExamination, "take_run", take_counting)
    found = said(record, tmp_path, members(record, SIGNING))
    assert bad(found) == []
    assert found["runs"].sentences == ("30 runs name a part of a ledger that a restored backup lacks",)
    assert 30 <= Counted.compared <= 30 * 12
    assert Sized.asked <= 30 * 2


class Walked(list[verify.BundledLedger]):
    """A list that counts how often somebody goes through it."""

    walked = 0

    def __iter__(self) -> Iterator[verify.BundledLedger]:
        Walked.walked += 1
        return super().__iter__()


def test_a_ledger_costs_the_same_however_many_an_earlier_bundle_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = made(2, 2)
    for number in range(20):
        record.add_profile(f"p{number}")
        record.run(record.begin_runs(record.of_profiles[-1]))
    old = write(tmp_path / "old.zip", sealed(members(record, SIGNING), SIGNING))
    start = {ledger.id: len(ledger.events) for ledger in record.ledgers}
    record.grow(3)
    read, may_be_of, asked = verify.Bundle._read_manifest, verify.Examination._may_be_of, list[str]()

    def read_counting(self: verify.Bundle) -> None:
        read(self)
        self.ledgers = Walked(self.ledgers)

    def counting(self: verify.Examination, kept: verify.KeptRoot, ledger: verify.BundledLedger) -> bool:
        asked.append(ledger.id)
        return may_be_of(self, kept, ledger)

    monkeypatch.setattr(verify.Bundle, "_read_manifest", read_counting)
    monkeypatch.setattr(verify.Examination, "_may_be_of", counting)
    found = said(record, tmp_path, members(record, SIGNING, start=start), str(old))
    assert bad(found) == []
    assert found["extends"].state == verify.OK
    assert len(start) > 40
    assert len(asked) == 2 * len(start)
    assert Walked.walked < 10


def say_closed(ran: Ran, runs_id: str, size: int, root: str, year: int = 2025) -> None:
    event = {"runs_ledger_id": runs_id, "year": year, "size": size, "root": root}
    ran.change((ran.team, "zenml:RunsLedgerClosed", event), kind="evidence")


@pytest.mark.parametrize("is_cut", [False, True])
def test_the_first_closing_of_runs_counts(ran: Ran, tmp_path: Path, is_cut: bool) -> None:
    """Whoever may append to a profile's ledger could else take the end of a year back, and say another."""
    if is_cut:
        cut = WrittenLedger(ran.closed.id, "runs")
        for topic, event in ran.closed.events[:6]:
            cut.append(topic, event)
        ran.runs[1] = ran.team, cut
        say_closed(ran, cut.id, len(cut.events), cut.tree.root().hex())
    else:
        say_closed(ran, ran.closed.id, 2, bytes(32).hex())
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    again, *rest = found["runs"].sentences
    where = f"Position {len(ran.team.events)} of ledger {ran.team.id}"
    assert again == f"{where} closes the runs of 2025, which were closed before"
    differs = f"Ledger {ran.closed.id} does not end as it did when it was closed, with 8 events"
    assert rest == [differs] * is_cut


def test_closed_runs_do_not_begin_again(ran: Ran, tmp_path: Path) -> None:
    other = WrittenLedger(ran.new_id(), "runs")
    ran.runs.append((ran.team, other))
    for runs_id in (ran.closed.id, other.id):
        ran.change((ran.team, "zenml:RunsLedgerBegan", {"runs_ledger_id": runs_id, "year": 2025}), kind="runs")
    say_closed(ran, other.id, 0, verify.Tree().root().hex())
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    does = ("begins", "begins", "closes")
    assert [sentence.partition(f"{ran.team.id} ")[2] for sentence in found["runs"].sentences] == [
        f"{one} the runs of 2025, which were closed before" for one in does
    ]


def test_runs_of_a_year_are_in_one_ledger(ran: Ran, tmp_path: Path) -> None:
    other = WrittenLedger(ran.new_id(), "runs")
    ran.runs.append((ran.default, other))
    named = {"runs_ledger_id": other.id, "year": 2026}
    ran.change((ran.default, "zenml:RunsLedgerBegan", named), kind="runs")
    end = {**named, "size": 0, "root": verify.Tree().root().hex()}
    ran.change((ran.default, "zenml:RunsLedgerClosed", end), kind="evidence")
    found = said(ran, tmp_path, members(ran, SIGNING))
    assert bad(found) == ["runs"]
    assert [sentence.partition(f"{ran.default.id} ")[2] for sentence in found["runs"].sentences] == [
        "begins the runs of 2026, which began before",
        f"closes the runs of 2026 in a ledger that does not have them, {other.id}",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_it_takes_nothing_but_python(ran: Ran, tmp_path: Path, version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} is not here")
    path = write(tmp_path / "b.zip", sealed(members(ran, SIGNING), SIGNING))
    (tmp_path / "verify.py").write_bytes(Path(verify.__file__).read_bytes())
    command = [python, "-I", "-W", "error", "verify.py", str(path), "--require", "runs,root,order"]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "runs        ok           8 runs began as of" in done.stdout
