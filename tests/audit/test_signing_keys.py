"""The key that signs checkpoints: where it is, what becomes of it, and that nobody sees it."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.ledger.machines import Machine
from tests.support.canaries import bytes_below, forms
from tests.support.program import Home
from zenml.api import signing_keys as signing_keys_api
from zenml.custody import evidence_files, origins
from zenml.custody.key_statements import statement_files
from zenml.custody.signing_key import VARIABLE, made, noted, signing_key, signing_keys
from zenml.custody.ssh_agent import check_public
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError, NotFoundError
from zenml.evidence.notes import checkpoint_text, key_line, signed
from zenml.evidence.verify import ed25519_holds, parsed_key, parsed_note, signature_holds

SEED = bytes(range(32))
TEXT = b64encode(SEED).decode()


def key_file(folder: Path, seed: bytes = SEED, name: str = "chosen.key") -> Path:
    path = folder / name
    path.write_bytes(b64encode(seed) + b"\n")
    path.chmod(0o600)
    return path


def public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def test_the_first_checkpoint_makes_a_key_that_only_its_owner_reads(machine: Machine) -> None:
    config = str(machine.config)
    with pytest.raises(NotFoundError, match="There is no signing key yet"):
        signing_key(config, make=False)
    assert not machine.config.exists()
    key = signing_key(config, make=True)
    assert key.is_new
    assert ed25519_holds(key.public, b"message", key.sign(b"message"))
    path = machine.config / "keys" / "signing.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert (machine.config / "evidence").stat().st_mode & 0o777 == 0o700
    again = signing_key(config, make=True)
    assert (again.public, again.is_new) == (key.public, False)


def test_a_key_that_has_signed_and_is_gone_is_not_made_again(machine: Machine) -> None:
    signing_key(str(machine.config), make=True)
    path = machine.config / "keys" / "signing.key"
    path.unlink()
    with pytest.raises(NotFoundError) as caught:
        signing_key(str(machine.config), make=True)
    assert caught.value.code == "signing_key_gone"
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAAA",
        TEXT + "\nmore",
        TEXT[:-1] + "*",
        b64encode(bytes(33)).decode(),
        "-----BEGIN OPENSSH PRIVATE KEY",
    ],
)
def test_what_is_no_key_is_refused_and_not_shown(machine: Machine, text: str) -> None:
    path = machine.base / "other.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(InvalidValueError, match="is not a signing key") as caught:
        machine.repository().signing_key().use_file(path)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(machine: Machine, mode: int) -> None:
    path = key_file(machine.base)
    path.chmod(mode)
    with pytest.raises(NotAllowedError, match="Others can read the signing key"):
        machine.repository().signing_key().use_file(path)


def test_a_folder_and_a_pipe_are_no_keys(machine: Machine) -> None:
    keys = machine.repository().signing_key()
    os.mkfifo(machine.base / "pipe", 0o600)
    for path in (machine.base, machine.base / "pipe", machine.base / "nothing"):
        with pytest.raises(LedgerError, match="signing key"):
            keys.use_file(path)


def test_the_variable_comes_before_the_file(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    made(str(machine.config / "keys" / "signing.key"))
    monkeypatch.setenv(VARIABLE, TEXT)
    key = signing_key(str(machine.config), make=False)
    assert (key.public, key.source) == (public_of(SEED), VARIABLE)
    keys = machine.repository().signing_key()
    for change in (keys.rotate, lambda: keys.use_file(key_file(machine.base))):
        with pytest.raises(NotAllowedError, match=VARIABLE):
            change()


def test_keys_of_small_order_and_in_another_writing_are_refused() -> None:
    check_public(public_of(SEED))
    for public in (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32):
        with pytest.raises(NotAllowedError, match="no verifier takes"):
            check_public(public)


def test_after_a_rotation_both_keys_sign_until_it_is_finished(machine: Machine) -> None:
    config = str(machine.config)
    here = machine.repository()
    old = signing_key(config, make=True)
    before = key_line(here.ledger_origin(), old.public)
    done = here.signing_key().rotate()
    assert not done.lost
    new, earlier = signing_keys(config, make=True)
    assert earlier.public == old.public != new.public
    name = here.ledger_origin()
    note = parsed_note(signed(checkpoint_text(name, 7, bytes(32)), [(name, new), (name, earlier)]).encode())
    keys = [parsed_key(key_line(name, key.public)) for key in (new, earlier)]
    assert [signature_holds(note, *pair) for pair in zip(note.signatures, keys, strict=True)] == [True, True]
    assert keys[1] == parsed_key(before)
    with pytest.raises(NotAllowedError) as caught:
        here.signing_key().rotate()
    assert caught.value.code == "two_keys_sign"
    assert here.signing_key().finish() == str(machine.config / "keys" / "signing.key.old")
    assert [key.public for key in signing_keys(config, make=True)] == [new.public]
    assert os.listdir(machine.config / "keys") == ["signing.key"]
    assert here.signing_key().finish() is None


def test_a_rotation_is_recorded_and_the_old_key_names_the_new_one(machine: Machine) -> None:
    here = machine.repository()
    old = signing_key(str(machine.config), make=True)
    done = here.signing_key().rotate()
    assert done.change is not None
    assert done.change.kind == "evidence"
    event = machine.events()[-1]
    assert (event.ledger_id, event.topic) == (machine.machine_id(), "zenml:SigningKeyChanged")
    name = f"zenml-ledger/{machine.machine_id()}"
    new = signing_key(str(machine.config), make=False)
    vkeys = {"old_vkey": key_line(name, old.public), "new_vkey": key_line(name, new.public)}
    assert event.fields == vkeys
    (path,) = done.statements
    note = parsed_note(Path(path).read_bytes())
    assert note.text == f"zenml-evidence key\n{name}\n{vkeys['new_vkey']}\n"
    assert signature_holds(note, note.signatures[0], parsed_key(vkeys["old_vkey"]))
    assert here.verify().ok


def test_every_ledger_with_a_checkpoint_gets_a_statement(machine: Machine) -> None:
    here = machine.repository()
    name, key = here.ledger_origin(), signing_key(str(machine.config), make=True)
    note = signed(checkpoint_text(name, 1, bytes(32)), [(name, key)])
    evidence_files.write(str(machine.config), f"{machine.profile_ledger()}.note", note.encode())
    done = here.signing_key().rotate()
    about = [parsed_note(Path(path).read_bytes()).text.split("\n")[1] for path in done.statements]
    assert sorted(about) == sorted([name, f"zenml-ledger/{machine.machine_id()}"])


def test_a_lost_key_makes_no_statement(machine: Machine) -> None:
    here = machine.repository()
    old = signing_key(str(machine.config), make=True)
    (machine.config / "keys" / "signing.key").unlink()
    done = here.signing_key().rotate()
    assert (done.lost, done.statements) == (True, ())
    assert machine.events()[-1].fields["old_vkey"] == key_line(f"zenml-ledger/{machine.machine_id()}", old.public)
    assert len(signing_keys(str(machine.config), make=False)) == 1


@pytest.mark.parametrize("next_command", ["rotate", "checkpoint", "finish"])
@pytest.mark.parametrize("after", ["the event", "the old key is beside it", "the new key is in its place"])
def test_an_interrupted_rotation_is_resumed_and_recorded_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, after: str, next_command: str
) -> None:
    here, config = machine.repository(), str(machine.config)
    old = signing_key(config, make=True)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    moves = {"the event": "link", "the old key is beside it": "replace"}

    def killed_there(path: str, other: str, **more: bool) -> None:
        if path.endswith(".next") or other.endswith(".old"):
            raise KeyboardInterrupt
        real(path, other, **more)

    keys = machine.config / "keys"
    with monkeypatch.context() as failing:
        if after in moves:
            real = getattr(os, moves[after])
            failing.setattr(os, moves[after], killed_there)
        else:
            failing.setattr(signing_keys_api, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            here.signing_key().rotate()
    assert (keys / "signing.key.next").exists() == (after != "the new key is in its place")
    if next_command == "finish":
        assert here.signing_key().finish() == str(keys / "signing.key.old")
        assert os.listdir(keys) == ["signing.key"]
        assert signing_key(config, make=True).public != old.public
        return
    if next_command == "checkpoint":
        assert len(parsed_note(here.checkpoint().note.encode()).signatures) == 2
        with pytest.raises(NotAllowedError) as caught:
            here.signing_key().rotate()
        assert caught.value.code == "two_keys_sign"
    else:
        done = here.signing_key().rotate()
        assert (done.change, done.lost, len(done.statements)) == (None, False, 1)
    new, earlier = signing_keys(config, make=True)
    assert earlier.public == old.public != new.public
    changed = [row.fields for row in machine.events() if row.topic == "zenml:SigningKeyChanged"]
    name = f"zenml-ledger/{machine.machine_id()}"
    vkeys = {"old_vkey": key_line(name, old.public), "new_vkey": key_line(name, new.public)}
    assert changed == [vkeys]
    (file,) = statement_files(config, new.public)
    statement = parsed_note(Path(file).read_bytes())
    assert signature_holds(statement, statement.signatures[0], parsed_key(vkeys["old_vkey"]))
    here.signing_key().finish()
    assert here.signing_key().rotate().change is not None, "the next one is another one"


def test_another_file_is_a_change_of_key_once_something_is_signed(machine: Machine) -> None:
    here, path = machine.repository(), key_file(machine.base)
    here.ledger_origin()
    assert here.signing_key().use_file(path).change is None
    assert signing_key(str(machine.config), make=True).public == public_of(SEED)
    assert here.signing_key().use_file(path).change is None
    done = here.signing_key().use_file(key_file(machine.base, bytes(32), "another.key"))
    assert done.change is not None
    assert not done.lost
    assert [key.public for key in signing_keys(str(machine.config), make=True)] == [
        public_of(bytes(32)),
        public_of(SEED),
    ]
    here.signing_key().finish()
    assert path.exists(), "somebody's own file stays"


def test_a_change_of_key_cannot_be_undone_and_is_in_nobodys_way(machine: Machine) -> None:
    here = machine.repository()
    stack = here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"})
    signing_key(str(machine.config), make=True)
    done = here.signing_key().rotate()
    assert stack is not None
    assert done.change is not None
    with pytest.raises(NotAllowedError, match="is part of the evidence, which cannot be undone") as caught:
        here.undo(done.change.letters)
    assert caught.value.code == "never_undone"
    here.undo()
    assert [change.undone_by is not None for change in here.history() if change.letters == stack.letters] == [True]


def test_a_dry_run_changes_no_key(machine: Machine) -> None:
    signing_key(str(machine.config), make=True)
    machine.repository().ledger_origin()
    before = bytes_below(machine.config)
    from zenml.repository import Repository

    dry = Repository(notify=lambda sentence: None, dry_run=True)
    for change in (dry.signing_key().rotate, dry.signing_key().finish, lambda: dry.ledger_origin("a.example/b")):
        with pytest.raises(NotAllowedError, match="dry run"):
            change()
    assert bytes_below(machine.config) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1, "earlier": null, "public": null}', "[" * 40_000])
def test_a_note_that_was_edited_is_named(machine: Machine, text: str) -> None:
    evidence_files.write(str(machine.config), "signing-key.json", text.encode())
    with pytest.raises(InvalidValueError, match="is not as it was written"):
        noted(str(machine.config))


def test_an_origin_can_be_chosen_until_something_is_signed(machine: Machine) -> None:
    here, config = machine.repository(), str(machine.config)
    plain = here.ledger_origin()
    assert plain == f"zenml-ledger/{machine.profile_ledger()}"
    for wrong in (
        "",
        "team",
        "a b/c",
        "a+b/c",
        "A.example/b",
        "zenml-ledger/x",
        "a.example/b/2",
        "a.example/" + "x" * 300,
    ):
        with pytest.raises(InvalidValueError, match="cannot be an origin"):
            here.ledger_origin(wrong)
    assert here.ledger_origin("ledgers.example/first") == "ledgers.example/first"
    assert here.ledger_origin("ledgers.example/team") == "ledgers.example/team" == here.ledger_origin()
    with pytest.raises(NotAllowedError, match="Another ledger has the origin"):
        origins.choose_origin(config, machine.machine_id(), "ledgers.example/team")
    key = signing_key(config, make=True)
    note = signed(checkpoint_text("ledgers.example/team", 1, bytes(32)), [("ledgers.example/team", key)])
    evidence_files.write(config, f"{machine.profile_ledger()}.note", note.encode())
    with pytest.raises(NotAllowedError) as caught:
        here.ledger_origin("ledgers.example/other")
    assert caught.value.code == "origin_is_signed"
    assert here.ledger_origin("ledgers.example/team") == "ledgers.example/team"


def test_the_secret_is_in_no_byte_but_those_of_its_file(home: Home) -> None:
    path = key_file(home.folder("secret"))
    said = [
        home.run("audit", "key", "use", str(path), "--reason", "ours"),
        home.run("audit", "key", "show"),
        home.run("audit", "key", "show", "-o", "json"),
        home.run("audit", "key", "show", env={VARIABLE: TEXT}),
        home.run("audit", "key", "rotate"),
        home.run("audit", "key", "rotate", "--finish"),
        home.run("audit", "key", "use", str(path), env={VARIABLE: TEXT}),
        home.run("audit", "export", "--all"),
    ]
    home.run("audit", "key", "rotate", env={VARIABLE: TEXT}).exits(1)
    assert [result.exit for result in said] == [0, 0, 0, 0, 0, 0, 1, 0]
    everywhere = bytes_below(home.config) | {
        f"said {number}": result.output.encode() for number, result in enumerate(said)
    }
    for canary in (TEXT, SEED.hex()):
        for form, data in forms(canary).items():
            assert not [name for name, content in everywhere.items() if data in content], form
    assert not [name for name, content in everywhere.items() if SEED in content]


def test_a_key_that_nobody_chose_signs_nothing_until_somebody_does(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, config = machine.repository(), str(machine.config)
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"})
    here.checkpoint_all()
    path = machine.config / "keys" / "signing.key"
    was = bytes_below(machine.config / "evidence")
    ours = path.read_bytes()
    other = key_file(path.parent, name="signing.key")

    def refused() -> None:
        for change in (here.checkpoint, here.signing_key().rotate):
            with pytest.raises(NotAllowedError, match="is not the one that signed last") as caught:
                change()
            assert caught.value.code == "another_signing_key"
        assert [error.code for error in here.checkpoint_all().refused] == ["another_signing_key"] * 2
        assert bytes_below(machine.config / "evidence") == was

    refused()
    other.write_bytes(ours)
    here.checkpoint()
    monkeypatch.setenv(VARIABLE, TEXT)
    with pytest.raises(NotAllowedError, match=f"in {VARIABLE} is not the one"):
        here.checkpoint()
    done = here.signing_key().use_variable()
    assert (done.change is not None, done.lost) == (True, False)
    assert [key.source for key in signing_keys(config, make=True)] == [VARIABLE, str(path)]
    here.checkpoint()
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(NotFoundError, match="which is not set"):
        here.checkpoint()


def test_a_key_that_took_the_place_of_a_lost_one_is_chosen_and_recorded(machine: Machine) -> None:
    here = machine.repository()
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"})
    here.checkpoint()
    path = key_file(machine.config / "keys", name="signing.key")
    done = here.signing_key().use_file(path)
    assert (done.change is not None, done.statements, done.lost) == (True, (), True)
    here.checkpoint()


def test_the_mode_of_a_file_that_is_no_key_is_not_spoken_of(machine: Machine) -> None:
    path = machine.base / "it's.key"
    path.write_text("root:x:0:0")
    path.chmod(0o644)
    with pytest.raises(InvalidValueError, match="is not a signing key"):
        machine.repository().signing_key().use_file(path)
    path.write_text(TEXT)
    with pytest.raises(NotAllowedError, match="Others can read") as caught:
        machine.repository().signing_key().use_file(path)
    assert r"it'\''s.key'" in caught.value.hint
