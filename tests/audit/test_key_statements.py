"""A key that took the place of another one is known by the word of that, whatever was restored since."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from tests.audit.anchors.logs import InMemorySigner
from tests.ledger.machines import Machine, used
from tests.support.program import Home
from zenml.custody.claims import claims_of
from zenml.custody.key_statements import statement_file, statements, vouched_for
from zenml.custody.own_keys import check_signature
from zenml.custody.signing_key import signing_key
from zenml.evidence.notes import key_line, signed
from zenml.evidence.verify import KEY_HEADING, Checkpoint, Note, parsed_note
from zenml.ledger.verification import Verdict

__all__ = ["used"]

NAME = "zenml-ledger/some"
KEYS = [InMemorySigner() for _ in range(5)]
PUBLICS = [key.public for key in KEYS]


def statement(old: int, new: int, *, name: str = NAME, about: str = NAME) -> Note:
    line = key_line(about, KEYS[new].public)
    return parsed_note(signed(f"{KEY_HEADING}\n{about}\n{line}\n", [(name, KEYS[old])]).encode())


def test_keys_vouch_for_others_in_chains_of_any_order() -> None:
    said = [statement(2, 3), statement(1, 2), statement(0, 1)]
    assert vouched_for(PUBLICS[:1], said) == PUBLICS[:4]
    assert vouched_for(PUBLICS[:1], said[::-1]) == PUBLICS[:4]
    assert vouched_for(PUBLICS[2:3], said) == PUBLICS[2:4], "nobody vouches for an earlier one"
    assert vouched_for(PUBLICS[:1], [statement(0, 1), statement(1, 0)]) == PUBLICS[:2]


def test_what_is_no_statement_vouches_for_nobody() -> None:
    altered = statement(0, 1)._replace(text=statement(0, 2).text)
    other = parsed_note(signed("a\nb\nc\n", [(NAME, KEYS[0])]).encode())
    others_name = statement(0, 1, name="zenml-ledger/other")
    assert vouched_for(PUBLICS[:1], [altered, other, others_name, statement(4, 1)]) == PUBLICS[:1]


def signatures(machine: Machine) -> Verdict:
    return machine.repository().verify().verdicts["signatures"]


def rotate(machine: Machine) -> None:
    keys = machine.repository().signing_key()
    keys.rotate()
    keys.finish()


def next_checkpoint(machine: Machine, name: str) -> str:
    machine.repository().register_component("orchestrator", name, flavor="local", parameters={})
    return machine.repository().checkpoint().note


def against(machine: Machine, path: Path) -> str:
    (compared,) = machine.repository().verify(against=[str(path)]).against
    assert compared.verdict.ok, compared
    return compared.verdict.text


def test_a_backup_from_before_a_rotation_knows_what_was_signed_before(used: Machine, tmp_path: Path) -> None:
    here, note = used.repository(), tmp_path / "a.note"
    note.write_text(here.checkpoint().note)
    here.backup(tmp_path / "backup.db")
    rotate(used)
    for file in used.config.glob("ledger.db*"):
        file.unlink()
    shutil.copy(tmp_path / "backup.db", used.file)
    here.accept_ledger()
    assert [row for row in used.events() if row.topic == "zenml:SigningKeyChanged"] == []
    assert against(used, note).endswith("; signed here")
    assert signatures(used).ok


@pytest.mark.parametrize("has", ["the folder's statements", "a bundle's statements"])
def test_a_folder_from_before_a_rotation_knows_what_was_signed_since(
    used: Machine, tmp_path: Path, has: str
) -> None:
    here, folder = used.repository(), used.config / "evidence"
    here.checkpoint_all()
    kept = {
        path: path.read_bytes() for path in (folder / "signing-key.json", used.config / "keys" / "signing.key")
    }
    rotate(used)
    rotate(used)
    here.make_bundle(tmp_path / "b.zip", everything=True)
    for path, content in kept.items():
        path.write_bytes(content)
    used.tamper("DELETE FROM stored_events WHERE topic = 'zenml:SigningKeyChanged'")
    if has == "a bundle's statements":
        for path in folder.glob("*.key-*.note"):
            path.unlink()
    # of the machine's ledger: nothing was recorded in the other, whose note the first key signed too
    origin = f"zenml-ledger/{used.machine_id()}"
    (claim,) = [claim for claim in claims_of(str(tmp_path / "b.zip")) if claim.ledger == origin]
    assert claim.note is not None
    assert claim.size is not None
    said = claim.note, Checkpoint(origin, claim.size, claim.root)
    with used.reading() as database:
        assert check_signature(str(used.config), database, *said, claim.statements)
        alone = check_signature(str(used.config), database, *said)
    assert alone is (True if has == "the folder's statements" else None)


def test_a_rotation_is_no_break_and_another_key_is_one(used: Machine) -> None:
    next_checkpoint(used, "a")
    rotate(used)
    next_checkpoint(used, "b")
    assert "another key" not in signatures(used).text
    last = used.repository().checkpoint().size
    path = used.config / "keys" / "signing.key"
    path.write_bytes(b64encode(bytes(32)))
    assert used.repository().signing_key().use_file(path).lost
    for name in ("c", "d"):
        next_checkpoint(used, name)
        said = signatures(used)
        assert said.ok, "who lost a key cannot have it say so any more"
        where = f"beyond {last:,} events of {used.profile_ledger()}"
        assert said.text.endswith(f"; {where} another key signs, which the one before did not name")
    rotate(used)
    next_checkpoint(used, "e")
    assert signatures(used).text.count("another key signs") == 1


def test_another_key_at_the_same_size_is_a_break_and_loses_no_signature(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = used.repository()
    first = here.checkpoint()
    monkeypatch.setenv("ZENML_SIGNING_KEY", b64encode(bytes(32)).decode())
    (used.config / "keys" / "signing.key").unlink()
    assert here.signing_key().use_variable().lost
    again = here.checkpoint()
    assert len(parsed_note(again.note.encode()).signatures) == 2
    assert again.note.startswith(first.note)
    assert f"beyond {first.size:,} events" in signatures(used).text
    next_checkpoint(used, "a")
    assert signatures(used).text.count("another key signs") == 1


def test_a_break_is_where_the_keys_before_signed_last(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    next_checkpoint(used, "a")
    rotate(used)
    next_checkpoint(used, "b")
    monkeypatch.setenv("ZENML_SIGNING_KEY", b64encode(bytes(32)).decode())
    (used.config / "keys" / "signing.key").unlink()
    assert used.repository().signing_key().use_variable().lost
    last = used.repository().checkpoint().size
    next_checkpoint(used, "c")
    assert f"beyond {last:,} events of" in signatures(used).text
    assert signatures(used).text.count("another key signs") == 1


def test_statements_that_were_edited_are_left_out(used: Machine) -> None:
    here, config = used.repository(), str(used.config)
    here.checkpoint()
    rotate(used)
    new = key_line(f"zenml-ledger/{used.machine_id()}", signing_key(config, make=False).public)
    file = used.config / "evidence" / statement_file(used.machine_id(), new)
    assert file.read_bytes() in [data for _, data in statements(config, used.machine_id())]
    (used.config / "evidence" / f"{used.machine_id()}.key-00000000.note").write_bytes(file.read_bytes())
    file.write_bytes(b"garbage")
    assert [*statements(config, used.machine_id())] == []
    assert signatures(used).ok


def test_a_single_note_is_checked_with_an_earlier_key(home: Home) -> None:
    home.done("stack", "register", "s", "-a", "default", "-o", "default")
    home.done("audit", "checkpoint", "--out", "old.note")
    line = json.loads(home.done("audit", "key", "show", "-o", "json").stdout)["signing_key"]["vkey"]
    (home.base / "old.key").write_text(f"{line}\n")
    home.done("audit", "key", "rotate")
    home.done("audit", "key", "rotate", "--finish")
    home.done("stack", "register", "t", "-a", "default", "-o", "default")
    home.done("audit", "checkpoint", "--out", "new.note")
    key = str(home.base / "old.key")
    said = json.loads(home.done("audit", "check", "new.note", "--key", key, "-o", "json").stdout)
    assert said["verdicts"]["signatures"]["state"] == "ok"
    for path in (home.config / "evidence").glob("*.key-*.note"):
        path.unlink()
    home.run("audit", "check", "new.note", "--key", key).exits(5)
    home.done("audit", "check", "new.note")
