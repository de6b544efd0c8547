"""A key is replaced, and whatever ends the program on the way, every secret can be opened afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.support import shared
from tests.support.members import Member, Team
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, NotAllowedError
from zenml.ledger.origin import origin
from zenml.ledger.secrets import rotating
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.rotating import Rotating, rotate
from zenml.projections import stored_keys
from zenml.projections.settings import display_value
from zenml.repository import Repository
from zenml.stores.opening import look_at_shared, open_to_record
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import read_place

KIND, FLAVOR, TOKEN = "experiment_tracker", "mlflow", "t12345"


class KilledError(BaseException):
    """Ends the program at some place, as a signal may."""


def register(here: Repository, name: str = "x", value: str = TOKEN) -> None:
    here.register_component(KIND, name, FLAVOR, {"tracking_uri": "http://h", "tracking_token": value})


def token(here: Repository, name: str = "x") -> object:
    return here.get_stack_component(KIND, name).parameters["tracking_token"]


def ignore(transaction: object) -> None:
    """Does nothing before a rotation, nor after it."""


def kill(*_: object, **__: object) -> Any:
    raise KilledError


def test_a_new_key_opens_what_the_one_before_opened(used: Machine) -> None:
    here = used.repository()
    register(here)
    here.update_component(KIND, "x", {"tracking_token": f"{TOKEN}!"})
    before, events = used.key.read_text(), used.events()
    assert here.key().rotate() == (2, 0)
    assert used.key.read_text() != before
    assert used.key.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in used.config.iterdir() if file.name.startswith("ledger.key")] == ["ledger.key"]
    assert used.events()[: len(events)] == events
    assert [row.topic for row in used.events()[len(events) :]] == ["zenml:ChangeBegan", "zenml:KeysNoted"]
    assert (here.history(limit=1)[0].kind, here.history(limit=1)[0].summary) == (
        "evidence",
        "note 2 keys of secrets",
    )
    assert token(here) == f"{TOKEN}!"
    assert here.update_component(KIND, "x", {"tracking_token": f"{TOKEN}!"}) is None  # the digests are new too
    here.undo()
    assert token(here) == TOKEN
    register(here, "y")
    assert here.verify().ok
    used.key.write_text(before)
    with pytest.raises(DamagedLedgerError, match="cannot be decrypted"):
        token(here)


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ((stored_keys, "replace"), True),  # the next key is in its file, and no row is wrapped with it
        ((MasterKey, "follow"), False),  # all rows are, and the file still has the key of before
    ],
)
def test_a_rotation_that_is_cut_short_loses_no_secret(
    used: Machine, monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str], kept: bool
) -> None:
    here, following = used.repository(), used.key.with_name("ledger.key.next")
    register(here)
    before = used.key.read_text()
    with monkeypatch.context() as patched:
        patched.setattr(*place, kill)
        with pytest.raises(KilledError):
            here.key().rotate()
    assert used.key.read_text() == before
    assert following.exists()
    next_key = following.read_text()
    assert token(here) == TOKEN  # who reads finds the key that opens it, and changes no file
    assert here.verify().ok
    assert here.key().info().state == "right"
    assert following.exists()
    register(here, "y")
    assert not following.exists()
    assert used.key.read_text() == (before if kept else next_key)
    assert (token(here), token(here, "y")) == (TOKEN, TOKEN)
    assert here.key().rotate() == (2, 0)
    assert here.verify().ok


def test_without_secrets_there_is_a_new_key_all_the_same(used: Machine) -> None:
    here = used.repository()
    assert here.key().rotate() == (0, 0)
    before = used.key.read_text()
    here.key().rotate()
    assert used.key.read_text() != before


def test_what_the_key_does_not_open_stays_as_it_is(used: Machine) -> None:
    here = used.repository()
    register(here)
    register(here, "y")
    used.tamper("UPDATE keys SET wrapped = zeroblob(60) WHERE rowid = 1")
    (before,) = used.query("SELECT * FROM keys WHERE rowid = 1")
    assert here.key().rotate() == (1, 1)
    assert used.query("SELECT * FROM keys WHERE rowid = 1") == [before]
    assert token(here, "y") == TOKEN


def test_a_wrong_key_is_not_replaced(used: Machine) -> None:
    here = used.repository()
    register(here)
    right = used.key.read_text()
    used.key.write_text("0123456789abcdef" * 4)
    with pytest.raises(DamagedLedgerError, match="opens none of the ledger's secrets"):
        here.key().rotate()
    assert here.key().put(right)
    assert not here.key().put(right)
    assert token(here) == TOKEN


@pytest.mark.parametrize("text", ["", "abc", "0" * 63, "g" * 64, "0" * 66, "0123456789abcdef" * 4])
def test_what_is_no_key_or_a_wrong_one_is_not_set(used: Machine, text: str) -> None:
    here = used.repository()
    register(here)
    before = used.key.read_text()
    with pytest.raises(InvalidValueError) as refused:
        here.key().put(text)
    assert not text or text not in refused.value.message
    assert used.key.read_text() == before


def test_a_key_in_a_variable_is_left_alone(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    register(here)
    key = here.key().text()
    monkeypatch.setenv("ZENML_LEDGER_KEY", key)
    acts: list[Callable[[], object]] = [here.key().rotate, lambda: here.key().put(key)]
    for act in acts:
        with pytest.raises(NotAllowedError, match="in the variable ZENML_LEDGER_KEY"):
            act()


def test_a_dry_run_exchanges_no_key(used: Machine) -> None:
    register(used.repository())
    rehearsed = Repository(notify=lambda sentence: None, dry_run=True)
    before = used.key.read_text()
    with pytest.raises(NotAllowedError, match="dry run"):
        rehearsed.key().rotate()
    assert rehearsed.key().info().state == "right"
    assert used.key.read_text() == before


class Sharing(Team):
    """A team with a secret in its profile, and one that the first machine has for itself."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        for name in ("default", "team"):
            self.one.does(lambda here, name=name: here.activate_profile(name))  # type: ignore[misc]
            self.one.does(register)

    @property
    def head(self) -> SharedHead:
        """The shared ledger as its database has it."""
        head = look_at_shared(read_place(str(display_value(self.profile.url))), 10)
        assert head is not None
        return head

    def rotated(self) -> rotating.Rotation:
        """Rotates the profile's key on the first machine."""
        with self.one.here() as here:
            return here.key("team").rotate()


@pytest.fixture
def sharing(tmp_path: Path) -> Sharing:
    return Sharing(tmp_path)


def seen_by(member: Member) -> object:
    with member.here() as here:
        return token(here)


def test_the_key_of_a_shared_profile_is_replaced_for_all_or_not_at_all(sharing: Sharing) -> None:
    ledger_id = sharing.profile.profile_ledger_id
    file = sharing.one.config / "keys" / ledger_id
    before = file.read_text()
    keyring = Keyring(str(sharing.one.config))
    with (
        closing(open_to_record(str(sharing.one.config / "ledger.db"))) as store,
        pytest.raises(NotAllowedError, match="the other members would not get the new one"),
    ):
        rotate(store, keyring, keyring.profile_key(ledger_id), Rotating(origin(None, None, None), ignore, ignore))
    assert seen_by(sharing.one) == TOKEN
    assert file.read_text() == before
    assert sharing.rotated() == (1, 0)
    assert file.read_text() != before
    assert seen_by(sharing.one) == TOKEN
    assert sharing.head.key_check is not None
    with sharing.one.here() as here:
        assert here.verify().ok
        Keyring(str(sharing.one.config)).check(ledger_id, sharing.head.key_check)


def test_a_member_with_the_key_of_before_is_told(sharing: Sharing) -> None:
    shared.hand_over(sharing.one, sharing.other, sharing.profile)
    sharing.to_other()
    assert seen_by(sharing.other) == TOKEN
    sharing.rotated()
    sharing.to_other()
    with pytest.raises(DamagedLedgerError, match="is not the one of profile 'team'"):
        seen_by(sharing.other)
    with sharing.other.here() as here, pytest.raises(DamagedLedgerError, match="is not the one of profile 'team'"):
        here.register_component(
            "alerter", "new", "slack", {"slack_token": "x" * 12, "default_slack_channel_id": "c"}
        )
    with sharing.other.here() as here, pytest.raises(InvalidValueError, match="opens none of the 1 secrets"):
        here.key("team").put("ab" * 32)
    with sharing.one.here() as here:
        text = here.key("team").text()
    with sharing.other.here() as here:
        assert here.key("team").put(text)
    assert seen_by(sharing.other) == TOKEN


@pytest.mark.parametrize("everywhere", [True, False])
def test_what_the_others_have_decides_how_a_rotation_ends_that_was_cut_short(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, everywhere: bool
) -> None:
    ledger_id = sharing.profile.profile_ledger_id
    file, commit = sharing.one.config / "keys" / ledger_id, LockedShared.commit
    before = file.read_text()

    def die(locked: LockedShared) -> None:
        if everywhere:
            commit(locked)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(LockedShared, "commit", die)
        with pytest.raises(KilledError):
            sharing.rotated()
    assert seen_by(sharing.one) == TOKEN
    following = file.with_name(f"{file.name}.next").read_text()
    sharing.to_one()
    assert seen_by(sharing.one) == TOKEN
    assert sharing.head.key_check is not None
    Keyring(str(sharing.one.config)).check(ledger_id, sharing.head.key_check)
    assert file.read_text() == (following if everywhere else before)
    assert [each.name for each in file.parent.iterdir()] == [ledger_id]
    assert seen_by(sharing.one) == TOKEN
