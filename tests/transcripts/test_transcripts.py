"""Every terminal session of the seeds that needs no server and no legacy repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import Home
from tests.support.tables import is_table_line
from tests.transcripts.normal import Places, compared
from tests.transcripts.sessions import Session, Step, sessions

SESSIONS = sessions()
NOTICES = ("Creating", "Initializing", "Registered", "Created", "Running", "Unable to find")


def named(name: str) -> Session:
    return next(session for session in SESSIONS if session.name == name)


def folder(home: Home, step: Step) -> Path:
    """Returns the sandbox's folder for the seed's one."""
    path = home.base / step.folder.removeprefix("/")
    path.mkdir(parents=True, exist_ok=True)
    return path


def prepare(home: Home, session: Session) -> Places:
    for step in session.prelude:
        home.run(*step.words, cwd=folder(home, step), check=0)
    return Places(home=str(home.home), tmp=str(home.base / "tmp"))


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)
def test_the_program_answers_as_in_the_seed(session: Session, home: Home) -> None:
    places = prepare(home, session)
    for step in session.steps:
        if step.changes_folder:
            continue
        answer = home.run(*step.words, cwd=folder(home, step), merge=True, check=0)
        expected, actual = compared(step.answer, answer.stdout, places)
        assert actual == expected, f"{session.name}: {step.folder}$ {step.command}"


@pytest.mark.parametrize("name", ["000_several_profiles", "000_inside_a_repository"])
def test_tables_go_to_stdout_and_notices_to_stderr(name: str, home: Home) -> None:
    session = named(name)
    prepare(home, session)
    for step in session.steps:
        if step.changes_folder:
            continue
        answer = home.run(*step.words, cwd=folder(home, step), check=0)
        table = [line for line in step.answer if is_table_line(line)]
        if table:
            assert all(is_table_line(line) for line in answer.stdout.splitlines()), answer.report()
            assert len(answer.stdout.splitlines()) == len(table), answer.report()
        assert not any(is_table_line(line) for line in answer.stderr.splitlines()), answer.report()
        for line in step.answer:
            if line.startswith(NOTICES):
                assert line in answer.stderr.splitlines(), answer.report()


def test_the_first_run_writes_only_the_table_to_stdout(home: Home) -> None:
    answer = home.run("profile", "list", check=0)
    assert [line for line in answer.stdout.splitlines() if not is_table_line(line)] == []
    assert "Created and activated default profile." in answer.stderr.splitlines()
