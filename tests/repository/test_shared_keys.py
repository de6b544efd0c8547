"""Each secret is sealed with the key of the ledger it comes into, whichever way it comes there."""

from __future__ import annotations

import hmac
import stat
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support import shared
from tests.support.databases import fresh_url
from tests.support.members import Member, Team
from zenml.documents.files import read_documents
from zenml.domain.commands import RegisterComponent
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.ledger import ids
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.profile_keys import variable_of
from zenml.ledger.secrets.wrapping import WrappingKey
from zenml.projections.machine import PROFILES, ProfileRow
from zenml.projections.stored_keys import StoredKey
from zenml.repository import Repository
from zenml.unit_of_work import new_profiles

PASSWORD, URL_PASSWORD = "hunter22", "url-passw0rd"
KIND, NAME, FLAVOR = "metadata_store", "db", "mysql"
PARTS = {"orchestrator": "default", "artifact_store": "default", KIND: NAME}
WRONG = "0123456789abcdef" * 4


class Office(Team):
    """A team whose first machine has a second shared profile, and one for itself."""

    def __init__(self, base: Path) -> None:
        super().__init__(base)
        with self.one.here():
            self.second: ProfileRow = shared.begun(self.one, "second")
        self.one.does(lambda repository: repository.create_profile("mine"))

    def open_with(self, ledger_id: str) -> WrappingKey:
        """Returns the key that is to open the secrets of a ledger, of the first machine's files."""
        shared_key = self.one.config / "keys" / ledger_id
        file = shared_key if shared_key.exists() else self.one.config / "ledger.key"
        key = WrappingKey.parsed(file.read_text())
        assert key is not None
        return key

    def sealed(self) -> Counter[str]:
        """Returns how many secrets each ledger has, by profile, having opened all of them with its own key."""
        rows = [StoredKey(*row) for row in self.one.query("SELECT key_id, ledger_id, wrapped, digest FROM keys")]
        for row in rows:
            assert self.open_with(row.ledger_id).unwrap(row.key_id, row.wrapped) is not None, row.key_id
        with self.one.here() as repository:
            verified = repository.verify()
            assert verified.ok, verified.document()
        names = dict(self.one.query(f"SELECT profile_ledger_id, name FROM {PROFILES.name} WHERE until IS NULL"))
        return Counter(names.get(row.ledger_id, "machine") for row in rows)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def register(repository: Repository) -> None:
    repository.register_component(KIND, NAME, FLAVOR, {"host": "h", "database": "d", "password": PASSWORD})
    repository.combine_stack("s", PARTS)


def use(member: Member, profile: str) -> None:
    member.does(lambda repository: repository.activate_profile(profile))


def password(member: Member) -> object:
    with member.here() as repository:
        return repository.get_stack_component(KIND, NAME).parameters["password"]


@pytest.mark.parametrize(("origin", "target"), [("mine", "team"), ("team", "mine"), ("team", "second")])
def test_a_copy_in_another_profile_is_sealed_with_its_key(office: Office, origin: str, target: str) -> None:
    use(office.one, origin)
    office.one.does(register)
    assert office.sealed() == {origin: 1}
    office.one.does(lambda repository: repository.copy_stack_component(KIND, NAME, NAME, to_profile=target))
    use(office.one, target)
    assert password(office.one) == PASSWORD
    assert office.sealed() == {origin: 1, target: 1}
    office.one.does(lambda repository: repository.deregister_stack_component(KIND, NAME))
    use(office.one, origin)
    office.one.does(lambda repository: repository.copy_stack("s", "s", to_profile=target))
    use(office.one, target)
    assert password(office.one) == PASSWORD
    assert office.sealed() == {origin: 1, target: 2}


def test_a_copy_in_the_same_profile_has_the_same_secret(office: Office) -> None:
    use(office.one, "team")
    office.one.does(register)
    office.one.does(lambda repository: repository.copy_stack_component(KIND, NAME, "copy"))
    assert office.sealed() == {"team": 1}


@pytest.mark.parametrize("profile", ["team", "mine"])
def test_what_takes_back_and_brings_back_needs_no_other_key(office: Office, profile: str) -> None:
    use(office.one, profile)
    made = office.one.does(register)
    office.one.does(lambda repository: repository.update_component(KIND, NAME, {"password": f"{PASSWORD}!"}))
    steps: list[tuple[Callable[[Repository], object], str]] = [
        (lambda repository: repository.undo(), PASSWORD),
        (lambda repository: repository.redo(), f"{PASSWORD}!"),
        (lambda repository: repository.restore(made), PASSWORD),
        (lambda repository: repository.undo(), f"{PASSWORD}!"),
    ]
    for step, value in steps:
        office.one.does(step)
        assert password(office.one) == value
        assert office.sealed() == {profile: 2}


@pytest.mark.parametrize("profile", ["team", "mine"])
def test_a_document_is_sealed_with_the_key_of_the_profile_it_is_applied_to(
    office: Office, profile: str, tmp_path: Path
) -> None:
    path = tmp_path / "profile.yaml"
    parameters = f"{{host: h, database: d, password: {PASSWORD}}}"
    component = f"{{type: {KIND}, name: {NAME}, flavor: {FLAVOR}, parameters: {parameters}}}"
    path.write_text(f"components: [{component}]\n")
    use(office.one, profile)
    document = read_documents([str(path)])
    with office.one.here() as repository:
        plan = repository.plan(document)
    office.one.does(lambda repository: repository.apply_plan(plan))
    assert password(office.one) == PASSWORD
    assert office.sealed() == {profile: 1}
    with office.one.here() as repository:
        assert repository.apply(document) is None  # the same secret is no change
        assert repository.import_profiles(path, "imported") is not None
    assert office.sealed() == {profile: 1, "imported": 1}


def test_a_change_in_two_ledgers_seals_each_secret_with_its_own_key(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # its URL is taken for a path
    url = f"https://u:{URL_PASSWORD}@h.example"
    use(office.one, "team")
    with office.one.here() as repository, repository.change() as work:
        _, change = work.now
        new_profiles.make_empty_profile(change, "more", url, lambda sentence: None)
        change.go_on_in(work.profile_row("team"))
        settings = change.sealer.settings({"password": PASSWORD}, frozenset({"password"}))
        change.execute(RegisterComponent(ids.new_id(), KIND, NAME, FLAVOR, settings))
    assert office.sealed() == {"machine": 1, "team": 1}


def test_a_secret_that_does_not_stay_in_one_profile_may_come_into_another(office: Office) -> None:
    use(office.one, "team")
    with office.one.here() as repository, repository.change() as work:
        _, change = work.now
        settings = change.sealer.settings({"password": PASSWORD}, frozenset({"password"}))
        command = RegisterComponent(ids.new_id(), KIND, NAME, FLAVOR, settings)
        with suppress(KeyboardInterrupt), work.step():
            change.execute(command)
            raise KeyboardInterrupt
        change.go_on_in(work.profile_row("mine"))
        change.execute(command)
    assert office.sealed() == {"mine": 1}


def test_a_secret_of_another_profile_is_compared_by_nobody(office: Office) -> None:
    use(office.one, "team")
    office.one.does(register)
    office.one.does(lambda repository: repository.copy_stack_component(KIND, NAME, NAME, to_profile="mine"))
    shown = office.one.done("diff", "profile/team", "profile/mine").stdout
    assert "*** (cannot be compared: another key seals it)" in shown


def test_the_key_is_made_with_the_profile_and_never_again(office: Office) -> None:
    ledger_id = office.profile.profile_ledger_id
    keyring, file = Keyring(str(office.one.config)), office.one.config / "keys" / ledger_id
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert keyring.make(ledger_id).text == file.read_text().strip()
    assert Keyring(str(office.one.config)).make(ledger_id).text == keyring.make(ledger_id).text
    file.unlink()
    use(office.one, "team")
    with office.one.here() as repository, pytest.raises(NotAllowedError) as refused:
        register(repository)
    assert refused.value.code == "profile_key_missing"
    assert not file.exists()


def test_a_key_that_is_only_tried_out_is_in_no_file(office: Office) -> None:
    keyring = Keyring(str(office.other.config), lasting=False)
    key = keyring.make(office.second.profile_ledger_id)
    assert keyring.make(office.second.profile_ledger_id) is key
    assert key.text == key.text
    assert not (office.other.config / "keys").exists()


def test_a_check_value_refuses_another_key_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger_id = office.profile.profile_ledger_id
    key_check = Keyring(str(office.one.config)).make(ledger_id).check_value(ledger_id)
    assert key_check == hmac.digest(
        office.open_with(ledger_id)._key, b"zenml key check" + ledger_id.encode(), "sha256"
    )
    Keyring(str(office.one.config)).check(ledger_id, key_check)
    Keyring(str(office.other.config)).check(ledger_id, key_check)  # there is none, and nothing to refuse
    monkeypatch.setenv(variable_of(ledger_id), WRONG)
    for home in (office.one, office.other):
        with pytest.raises(
            DamagedLedgerError, match=f"The key in {variable_of(ledger_id)} is not the one"
        ) as refused:
            Keyring(str(home.config)).check(ledger_id, key_check)
        assert refused.value.code == "profile_key_wrong"


def test_who_joins_a_profile_that_has_secrets_gets_a_key_for_the_password_of_its_url(tmp_path: Path) -> None:
    one, other = shared.machine(tmp_path / "one", "one"), shared.machine(tmp_path / "other", "other")
    with fresh_url("postgresql") as url:
        words = ("profile", "create", "team", "--store-type", "sql", "--set")
        by_password = url.replace("postgres@", f"postgres:{URL_PASSWORD}@")
        one.done(*words, "--url", url)
        one.done(
            "metadata-store",
            "register",
            NAME,
            "--flavor",
            FLAVOR,
            "--host=h",
            "--database=d",
            f"--password={PASSWORD}",
        )
        other.done(*words, "--url", by_password)
        assert URL_PASSWORD not in other.done("profile", "list").output
