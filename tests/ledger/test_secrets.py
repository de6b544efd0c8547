"""Secrets are stored encrypted, come back for those who have the key, and can be destroyed for good."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.evidence import second
from tests.ledger.histories import SECRET, URL_PASSWORD, everything
from tests.ledger.machines import Machine
from tests.ledger.races import at_once
from tests.support.canaries import bytes_below, leaks
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.ledger.secrets.keys import MasterKey
from zenml.repository import Repository

KEY = "0123456789abcdef" * 4


def password(here: Repository) -> object:
    return here.get_stack_component("metadata_store", "db").parameters.get("password")


def register(here: Repository, value: str = SECRET) -> None:
    here.register_component("metadata_store", "db", "mysql", {"host": "h", "database": "d", "password": value})


def test_a_secret_comes_back(used: Machine) -> None:
    here = used.repository()
    register(here)
    parts = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "db"}
    here.combine_stack("prod", parts, activate=True)
    assert password(here) == SECRET
    assert here.describe_component("metadata_store", "db").parameters["password"] == "***"
    store = here.active_stack.metadata_store
    assert store is not None
    assert store.parameters["password"] == SECRET
    assert SECRET not in repr(store)


def test_a_url_with_a_password_comes_back_and_is_shown_without(used: Machine) -> None:
    here, url = used.repository(), f"https://u:{URL_PASSWORD}@r.example"
    here.register_component("container_registry", "r", "default", {"uri": url})
    assert here.get_stack_component("container_registry", "r").parameters["uri"] == url
    assert here.describe_component("container_registry", "r").parameters["uri"] == "https://u:***@r.example"


def test_the_same_secret_again_is_no_change_and_another_one_is(used: Machine) -> None:
    here = used.repository()
    register(here)
    before = used.tables()
    assert here.update_component("metadata_store", "db", {"password": SECRET}) is None
    assert used.tables() == before
    recorded = here.update_component("metadata_store", "db", {"password": f"{SECRET}."})
    assert (
        [event.TOPIC for event in recorded.events] == ["zenml:ParameterSet", "zenml:KeysNoted"]
        if recorded
        else False
    )
    assert password(here) == f"{SECRET}."
    here.undo()
    assert password(here) == SECRET
    assert len(used.query("SELECT * FROM keys")) == 2


def test_a_reference_to_a_secret_is_none_itself(used: Machine) -> None:
    here = used.repository()
    register(here, "{{vault.password}}")
    assert used.query("SELECT count(*) FROM keys") == [(0,)]
    assert not used.key.exists()
    assert here.describe_component("metadata_store", "db").parameters["password"] == "{{vault.password}}"


def test_a_secret_whose_key_is_gone_is_never_unset_and_everything_else_works(used: Machine) -> None:
    here = used.repository()
    register(here)
    history, roots = here.history(), second.check_ledger(str(used.file))
    used.tamper("DELETE FROM keys")
    with pytest.raises(DamagedLedgerError, match=r"its key is gone from the ledger's file"):
        password(here)
    assert here.describe_component("metadata_store", "db").parameters["password"] == "***"
    assert [component.name for component in here.list_components("metadata_store")] == ["db", "default"]
    assert here.history() == history
    assert second.check_ledger(str(used.file)) == roots
    here.rebuild()
    here.rename_component("metadata_store", "db", "renamed")
    here.undo()
    here.update_component("metadata_store", "db", {"password": "new"})
    assert password(here) == "new"


def test_no_plaintext_is_in_any_file(machine: Machine) -> None:
    everything(machine)
    haystacks = bytes_below(machine.base)
    assert str(machine.file) in haystacks
    for secret in (SECRET, f"{SECRET}!", URL_PASSWORD, "reason-password"):
        assert leaks(secret, haystacks) == []


def test_no_plaintext_is_in_the_file_while_the_change_is_open(used: Machine) -> None:
    here = used.repository(words=("metadata-store", "register", f"--password={SECRET}", f"--x={SECRET}"))
    with here.change():
        register(here)
        assert leaks(SECRET, bytes_below(used.base)) == []
    assert here.history(limit=1)[0].command == "zenml metadata-store register '--password=***' '--x=***'"


def test_the_key_file_is_for_its_owner_alone(used: Machine) -> None:
    register(used.repository())
    assert stat.S_IMODE(used.key.stat().st_mode) == 0o600
    assert len(bytes.fromhex(used.key.read_text().strip())) == 32
    assert stat.S_IMODE(used.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_the_ledger_is_for_its_owner_alone_from_its_first_moment(machine: Machine, mask: int) -> None:
    before = os.umask(mask)
    try:
        here = machine.repository()
        with here.change():
            files = list(machine.config.glob("ledger.db*"))
            assert len(files) > 1  # the write-ahead log too
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    finally:
        os.umask(before)


def test_a_key_from_the_environment_makes_no_file(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_LEDGER_KEY", KEY)
    here = used.repository()
    register(here)
    assert password(here) == SECRET
    assert not used.key.exists()


def test_another_key_is_named_as_what_is_wrong(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    register(here)
    monkeypatch.setenv("ZENML_LEDGER_KEY", KEY)
    with pytest.raises(
        DamagedLedgerError, match=r"^A secret cannot be decrypted with the key in ZENML_LEDGER_KEY\.$"
    ) as caught:
        password(here)
    assert str(used.key) in caught.value.hint
    assert here.list_components("metadata_store")[0].name == "db"  # what needs no key needs no key
    assert here.rename_component("metadata_store", "db", "other") is not None


@pytest.mark.parametrize("text", ["", "abc", "0" * 63, "g" * 64, "0" * 66])
def test_a_key_of_another_form_is_refused(used: Machine, text: str) -> None:
    used.key.write_text(text)
    with pytest.raises(LedgerError, match=r"does not hold a key of 64 hex digits\.$"):
        register(used.repository())


def test_a_key_file_that_cannot_be_read_is_an_error_in_words(used: Machine) -> None:
    used.key.mkdir()
    with pytest.raises(LedgerError, match=r"key file .* cannot be used"):
        register(used.repository())


def test_eight_processes_that_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    imports = """
        from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
        from zenml.ledger.secrets.keys import MasterKey
    """
    answers = at_once(8, imports, "print(MasterKey(sys.argv[1]).digest('value').hex())", str(path))
    assert set(answers) == {MasterKey(str(path)).digest("value").hex() + "\n"}
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_cannot_be_moved_to_another_place(used: Machine) -> None:
    key = MasterKey(str(used.key))
    ciphertext, wrapped, _ = key.seal("one", SECRET)
    assert key.open("one", ciphertext, wrapped) == SECRET
    with pytest.raises(DamagedLedgerError):
        key.open("two", ciphertext, wrapped)
