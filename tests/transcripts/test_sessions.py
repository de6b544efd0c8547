"""The data files are read as they are meant: every command, where it ran, and its whole answer."""

from __future__ import annotations

import pytest

from tests.transcripts.sessions import parse, sessions

TEXT = """\
# seed: an example
# prelude: zenml profile list

/tmp/zenml$ zenml stack register 'a b'
Registered.

Really.

/tmp/zenml$ cd ..
/tmp$ zenml stack list
$ zenml stack get
The active stack is: 'default'
"""


def test_a_session_is_read_command_by_command() -> None:
    session = parse("example", TEXT)
    assert [step.words for step in session.prelude] == [("profile", "list")]
    assert [(step.folder, step.command) for step in session.steps] == [
        ("/tmp/zenml", "zenml stack register 'a b'"),
        ("/tmp/zenml", "cd .."),
        ("/tmp", "zenml stack list"),
        ("/tmp", "zenml stack get"),
    ]
    assert session.steps[0].words == ("stack", "register", "a b")
    assert session.steps[0].answer == ("Registered.", "", "Really.")
    assert session.steps[3].answer == ("The active stack is: 'default'",)


@pytest.mark.parametrize(
    "text",
    [TEXT.replace("# seed", "seed"), TEXT.replace("cd ..", "cd examples")],
    ids=["stray line", "cd to elsewhere"],
)
def test_a_mistake_in_a_data_file_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"^example: "):
        parse("example", text)


def test_no_session_is_lost() -> None:
    found = {session.name: len([step for step in session.steps if step.answer]) for session in sessions()}
    assert found == {
        "000_first_run": 1,
        "000_inside_a_repository": 9,
        "000_outside_a_repository": 1,
        "000_several_profiles": 10,
        "001_first_run": 1,
        "001_inside_a_repository": 5,
        "001_second_profile": 2,
        "001_shared_profile_created": 1,
        "001_shared_profile_used": 2,
        "001_stack_in_a_profile": 4,
    }
