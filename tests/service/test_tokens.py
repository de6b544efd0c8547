"""Tokens as the service checks them, and as the Python API makes them."""

from __future__ import annotations

import io
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.ledger.races import at_once
from tests.support.canaries import bytes_below, leaks
from zenml.audit.formats import FORMATS
from zenml.domain.errors import (
    AlreadyExistsError,
    DamagedLedgerError,
    InvalidValueError,
    LabelNotFoundError,
    NotAllowedError,
    RepeatedKeyError,
)
from zenml.repository import Repository
from zenml.service.kept_file import KeptFile
from zenml.service.tokens import Role, Tokens
from zenml.stores.token_hashes import TokenHashes, draw


def created(used: Machine, name: str = "ci", role: str = "writer", **more: Any) -> str:
    text = used.repository().create_service_token(name, role, **more).text
    assert text is not None
    return text


_FILES: list[KeptFile] = []


def checking(used: Machine) -> Tokens:
    _FILES.append(KeptFile(str(used.config)))
    return Tokens(str(used.config), _FILES[-1])


@pytest.fixture(autouse=True)
def closed_again() -> Iterator[None]:
    yield
    while _FILES:
        _FILES.pop().close()


def secret_of(text: str) -> str:
    return text.rpartition("_")[2]


def test_whoever_has_a_token_is_let_in_as_what_it_says(used: Machine) -> None:
    tokens = checking(used)
    ci = tokens.checked(created(used))
    assert ci is not None
    assert ci[1:] == ("ci", "writer", True)
    board = tokens.checked(created(used, "board", "reader"))
    assert board is not None
    assert board[1:] == ("board", Role.READER, False)
    ops = tokens.checked(created(used, "ops", "admin", secrets=False))
    assert ops is not None
    assert ops[1:] == ("ops", Role.ADMIN, False)


def test_nobody_else_is(used: Machine) -> None:
    tokens, text = checking(used), created(used)
    assert tokens.checked(text)
    wrong = [
        "",
        "x",
        text[:-1],
        text + "0",
        text[:-1] + ("0" if text[-1] != "0" else "1"),
        text.upper(),
        draw()[1],
    ]
    token_id, of_another = text.split("_")[1], draw()[1]
    wrong += [
        f"zt_{token_id}_{secret_of(of_another)}",
        of_another.replace(of_another.split("_")[1], token_id),
        "ü",
    ]
    assert [it for it in wrong if tokens.checked(it)] == []


def test_a_machine_without_ledger_or_tokens_lets_nobody_in(machine: Machine) -> None:
    assert checking(machine).checked(draw()[1]) is None
    assert not machine.config.exists()
    machine.repository().active_stack_name  # noqa: B018 - the first run
    assert checking(machine).checked(draw()[1]) is None
    assert not (machine.config / "service").exists()


def test_a_revoked_token_is_out_at_once_in_a_service_that_runs(used: Machine) -> None:
    tokens, ci, other = checking(used), created(used), created(used, "other")
    assert tokens.checked(ci)
    assert used.repository().revoke_service_token("ci") is not None
    assert tokens.checked(ci) is None
    assert tokens.checked(other)
    assert used.repository().revoke_service_token("ci") is None


def test_the_undo_of_a_creation_revokes_and_that_is_not_undone(used: Machine) -> None:
    here, tokens, ci = used.repository(), checking(used), created(used)
    (info,) = here.service_tokens()
    assert tokens.checked(ci)
    undone = here.undo()
    assert undone is not None
    assert undone.summary == "revoke token 'ci'"
    assert tokens.checked(ci) is None
    attempts: list[Callable[[], object]] = [here.redo, lambda: here.undo(undone.letters)]
    for attempt in attempts:
        with pytest.raises(NotAllowedError, match="revoked a token, and a revoked one stays revoked"):
            attempt()
    (after,) = here.service_tokens()
    assert after.revoked is not None
    assert after._replace(revoked=None, last_used=None) == info
    assert tokens.checked(ci) is None


def digests(used: Machine) -> dict[str, bytes | None]:
    with closing(sqlite3.connect(used.config / "service" / "tokens.db")) as database:
        return dict(database.execute("SELECT token_id, digest FROM tokens"))


@pytest.mark.parametrize("way", ["revoke", "again", "undo", "block"])
def test_however_a_token_is_revoked_its_hash_is_gone(used: Machine, way: str) -> None:
    here, other, ci = used.repository(), created(used, "other"), created(used)
    before = digests(used)
    match way:
        case "undo":
            here.undo()
        case "block":
            with here.change():
                here.revoke_service_token("ci")
        case _:
            here.revoke_service_token("ci")
    if way == "again":  # as a kill between the ledger and the file leaves it
        checking(used).add(ci.split("_")[1], ci)
        here.revoke_service_token("ci")
    assert digests(used) == {**before, ci.split("_")[1]: None}
    assert checking(used).checked(other)


def test_a_rehearsed_undo_of_a_creation_leaves_its_hash(used: Machine) -> None:
    ci = created(used)
    Repository(notify=lambda sentence: None, dry_run=True).undo()
    assert checking(used).checked(ci)


def test_a_revocation_is_not_undone_and_not_offered_for_it(used: Machine) -> None:
    here = used.repository()
    created(used)
    change = here.revoke_service_token("ci")
    assert change is not None
    (newest,) = here.history(limit=1, everything=True)
    assert (newest.letters, newest.next_to_undo) == (change.letters, False)
    attempts: list[Callable[[], object]] = [here.undo, lambda: here.undo(change.letters)]
    for attempt in attempts:
        with pytest.raises(NotAllowedError, match="a revoked one stays revoked") as refused:
            attempt()
        assert refused.value.code == "revocation_not_undone"


def test_going_back_to_a_point_brings_no_token_back(used: Machine) -> None:
    here, tokens = used.repository(), checking(used)
    ci = created(used)
    before = here.history(limit=1, everything=True)[0].letters
    here.revoke_service_token("ci")
    here.restore(before, everything=True)
    assert tokens.checked(ci) is None
    later = created(used, "later")
    here.restore(before, everything=True)
    assert tokens.checked(later)


def test_a_backup_from_before_a_revocation_lets_nobody_in(used: Machine, tmp_path: Path) -> None:
    ci, tokens, backup = created(used), checking(used), tmp_path / "backup.db"
    used.repository().backup(backup)
    used.repository().revoke_service_token("ci")
    for beside in used.config.glob("ledger.db-*"):
        beside.unlink()
    used.file.write_bytes(backup.read_bytes())
    (info,) = used.repository().service_tokens()
    assert info.revoked is None, "the backup does not know of it"
    assert tokens.checked(ci) is None


def test_within_a_change_it_counts_once_the_change_is_recorded(used: Machine) -> None:
    here, tokens = used.repository(), checking(used)
    with here.change():
        kept = here.create_service_token("kept", "reader")
        assert kept.change is None
        assert kept.info.created is None
        assert tokens.checked(kept.text or "") is None
    assert tokens.checked(kept.text or "")
    made: list[str] = []

    def fails() -> None:
        with here.change():
            made.append(here.create_service_token("dropped", "reader").text or "")
            here.revoke_service_token("kept")
            here.delete_label("none")

    with pytest.raises(LabelNotFoundError):
        fails()
    assert tokens.checked(made[0]) is None
    assert tokens.checked(kept.text or ""), "the revocation was not recorded"


def test_a_hash_without_an_event_lets_nobody_in(used: Machine) -> None:
    """That is what a kill between the file and the event leaves."""
    created(used)
    token_id, text = draw()
    tokens = checking(used)
    tokens.add(token_id, text)
    assert tokens.checked(text) is None
    assert [token.name for token in used.repository().service_tokens()] == ["ci"]


def test_killed_between_the_file_and_the_event(used: Machine) -> None:
    act = """
    import os, signal
    from zenml.api import service_tokens
    from zenml.ledger.ledger import LockedLedger
    from zenml.repository import Repository
    from zenml.stores.token_hashes import draw
    drawn = draw()
    service_tokens.draw = lambda: drawn
    print(drawn[1], flush=True)
    LockedLedger.finish = lambda *args, **named: os.kill(os.getpid(), signal.SIGKILL)
    Repository(notify=lambda sentence: None).create_service_token("ci", "admin")
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(act)], stdout=subprocess.PIPE, check=False)
    assert killed.returncode == -9
    text = killed.stdout.decode().strip()
    with closing(sqlite3.connect(used.config / "service" / "tokens.db")) as database:
        assert database.execute("SELECT token_id FROM tokens").fetchall() == [(text.split("_")[1],)]
    assert checking(used).checked(text) is None
    assert used.repository().service_tokens() == []
    assert checking(used).checked(created(used)), "the name was not given"


def test_of_two_that_create_one_name_at_once_one_does(used: Machine) -> None:
    prepare = """
    from zenml.domain.errors import AlreadyExistsError
    from zenml.repository import Repository
    import zenml.api.service_tokens, zenml.unit_of_work.work
    """
    act = """
    try:
        print(Repository(notify=lambda sentence: None).create_service_token("ci", "reader").text)
    except AlreadyExistsError:
        print("taken")
    """
    answers = sorted(answer.strip() for answer in at_once(2, prepare, act))
    assert answers[0] == "taken"
    assert checking(used).checked(answers[1])
    assert len(used.repository().service_tokens()) == 1


def test_the_text_is_in_no_byte_of_anything(used: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    here, ci = used.repository(words=("service", "token", "create", "ci")), created(used)
    assert checking(used).checked(ci)
    typed = used.repository(words=("service", "token", "revoke", ci))
    for attempt in (lambda: typed.revoke_service_token(ci), lambda: typed.create_service_token(ci, "reader")):
        with pytest.raises(InvalidValueError):
            attempt()
    with_reason = Repository(notify=lambda sentence: None, command=("label", ci), reason=f"for {ci}")
    with_reason.put_label("v1")
    for number, name in enumerate(FORMATS):
        here.export_record(used.base / f"record{number}", name, everything=True)
    shown = io.StringIO()
    for info in here.history(everything=True):
        print(info.document(), here.show(info.letters).document(), file=shown)
    here.backup(used.base / "backup.db")
    places = {**bytes_below(used.base), "history": shown.getvalue().encode()}
    assert len(places) > 10
    assert leaks(ci, places) == []
    assert leaks(secret_of(ci), places) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such modes")
def test_the_file_is_for_its_owner_alone(used: Machine) -> None:
    folder = used.config / "service"
    folder.mkdir(mode=0o755)
    created(used)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_when_it_was_used_is_noted_at_most_once_a_minute(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, ci = checking(used), created(used)
    noted: list[str] = []
    note = TokenHashes.note_used

    def noting(self: TokenHashes, token_id: str, when: str) -> None:
        noted.append(when)
        note(self, token_id, when)

    monkeypatch.setattr(TokenHashes, "note_used", noting)
    assert used.repository().service_tokens()[0].last_used is None
    for seconds, expected in ((1000.0, 1), (1059.0, 1), (1060.0, 2), (1061.0, 2)):
        clock = SimpleNamespace(monotonic=lambda now=seconds: now)
        monkeypatch.setattr("zenml.service.tokens.time", clock)
        assert tokens.checked(ci)
        assert len(noted) == expected
    assert used.repository().service_tokens()[0].last_used == noted[-1]


def test_whoever_asks_is_let_in_while_the_file_is_locked(used: Machine) -> None:
    ci, tokens = created(used), checking(used)
    with closing(sqlite3.connect(used.config / "service" / "tokens.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert tokens.checked(ci)
        assert used.repository().service_tokens()[0].last_used is None


def test_files_that_cannot_be_read_let_nobody_in_and_are_told_from_wrong_tokens(used: Machine) -> None:
    ci, tokens = created(used), checking(used)
    used.tamper("UPDATE views SET version = 1")
    with pytest.raises(DamagedLedgerError):
        tokens.checked(ci)
    used.repository().rebuild()
    assert tokens.checked(ci)
    (used.config / "service" / "tokens.db").write_bytes(b"not a database, but long enough" * 100)
    with pytest.raises(DamagedLedgerError):
        tokens.checked(ci)


def test_a_token_whose_hash_cannot_be_written_is_not_recorded(used: Machine) -> None:
    (used.config / "service").write_text("in the way", encoding="utf-8")
    with pytest.raises(NotAllowedError, match="cannot be written"):
        created(used)
    assert used.repository().service_tokens() == []


def test_a_dry_run_makes_none(used: Machine) -> None:
    rehearsed = Repository(notify=lambda sentence: None, dry_run=True).create_service_token("ci", "reader")
    assert rehearsed.text is None
    assert rehearsed.change is not None
    assert rehearsed.change.summary == "create reader token 'ci'"
    assert not (used.config / "service").exists()
    created(used)
    with pytest.raises(AlreadyExistsError):
        Repository(notify=lambda sentence: None, dry_run=True).create_service_token("ci", "reader")


def test_with_the_same_idempotency_key_it_is_made_once_and_shown_once(used: Machine) -> None:
    def keyed() -> Repository:
        return Repository(notify=lambda sentence: None, idempotency_key="job 7")

    text = keyed().create_service_token("ci", "reader").text
    with pytest.raises(RepeatedKeyError, match="shown only then") as refused:
        keyed().create_service_token("ci", "reader")
    assert refused.value.code == "token_shown_before"
    assert [token.name for token in used.repository().service_tokens()] == ["ci"]
    assert checking(used).checked(text or "")


def test_a_rebuild_of_the_views_changes_nothing(used: Machine) -> None:
    ci, gone, here = created(used), created(used, "gone"), used.repository()
    here.revoke_service_token("gone")
    before = here.service_tokens()
    here.rebuild()
    assert here.service_tokens() == before
    assert checking(used).checked(ci)
    assert checking(used).checked(gone) is None
    assert here.verify().ok
