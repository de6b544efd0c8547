"""What somebody wrote into a repository's file by hand: used at once, recorded by the next command that writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS, active, chosen, file_of, kinds, text, write
from zenml.domain.errors import ConflictError
from zenml.repository import Repository

OBSERVED = "zenml:RepositoryChoiceObserved"


@pytest.fixture
def edited(here: Machine, project: Path) -> Path:
    """The repository, whose file somebody has changed to `team` and `inner`."""
    write(project, f"{text('team', 'inner')}note: mine\n")
    return project


def observed(machine: Machine) -> list[dict[str, object]]:
    return [row.fields for row in machine.events() if row.topic == OBSERVED]


def test_reading_uses_it_and_records_nothing(here: Machine, edited: Path) -> None:
    before = len(here.events())
    assert chosen(here, edited) == ("team", "inner")
    assert here.repository(edited).history()
    assert len(here.events()) == before


def test_the_next_command_that_writes_records_it_as_done_by_somebody_outside(here: Machine, edited: Path) -> None:
    told: list[str] = []
    Repository(edited, notify=told.append).combine_stack("new", PARTS)
    assert kinds(here)[-2:] == ["outside", "change"]
    ((kind, known_by, command, reason),) = here.query(
        "SELECT actor_kind, known_by, command, reason FROM changes WHERE kind = 'outside'"
    )
    assert (kind, known_by, command, reason) == ("external", "file", None, None)
    (event,) = observed(here)
    assert (name(event["old_profile"]), name(event["old_stack"])) == ("default", "other")
    assert (name(event["new_profile"]), name(event["new_stack"])) == ("team", "inner")
    assert len([sentence for sentence in told if "by hand" in sentence]) == 1
    assert active(here, edited).observed is None


def name(choice: object) -> object:
    assert isinstance(choice, dict)
    return choice["name"]


def test_it_is_recorded_once(here: Machine, edited: Path) -> None:
    for stack in ("one", "two"):
        here.repository(edited).combine_stack(stack, PARTS)
    assert kinds(here).count("outside") == 1
    assert file_of(edited).read_text(encoding="utf-8") == f"{text('team', 'inner')}note: mine\n"


def test_a_choice_made_now_starts_from_it_and_keeps_what_else_is_in_the_file(here: Machine, edited: Path) -> None:
    here.repository(edited).activate_stack("default")
    assert chosen(here, edited) == ("team", "default")
    assert "note: mine" in file_of(edited).read_text(encoding="utf-8")
    here.repository(edited).undo()
    assert chosen(here, edited) == ("team", "inner")


def test_a_command_that_is_refused_records_nothing_of_it(here: Machine, edited: Path) -> None:
    before = here.tables()
    with pytest.raises(KeyError):
        here.repository(edited).activate_stack("nope")
    assert here.tables() == before


def test_a_command_that_changes_nothing_records_nothing_of_it(here: Machine, edited: Path) -> None:
    before = here.tables()
    told: list[str] = []
    assert Repository(edited, notify=told.append).activate_stack("inner") is None
    assert here.tables() == before
    assert told == []


def test_plain_undo_skips_it(here: Machine, edited: Path) -> None:
    here.repository(edited).combine_stack("new", PARTS)
    here.repository(edited).undo()
    assert "new" not in here.repository(edited).stack_configurations
    assert chosen(here, edited) == ("team", "inner")
    with pytest.raises(ConflictError, match="file edited"):  # what it meets is one's own choice before the edit
        here.repository(edited).undo()
    assert chosen(here, edited) == ("team", "inner")
    assert here.query("SELECT undone_by FROM changes WHERE kind = 'outside'") == [(None,)]


def test_it_can_be_undone_by_its_name(here: Machine, edited: Path) -> None:
    here.repository(edited).combine_stack("new", PARTS)
    ((letters,),) = here.query("SELECT letters FROM changes WHERE kind = 'outside'")
    here.repository(edited).undo(letters)
    assert chosen(here, edited) == ("default", "other")
    assert file_of(edited).read_text(encoding="utf-8") == (
        "active_profile_name: default\nactive_stack_name: other\nnote: mine\n"
    )


def test_a_reference_to_something_gone_is_not_recorded(here: Machine, project: Path) -> None:
    for content in (text("ghost", "other"), text("default", "ghost"), text("ghost"), "a: ["):
        write(project, content)
        here.repository(project).combine_stack(f"stack {len(here.events())}", PARTS)
        assert file_of(project).read_text(encoding="utf-8") == content
    assert "outside" not in kinds(here)


def test_an_edit_back_to_what_is_recorded_is_no_edit(here: Machine, edited: Path) -> None:
    write(edited, text("default", "other"))
    here.repository(edited).combine_stack("new", PARTS)
    assert "outside" not in kinds(here)


def test_a_folder_that_somebody_made_a_repository_by_hand_is_recorded_as_one(here: Machine) -> None:
    folder = here.folder("by hand")
    write(folder, text("team", "inner"))
    here.repository(folder).combine_stack("new", PARTS)
    assert kinds(here)[-2:] == ["outside", "change"]
    assert here.events()[-3].topic == "zenml:RepositoryInitialized"
    assert "new" in here.repository(folder).stack_configurations
    assert chosen(here, folder) == ("team", "inner")
