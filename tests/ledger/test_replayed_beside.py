"""A replay in a process of its own says what one here says; what it does not say is found out here."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import zenml
from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.verification import replaying, verify
from zenml.ledger.verification.replay import compare
from zenml.ledger.verification.replayer import answer
from zenml.ledger.verification.replaying import replay_beside
from zenml.projections import stored_events
from zenml.projections.database import Database, open_still


@pytest.fixture
def database(used: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(replaying, "_FEWEST", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with open_still(str(used.file)) as database:
        yield database


def ignored(*counts: int) -> None:
    """Takes what is said of progress."""


def test_it_says_how_far_it_is_and_what_it_found(database: Database) -> None:
    counts: list[int] = []
    with replay_beside(database) as replay:
        verdict = replay.verdict(counts.append)
        assert replaying._read(replay._said) == verdict == compare(database, ignored)
    assert counts[-1] == stored_events.count(database)


def test_it_finds_the_same_in_a_file_that_was_altered(
    machine: Machine, tampering: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "_FEWEST", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    tampering.run("UPDATE stacks SET name = name || '-ours'")
    with open_still(str(machine.file)) as database, replay_beside(database) as replay:
        verdict = replay.verdict(ignored)
        assert verdict.problems
        assert replaying._read(replay._said) == verdict == compare(database, ignored)


def test_one_that_is_killed_is_missed_by_nobody(database: Database) -> None:
    with replay_beside(database) as replay:
        assert replay._process is not None
        replay._process.kill()
        replay._process.wait()
        assert replay.verdict(ignored) == compare(database, ignored)


def test_none_is_left_when_somebody_interrupts(database: Database) -> None:
    with pytest.raises(KeyboardInterrupt), replay_beside(database) as replay:
        raise KeyboardInterrupt
    assert replay._process is not None
    assert replay._process.returncode is not None


def test_a_file_that_went_on_is_replayed_here(database: Database, used: Machine) -> None:
    assert stored_events.count(database)  # from now on it stands still
    used.repository().create_profile("later")
    with replay_beside(database) as replay:
        verdict = replay.verdict(ignored)
        assert replaying._read(replay._said) is None
    assert verdict.ok


def test_another_program_answers_nothing(
    database: Database, used: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    numbering = [*stored_events.numbering(database)]
    answer("/elsewhere/zenml/__init__.py", str(used.file), numbering)
    assert not capsys.readouterr().out
    answer(zenml.__file__, str(used.file), numbering)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0] == compare(database, ignored).text


def test_a_short_ledger_is_replayed_here(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "_FEWEST", stored_events.count(database) + 1)
    with replay_beside(database) as replay:
        assert replay._process is None
        assert replay.verdict(ignored) == compare(database, ignored)


def test_one_processor_does_one_thing_after_the_other(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    with replay_beside(database) as replay:
        assert replay._process is None


def test_what_is_done_only_grows_and_ends_with_all_of_it(database: Database, used: Machine) -> None:
    steps: list[tuple[int, int]] = []
    keyring = Keyring(str(used.config), lasting=False)
    verification = verify(database, str(used.file), keyring, lambda done, total: steps.append((done, total)))
    assert verification.ok
    assert steps == sorted(steps)
    assert steps[-1] == (2 * verification.events, 2 * verification.events)
