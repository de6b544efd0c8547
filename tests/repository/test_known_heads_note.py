"""The note of what was seen: it stops nobody, costs next to nothing, and never goes back by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.ledger.races import at_once
from tests.repository.remembering import another_time, heads, note, reading, remember, remembered, work
from zenml.custody import heads_file, remembered_heads
from zenml.domain.errors import NotAllowedError

# --- best effort --------------------------------------------------------------------------------


def test_a_note_that_cannot_be_written_stops_nobody_but_who_accepts(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (used.base / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(used.base / "file"))
    remember(used)
    work(used, "a")
    with reading(used) as arguments:
        assert remembered_heads.check(*arguments) is None
        assert remembered_heads.notice(*arguments) is None
    with pytest.raises(NotAllowedError, match="cannot be written"):
        used.repository().accept_ledger()


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe", b"one line", b"first\nx y z\na 1\n\n  \nb c d e\n", b"\0" * 99]
)
def test_a_note_that_is_not_understood_is_none(known: Machine, text: bytes) -> None:
    note(known).write_bytes(text)
    assert remembered(known) == {}
    with reading(known) as arguments:
        assert remembered_heads.check(*arguments) is None


def test_nothing_is_left_beside_the_note(known: Machine) -> None:
    assert list(note(known).parent.iterdir()) == [note(known)]


# --- several at once ----------------------------------------------------------------------------


def test_who_saw_less_does_not_move_the_note_back(known: Machine) -> None:
    newest = remembered(known)
    with another_time(known):
        work(known, "c")
        remember(known)
        later = note(known).read_bytes()
    note(known).write_bytes(later)
    remember(known)  # from the older file
    assert remembered(known) != newest
    assert note(known).read_bytes() == later


def test_who_writes_last_looks_again(known: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process commits, and notes that, between our looking at the ledger and our writing."""
    write = heads_file.write
    done: list[bool] = []

    def late(*arguments: Any) -> None:
        if not done:
            done.append(True)
            work(known, "d")
            remember(known)
        write(*arguments)

    work(known, "c")
    note(known).unlink()
    monkeypatch.setattr(heads_file, "write", late)
    remember(known)
    assert {ledger_id: head.size for ledger_id, head in remembered(known).items()} == heads(known)


def test_what_others_do_while_somebody_looks_is_no_step_back(known: Machine) -> None:
    with reading(known) as (database, config):
        database.execute("BEGIN")
        database.execute("SELECT 1 FROM heads").fetchone()  # from here on this reader sees one moment
        work(known, "c")
        remember(known)
        assert remembered_heads.notice(database, config) is None


def test_what_others_do_during_a_verification_is_no_step_back(
    known: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(done: int, total: int) -> None:
        work(known, f"x{done}"[-1])
        remember(known)

    monkeypatch.setattr("zenml.ledger.verification._OFTEN", 5)
    found = known.repository().verify(go_on)
    assert found.verdicts["completeness"].ok
    assert found.events < sum(heads(known).values())


def test_processes_that_write_at_once_leave_the_newest_note(known: Machine) -> None:
    prepare = """
        from contextlib import closing
        from zenml import paths
        from zenml.projections.database import connect
        from zenml.repository import Repository
        from zenml.custody import remembered_heads
        from zenml.unit_of_work.work import UnitOfWork
        here = Repository(notify=lambda sentence: None)
        path = paths.ledger_file(here.config_directory)
    """
    act = """
        for number in range(6):
            here.register_component("orchestrator", f"o{sys.argv[1]}-{number}", "local", {})
            with closing(connect(path)) as database:
                remembered_heads.remember(database, here.config_directory)
    """
    at_once(4, prepare, act)
    assert {ledger_id: head.size for ledger_id, head in remembered(known).items()} == heads(known)


# --- what it costs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "forbidden"),
    [
        ("notice", {"hashlib", "json", "pydantic", "typing", "orjson"}),
        ("remember", {"json", "pydantic", "orjson"}),
    ],
)
def test_little_is_imported(known: Machine, call: str, forbidden: set[str]) -> None:
    script = (
        "import sys; from zenml.projections.database import connect; from zenml.custody import remembered_heads\n"
        f"database = connect({str(known.file)!r})\n"
        f"remembered_heads.{call}(database, {str(known.config)!r}); database.close()\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", script], env={**_path()}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not forbidden & set(done.stdout.split())


def _path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
