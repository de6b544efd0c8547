from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.audit.anchors.logs import Log
from tests.audit.anchors.peers import Witness, ok, server, witness
from tests.ledger.machines import Machine, used
from tests.ledger.tampering import Tampering, lived, tampering
from zenml.anchors.configured import note_last
from zenml.anchors.file import FileAnchor
from zenml.custody import checkpoints, evidence_files
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, LedgerError, NotAllowedError, NotFoundError
from zenml.evidence.verify import Checkpoint, parsed_key, parsed_note, signature_holds

__all__ = ["lived", "tampering", "used"]

COUNTING = "sh -c 'cat >> {0}/notes; echo $ZENML_LEDGER $ZENML_SIZE >> {0}/calls'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "audit"
    path.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], check=True)
    return path


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Witness]:
    with witness(tmp_path / "witness") as made:
        yield made


def _anchors_with_another_value() -> Iterator[Mapping[str, object]]:
    """Yields anchors as they are stored, each with one value that is of no form that was ever written."""
    right = {"name": "n", "kind": "git", "place": "/p", "settings": {"push": "o"}, "last": {}}
    others: list[object] = [None, True, 7, 1.5, float("inf"), float("nan"), "\0", "\ud800", [], [[]], {"a": 1}]
    for field in right:
        yield from ({**right, field: value} for value in others)
    last = ["zenml-ledger/l", 1, "A" * 43 + "="]
    for number, allowed in enumerate((str, int, ())):
        rows = ([*last[:number], value, *last[number + 1 :]] for value in others if type(value) is not allowed)
        yield from ({**right, "last": {"l": row}} for row in rows)
    yield from ({**right, "last": {"l": [last[0], size, last[2]]}} for size in (-1, 2**63, True))


def _states(machine: Machine) -> list[tuple[str, str | None, str]]:
    done = machine.repository().anchor()
    return [(outcome.anchor, outcome.profile, outcome.state) for outcome in done.outcomes]


def _against(machine: Machine) -> dict[str, bool | None]:
    return {one.source: one.verdict.ok for one in machine.repository().verify(anchors=True).against}


def _rewrite(tampering: Tampering, ledger_id: str) -> None:
    """Rewrites an early event of a ledger, so that all its hashes fit."""
    events = tampering.events(ledger_id)
    forged = {**events[0].fields, "time": "2026-01-01T00:00:00.000000Z"}
    tampering.forge(ledger_id, [events[0]._replace(fields=forged), *events[1:]])


def test_every_ledger_goes_to_every_anchor_and_only_what_is_new(
    used: Machine, folder: Path, tmp_path: Path
) -> None:
    here = used.repository()
    here.add_anchor("git", str(folder))
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.add_anchor("command", COUNTING.format(tmp_path), name="counting")
    names = "git-audit", "file-notes", "counting"
    assert [anchor.name for anchor in here.anchors()] == list(names)
    both = (None, "default")
    assert _states(used) == [(name, profile, "handed_over") for name in names for profile in both]
    assert _states(used) == [(name, profile, "unchanged") for name in names for profile in both]
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    assert _states(used) == [
        (name, profile, "handed_over" if profile else "unchanged") for name in names for profile in both
    ]
    assert len((tmp_path / "calls").read_text().splitlines()) == 3
    assert _against(used) == {"git-audit": True, "file-notes": True}


def test_an_anchor_that_was_added_later_gets_what_is_there(used: Machine, folder: Path, tmp_path: Path) -> None:
    here = used.repository()
    here.add_anchor("git", str(folder))
    here.anchor()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    assert {(name, state) for name, _, state in _states(used)} == {
        ("git-audit", "unchanged"),
        ("file-notes", "handed_over"),
    }


def test_one_that_fails_keeps_none_of_the_others_and_is_asked_again(
    used: Machine, folder: Path, tmp_path: Path
) -> None:
    here = used.repository()
    key_line = "witness.test/w1+16b6078b+BM9TCEPBZ/nsX92PafDaRrfmGlBMwIwsfMuP07gxInXv"
    with server(lambda head, body: ok(b"garbage")) as url:
        here.add_anchor("witness", url, vkey=key_line, name="garbage")
        gone = here.add_anchor("witness", "http://127.0.0.1:1", vkey=key_line, name="gone")
        assert gone.place == "http://127.0.0.1:1"
        here.add_anchor("command", "sh -c 'exit 3'", name="failing")
        here.add_anchor("file", str(tmp_path / "notes.jsonl"))
        here.add_anchor("git", str(folder))
        (folder / ".git").rename(folder / "git")
        done = here.anchor()
    assert not done.ok
    assert {(outcome.anchor, outcome.error.code if outcome.error else None) for outcome in done.outcomes} == {
        ("garbage", "witness_false"),
        ("gone", "anchor_unreachable"),
        ("failing", "anchor_command"),
        ("file-notes", None),
        ("git-audit", "not_a_git_repository"),
    }
    (folder / "git").rename(folder / ".git")
    again = {name: state for name, _, state in _states(used)}
    assert again == {
        "garbage": "failed",
        "gone": "failed",
        "failing": "failed",
        "file-notes": "unchanged",
        "git-audit": "handed_over",
    }


def test_what_a_witness_signs_is_in_the_note_that_the_others_get(
    used: Machine, real: Witness, tmp_path: Path
) -> None:
    here = used.repository()
    signed = here.checkpoint_all().signed
    for checkpoint in signed:
        real.knows(checkpoint.origin, checkpoint.key_line)
    real.start()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.add_anchor("witness", real.url, vkey=real.key_line)
    assert here.anchor().ok
    key = parsed_key(real.key_line)
    lines = [json.loads(line) for line in (tmp_path / "notes.jsonl").read_text().splitlines()]
    assert [line["ledger"] for line in lines] == [checkpoint.ledger_id for checkpoint in signed]
    for line in lines:
        note = parsed_note(line["note"].encode())
        assert any(signature_holds(note, signature, key) for signature in note.signatures)
        assert checkpoints.newest(str(used.config), line["ledger"]) == line["note"].encode()
    assert _against(used) == {"file-notes": True, "witness-127.0.0.1": True}
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    assert [outcome.sentence[:8] for outcome in here.anchor().outcomes if outcome.anchor != "file-notes"] == [
        "nothing ",
        "cosigned",
    ]


def test_a_witness_is_recorded_at_most_once_a_day_and_makes_nothing_due(used: Machine, real: Witness) -> None:
    here = used.repository()
    for checkpoint in here.checkpoint_all().signed:
        real.knows(checkpoint.origin, checkpoint.key_line)
    real.start()
    here.add_anchor("witness", real.url, vkey=real.key_line)
    first = here.anchor(record=True)
    assert first.change is not None
    recorded = used.events()[-1]
    assert recorded.topic == "zenml:CheckpointWitnessed"
    assert recorded.fields["ledger_id"] in {outcome.ledger_id for outcome in first.outcomes}
    assert recorded.fields["line"].startswith("\u2014 witness.test/w1 ")
    assert {state for _, _, state in _states(used)} == {"unchanged"}
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    second = here.anchor(record=True)
    assert second.ok
    assert second.change is None
    assert {outcome.state for outcome in second.outcomes} == {"unchanged", "handed_over"}
    assert here.verify(anchors=True).ok


def test_a_rewritten_ledger_is_signed_for_nobody(
    machine: Machine, tampering: Tampering, folder: Path, tmp_path: Path
) -> None:
    here = machine.repository()
    here.add_anchor("git", str(folder))
    here.add_anchor("command", COUNTING.format(tmp_path), name="counting")
    here.anchor()
    calls = (tmp_path / "calls").read_bytes()
    ledger_id = machine.profile_ledger()
    _rewrite(tampering, ledger_id)
    done = here.anchor()
    assert [error.code for error in done.refused] == ["checkpoint_not_extended"]
    assert ledger_id not in {outcome.ledger_id for outcome in done.outcomes}
    assert (tmp_path / "calls").read_bytes() == calls
    assert _against(machine) == {"git-audit": False}


def test_whoever_signs_a_rewritten_ledger_is_found_by_all_that_saw_it(
    machine: Machine, tampering: Tampering, folder: Path, tmp_path: Path, real: Witness
) -> None:
    here = machine.repository()
    for checkpoint in here.checkpoint_all().signed:
        real.knows(checkpoint.origin, checkpoint.key_line)
    real.start()
    here.add_anchor("git", str(folder))
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.add_anchor("witness", real.url, vkey=real.key_line)
    assert here.anchor().ok
    ledger_id = machine.profile_ledger()
    _rewrite(tampering, ledger_id)
    (machine.config / "evidence" / f"{ledger_id}.note").unlink()  # what would keep it from being signed
    done = here.anchor()
    errors = {outcome.anchor: outcome.error for outcome in done.outcomes if outcome.ledger_id == ledger_id}
    refused = errors["witness-127.0.0.1"]
    assert refused is not None
    assert refused.code == "witness_saw_another"
    found = {one.source: one.verdict for one in here.verify(anchors=True).against}
    assert found["git-audit"].ok is found["file-notes"].ok is False
    assert "are not those of this checkpoint" in found["git-audit"].problems[0].message


def test_a_ledger_that_was_cut_is_found(used: Machine, folder: Path, tmp_path: Path) -> None:
    here = used.repository()
    backup = tmp_path / "backup.db"
    here.backup(str(backup))
    here.add_anchor("git", str(folder))
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    here.anchor()
    for path in used.config.glob("ledger.db*"):
        path.unlink()
    backup.rename(used.file)
    before = here.verify(anchors=True).against[0].verdict
    assert before.ok is False
    assert "has only" in before.problems[0].message
    here.accept_ledger()
    after = here.verify(anchors=True).against[0].verdict
    assert (after.ok, after.text) == (True, "1 checkpoint, and 1 of before a restored backup was accepted")
    assert here.anchor().ok
    assert here.verify(anchors=True).against[0].verdict.text.startswith("2 checkpoints, and 1 of")


@pytest.mark.parametrize("name", ["evil.example/x", "zenml-ledger/another", "evil.example/x/2"])
def test_no_name_of_a_ledger_excuses_another_history(
    machine: Machine, tampering: Tampering, folder: Path, tmp_path: Path, name: str
) -> None:
    here = machine.repository()
    here.add_anchor("git", str(folder))
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.anchor()
    ledger_id, evidence = machine.profile_ledger(), machine.config / "evidence"
    (evidence / "origins.json").write_text(json.dumps({ledger_id: name}))
    assert _against(machine) == {"git-audit": True, "file-notes": True}  # it is the same history
    _rewrite(tampering, ledger_id)
    (evidence / f"{ledger_id}.note").unlink()
    assert _against(machine) == {"git-audit": False, "file-notes": False}


def test_an_accepted_ledger_excuses_no_more_than_what_its_backup_lacked(used: Machine, tmp_path: Path) -> None:
    here = used.repository()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.anchor()
    backup = tmp_path / "backup.db"
    here.backup(str(backup))
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    here.anchor()
    for path in used.config.glob("ledger.db*"):
        path.unlink()
    backup.rename(used.file)
    here.accept_ledger()
    assert here.anchor().ok
    assert here.verify(anchors=True).ok
    ledger_id = used.profile_ledger()
    _rewrite(Tampering(used.file), ledger_id)
    (used.config / "evidence" / f"{ledger_id}.note").unlink()
    problems = here.verify(anchors=True).against[0].verdict.problems
    assert ["are not those of this checkpoint" in problem.message for problem in problems] == [True, True]
    assert problems[0].message.startswith("line 2: ")  # from before it was accepted


def test_a_later_era_than_the_ledger_has_is_a_contradiction(used: Machine, tmp_path: Path) -> None:
    here = used.repository()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    here.anchor()
    ledger_id, notes = used.profile_ledger(), tmp_path / "notes.jsonl"
    notes.write_text(notes.read_text().replace(f"zenml-ledger/{ledger_id}", f"zenml-ledger/{ledger_id}/7"))
    problems = [problem.message for problem in here.verify(anchors=True).against[0].verdict.problems]
    assert problems[0] == "line 2: It was accepted 6 times by then, and that is recorded 0 times."


def test_ledgers_of_other_machines_are_counted_and_not_compared(used: Machine, tmp_path: Path) -> None:
    here, notes = used.repository(), tmp_path / "notes.jsonl"
    FileAnchor(str(notes)).hand_over(Log(3).handover(), None)
    here.add_anchor("file", str(notes))
    assert here.verify(anchors=True).against[0].verdict.state == "not_compared"
    here.anchor()
    verdict = here.verify(anchors=True).against[0].verdict
    assert (verdict.ok, verdict.text) == (True, "2 checkpoints, and 1 of ledgers that were never here")


def test_values_of_every_other_type_are_no_list_of_anchors(used: Machine, tmp_path: Path) -> None:
    here = used.repository()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    file = used.config / "evidence" / "anchors.json"
    for anchor in _anchors_with_another_value():
        file.write_text(json.dumps({"version": 1, "anchors": [anchor]}))
        with pytest.raises(NotAllowedError) as raised:
            here.anchors()
        assert raised.value.code == "anchors_unreadable", anchor


def test_many_ledgers_and_anchors_are_noted_and_read_back(used: Machine, tmp_path: Path) -> None:
    here, config = used.repository(), str(used.config)
    for number in range(3):
        here.add_anchor("file", str(tmp_path / f"notes-{number}.jsonl"))
    for name in [anchor.name for anchor in here.anchors()]:
        last = {
            f"{ledger:036}": Checkpoint(f"zenml-ledger/{ledger:036}", 10**9, bytes(32)) for ledger in range(500)
        }
        note_last(config, name, last)
    assert [len(anchor.last) for anchor in here.anchors()] == [500] * 3
    with pytest.raises(InvalidValueError):
        here.add_anchor("command", f"cat {'x' * 70_000}")
    with pytest.raises(NotAllowedError, match="would have more than"):
        evidence_files.write(config, "origins.json", b"x" * (evidence_files.MOST + 1))
    assert len(here.anchors()) == 3


def test_a_path_that_no_system_takes_ends_no_round(
    used: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = used.repository()
    with pytest.raises(InvalidValueError):
        here.add_anchor("file", "a\0b")
    here.add_anchor("file", str(tmp_path / "missing" / "x"))
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    states = {(name, state) for name, _, state in _states(used)}
    assert states == {("file-x", "failed"), ("file-notes", "handed_over")}
    monkeypatch.setattr(FileAnchor, "hand_over", lambda *_: os.stat("a\0b"))
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    assert {outcome.error.code for outcome in here.anchor().outcomes if outcome.error} == {"anchor_failed"}


@pytest.mark.parametrize("own", ["keys/x", "evidence/anchors.json", "ledger.db", "new", "", "keys", "link/x"])
def test_the_files_of_the_program_are_no_anchors(used: Machine, tmp_path: Path, own: str) -> None:
    (tmp_path / "link").symlink_to(used.config)
    place = tmp_path / own if own.startswith("link") else used.config / own
    with pytest.raises(NotAllowedError) as raised:
        used.repository().add_anchor("file", str(place))
    assert raised.value.code == "anchor_file_of_something_else"


@pytest.mark.parametrize("lost", ["gone", "cut", "link", "pipe", "huge", "repository", "commits"])
def test_what_was_handed_over_has_to_be_there(used: Machine, folder: Path, tmp_path: Path, lost: str) -> None:
    here, notes = used.repository(), tmp_path / "notes.jsonl"
    here.add_anchor("file", str(notes))
    here.add_anchor("git", str(folder))
    here.anchor()
    if lost == "repository":
        (folder / ".git").rename(folder / "git")
    elif lost == "commits":
        subprocess.run(["git", "-C", str(folder), "update-ref", "-d", "refs/heads/main"], check=True)
    elif lost == "huge":
        os.truncate(notes, 2**32)  # without taking room
    elif lost == "cut":
        notes.write_text(notes.read_text().splitlines(keepends=True)[0])
    else:
        notes.unlink()
    if lost == "link":
        notes.symlink_to(tmp_path / "elsewhere")
    if lost == "pipe":
        os.mkfifo(notes)
    is_git = lost in ("repository", "commits")
    assert _against(used) == {"file-notes": is_git, "git-audit": not is_git}


def test_anchors_are_added_once_and_removed(used: Machine, folder: Path, tmp_path: Path) -> None:
    here = used.repository()
    here.add_anchor("git", str(folder))
    with pytest.raises(AlreadyExistsError):
        here.add_anchor("git", f"{folder}/.")
    with pytest.raises(AlreadyExistsError):
        here.add_anchor("file", str(tmp_path / "x"), name="git-audit")
    second = tmp_path / "second" / "audit"
    subprocess.run(["git", "init", "-q", str(second)], check=True)
    assert here.add_anchor("git", str(second)).name == "git-audit-2"
    assert (used.config / "evidence" / "anchors.json").stat().st_mode & 0o777 == 0o600
    for name in ("-x", "", "a/b", "ä", "x" * 65):
        with pytest.raises(InvalidValueError):
            here.add_anchor("file", str(tmp_path / "x"), name=name)
    assert here.remove_anchor("git-audit").place == str(folder)
    with pytest.raises(NotFoundError):
        here.remove_anchor("git-audit")
    assert [anchor.name for anchor in here.anchors()] == ["git-audit-2"]


@pytest.mark.parametrize(
    ("kind", "place", "settings"),
    [
        ("carrier-pigeon", "home", {}),
        ("git", "nowhere", {}),
        ("file", "f", {"push": "origin"}),
        ("witness", "https://w.test", {}),
        ("witness", "https://w.test", {"vkey": "x"}),
        ("witness", "w.test", {"vkey": "x"}),
        ("tsa", "https://t.test", {"ca": "missing.pem"}),
        ("command", "'", {}),
    ],
)
def test_what_could_never_be_handed_anything_is_not_added(
    used: Machine, kind: str, place: str, settings: dict[str, str]
) -> None:
    here = used.repository()
    with pytest.raises(LedgerError):
        here.add_anchor(kind, place, **settings)
    assert here.anchors() == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "anchors": []}',
        '{"version": 1, "anchors": [{"name": 1}]}',
        " " * (16 * 1024 * 1024 + 1),
        "[" * 60_000,
        "\0",
    ],
)
def test_a_list_of_anchors_that_cannot_be_read_is_named_and_kept(used: Machine, tmp_path: Path, text: str) -> None:
    here = used.repository()
    here.add_anchor("file", str(tmp_path / "notes.jsonl"))
    file = used.config / "evidence" / "anchors.json"
    file.write_text(text)
    for act in (here.anchors, here.anchor, lambda: here.add_anchor("file", str(tmp_path / "x"))):
        with pytest.raises(NotAllowedError) as raised:
            act()
        assert raised.value.code == "anchors_unreadable"
    assert file.read_text() == text


def test_without_anchors_or_a_ledger_there_is_nothing_to_do(machine: Machine, tmp_path: Path) -> None:
    here = machine.repository()
    for act in (here.anchor, lambda: here.add_anchor("file", str(tmp_path / "x"))):
        with pytest.raises(NotFoundError):
            act()
    assert not machine.config.exists()
    assert here.active_stack_name == "default"
    with pytest.raises(NotAllowedError) as raised:
        here.anchor()
    assert raised.value.code == "no_anchors"
