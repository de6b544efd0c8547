"""A profile that got another name: what follows it, what stays, and what a name it had still means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.repositories import active, chosen, file_of, kinds, text, write
from zenml.documents.files import read_document
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import ProfileExistsError, ProfileNotFoundError, UndoConflictError

TEAM = "ZENML_ACTIVATED_PROFILE"


@pytest.fixture
def inside(here: Machine) -> Path:
    """A repository that chose the stack `inner` of the profile `team`."""
    folder = here.folder("inside")
    here.repository().initialize(folder)
    here.repository(folder).activate_profile("team")
    here.repository(folder).activate_stack("inner")
    return folder


def says(folder: Path) -> str:
    return file_of(folder).read_text(encoding="utf-8")


def urls(machine: Machine) -> dict[str, str]:
    """Returns the folder of each profile, by its name."""
    return {it.name: Path(it.url.removeprefix("file://")).name for it in machine.repository().profiles}


def written(machine: Machine) -> dict[str, str]:
    """Returns which profile each file for people is of."""
    files = sorted((machine.config / "profiles").glob("*/profile*.yaml"))
    return {
        f"{it.parent.name}/{it.name}": it.read_text().splitlines()[2].removeprefix("profile: ") for it in files
    }


# --- repositories ---------------------------------------------------------------------------------


def test_it_stays_active_everywhere_and_the_files_of_repositories_follow(here: Machine, inside: Path) -> None:
    other = here.folder("other")
    here.repository().initialize(other)
    here.repository().rename_profile("team", "crew")
    assert says(inside) == text("crew", "inner")
    assert says(other) == text("default", "default")
    assert chosen(here, inside) == ("crew", "inner")
    here.repository().rename_profile("default", "main")
    assert says(other) == text("main", "default")
    assert chosen(here) == ("main", "default")
    assert active(here, inside).notices == active(here).notices == []
    assert "outside" not in kinds(here)


def test_undo_and_redo_take_the_files_along(here: Machine, inside: Path) -> None:
    here.repository().rename_profile("team", "crew")
    here.repository().undo()
    assert says(inside) == text("team", "inner")
    here.repository().redo()
    assert says(inside) == text("crew", "inner")


def test_what_was_edited_in_a_file_stays_as_it_was_edited(here: Machine, inside: Path, project: Path) -> None:
    write(inside, "notes: [mine]\n" + text("team", "default"))  # another stack; nobody recorded it yet
    write(project, text("team"))  # another profile, likewise
    here.repository().rename_profile("team", "crew")
    assert "active_profile_name: crew" in says(inside)
    assert "active_stack_name: default" in says(inside)
    assert "mine" in says(inside)
    assert chosen(here, project) == ("crew", "default")
    write(inside, text("default", "third"))
    here.repository().rename_profile("crew", "team")
    assert says(inside) == text("default", "third")


def test_a_file_that_cannot_be_written_is_understood_with_a_notice(
    here: Machine, inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setattr("zenml.active.zen_file.is_writable", lambda root: False)
        here.repository().rename_profile("team", "crew")
    assert says(inside) == text("team", "inner")
    now = active(here, inside)
    assert now.notices == [f"Profile 'team', which {file_of(inside)} names, is called 'crew' now."]
    assert (now.profile_by, now.observed) == ("repository", None)
    assert chosen(here, inside) == ("crew", "inner")
    here.repository().rename_profile("crew", "band")
    assert says(inside) == text("band", "inner")  # from the name it had long ago


def test_a_repository_that_was_away_is_understood_with_a_notice(here: Machine, inside: Path) -> None:
    away = inside.rename(inside.with_name("away"))
    here.repository().rename_profile("team", "crew")
    away.rename(inside)
    assert chosen(here, inside) == ("crew", "inner")
    assert len(active(here, inside).notices) == 1
    here.repository(inside).activate_stack("default")  # the next choice writes the name of now
    assert says(inside) == text("crew", "default")
    assert "outside" not in kinds(here)


def test_a_clone_that_says_the_old_name_is_understood(here: Machine, inside: Path) -> None:
    older = says(inside)
    here.repository().rename_profile("team", "crew")
    clone = here.folder("clone")
    write(clone, older)
    assert chosen(here, clone) == ("crew", "inner")


def test_an_old_name_that_another_profile_has_means_that_one(here: Machine, inside: Path) -> None:
    older = says(inside)
    here.repository().rename_profile("team", "crew")
    here.repository().create_profile("team")
    assert chosen(here, inside) == ("crew", "inner")
    write(inside, older.replace("inner", "default"))
    assert chosen(here, inside) == ("team", "default")
    assert active(here, inside).notices == []


def test_profiles_that_change_names_in_one_change_keep_their_repositories(
    here: Machine, inside: Path, project: Path
) -> None:
    repository = here.repository(inside)
    with repository.change() as work:
        repository.rename_profile("team", "x")
        repository.rename_profile("default", "team")
        repository.rename_profile("x", "default")
        repository.create_profile("x")
        assert work.reading().active.profile_by == "repository"
        assert work.reading().profile(None).name == "default"
    assert says(inside) == text("default", "inner")
    assert says(project) == text("team", "other")


def test_within_a_change_the_names_of_before_decide_nothing(here: Machine, inside: Path) -> None:
    repository = here.repository(inside)
    with repository.change():
        repository.rename_profile("team", "crew")
        repository.create_profile("team")
        repository.activate_stack("default")
    assert says(inside) == text("crew", "default")
    repository = here.repository(inside)
    with repository.change():
        repository.rename_profile("crew", "band")
        repository.rename_profile("team", "crew")
        repository.activate_stack("inner")
    assert says(inside) == text("band", "inner")


# --- variables ------------------------------------------------------------------------------------


def test_a_variable_that_says_the_old_name_is_understood_with_a_notice(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.repository().rename_profile("team", "crew")
    here.repository().rename_profile("crew", "band")
    monkeypatch.setenv(TEAM, "team")
    assert active(here).notices == [f"Profile 'team', which {TEAM} names, is called 'band' now."]
    assert chosen(here) == ("band", "default")
    here.repository().combine_stack("more", {"orchestrator": "default", "artifact_store": "default"})
    assert here.query("SELECT summary FROM changes ORDER BY number DESC LIMIT 1") == [("register stack 'more'",)]


def test_a_variable_goes_to_whichever_profile_has_the_name_now(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.repository().rename_profile("team", "crew")
    here.repository().create_profile("team")
    monkeypatch.setenv(TEAM, "team")
    assert chosen(here) == ("team", "default")
    assert active(here).notices == []
    monkeypatch.delenv(TEAM)
    here.repository().delete_profile("team")
    monkeypatch.setenv(TEAM, "team")
    assert active(here).profile is None  # who had the name last is gone: nothing is guessed
    with pytest.raises(ProfileNotFoundError, match="which ZENML_ACTIVATED_PROFILE names"):
        here.repository().list_stacks()


def test_a_variable_may_be_bytes_that_are_no_text(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TEAM, "\udcff")
    assert active(here).profile is None


def test_choosing_what_the_variable_means_says_nothing_of_the_variable(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.repository().rename_profile("team", "crew")
    monkeypatch.setenv(TEAM, "team")
    said: list[str] = []
    repository = type(here.repository())(notify=said.append)
    repository.activate_profile("crew")
    assert said == []
    repository.activate_profile("default")
    assert "still says 'team' and takes precedence" in said[0]


# --- folders --------------------------------------------------------------------------------------


def test_its_folder_stays_and_its_file_says_the_new_name(here: Machine) -> None:
    here.repository().rename_profile("team", "crew")
    assert urls(here) == {"crew": "team", "default": "default"}
    assert written(here) == {"default/profile.yaml": "default", "team/profile.yaml": "crew"}


def test_a_new_profile_of_the_old_name_gets_a_folder_of_its_own(here: Machine) -> None:
    here.repository().rename_profile("team", "crew")
    here.repository().create_profile("team")
    assert urls(here) == {"crew": "team", "default": "default", "team": "team-2"}
    assert written(here)["team/profile.yaml"] == "crew"
    here.repository().rename_profile("team", "other")
    here.repository().create_profile("team")
    here.repository().create_profile("team-2")
    assert urls(here)["team"] == "team-3"
    assert urls(here)["team-2"] == "team-2-2"
    assert not list(here.config.rglob("*.old*"))


def test_an_imported_profile_of_the_old_name_gets_a_folder_of_its_own(here: Machine, tmp_path: Path) -> None:
    here.repository().rename_profile("team", "crew")
    file = tmp_path / "team.yaml"
    file.write_text("profile: team\n")
    here.repository().import_profiles(file)
    assert urls(here)["team"] == "team-2"


def test_a_deleted_profile_that_comes_back_beside_one_with_its_folder_has_a_file_of_its_own(here: Machine) -> None:
    repository = here.repository()
    deleted = repository.delete_profile("team")
    assert deleted is not None
    repository.create_profile("team")
    repository.rename_profile("team", "crew")
    repository.undo(deleted.letters)
    assert urls(here) == {"crew": "team", "default": "default", "team": "team"}
    files = written(here)
    assert files.pop("team/profile.yaml") == "crew"
    assert sorted(files.values()) == ["default", "team"]
    before = sorted((here.config / "profiles").rglob("*"))
    repository.create_profile("more")
    new = set((here.config / "profiles").rglob("*")) - set(before)
    assert {it.name for it in new} == {"more", "profile.yaml"}


def test_a_case_alone_may_change(here: Machine) -> None:
    here.repository().rename_profile("team", "Team")
    assert urls(here) == {"Team": "team", "default": "default"}
    assert written(here)["team/profile.yaml"] == "Team"


def test_folders_that_a_file_system_takes_for_one_are_one(here: Machine) -> None:
    (here.config / "profiles" / "TEAM").symlink_to(here.config / "profiles" / "team")  # as where case is ignored
    here.repository().create_profile("TEAM")
    assert urls(here)["TEAM"] == "TEAM-2"


# --- undo, the past ---------------------------------------------------------------------------------


def test_undo_names_the_profile_that_took_the_name(here: Machine) -> None:
    renamed = here.repository().rename_profile("team", "crew")
    taken = here.repository().create_profile("team")
    assert renamed is not None
    assert taken is not None
    with pytest.raises(UndoConflictError, match="already exists") as caught:
        here.repository().undo(renamed.letters)
    assert caught.value.later == (taken.letters,)
    here.repository().undo(renamed.letters, cascade=True)
    assert sorted(urls(here)) == ["default", "team"]


def test_undo_of_a_creation_names_the_renaming(here: Machine) -> None:
    made = here.repository().create_profile("more")
    renamed = here.repository().rename_profile("more", "other")
    assert made is not None
    assert renamed is not None
    with pytest.raises(UndoConflictError) as caught:
        here.repository().undo(made.letters)
    assert caught.value.later == (renamed.letters,)


def test_the_past_has_the_name_of_then(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = here.repository().history(everything=True, limit=1)[0].letters
    here.repository().rename_profile("team", "crew")
    then = here.repository().at(before)
    assert [it.name for it in then.profiles] == ["default", "team"]
    with pytest.raises(ProfileNotFoundError) as caught:
        then.ask(lambda now: now.profile("crew"))
    assert "It was called 'team' then." in (caught.value.hint or "")
    for name in ("team", "crew"):  # both are names of the profile whose past is looked at
        monkeypatch.setenv(TEAM, name)
        assert [it.name for it in here.repository().at(before).list_stacks()] == ["default", "inner"]


def test_history_finds_a_profile_by_each_of_its_names(here: Machine) -> None:
    here.repository().rename_profile("team", "crew")
    found = [[it.letters for it in here.repository().history(profile=name)] for name in ("team", "crew")]
    assert found[0] == found[1]
    assert "rename profile 'team' to 'crew'" in [it.summary for it in here.repository().history(profile="crew")]


def test_restore_gives_the_name_back_and_diff_tells_it(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TEAM, "team")
    before = here.repository().history(everything=True, limit=1)[0].letters
    here.repository().rename_profile("team", "crew")
    (difference,) = here.repository().diff(before).differences
    assert tuple(difference) == ("profile/crew", "name", "team", "crew", False, False)
    assert here.repository().diff(before).patch() == [{"op": "replace", "path": "/name", "value": "crew"}]
    others = here.repository().diff("profile:crew", "profile:default").differences
    assert "profile 'default'" not in [it.thing for it in others]  # their names say nothing of what they have
    here.repository().restore(before)
    assert sorted(urls(here)) == ["default", "team"]
    assert here.repository().diff(before).differences == []


def test_restore_leaves_the_name_where_another_profile_has_it(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = here.repository().history(everything=True, limit=1)[0].letters
    here.repository().rename_profile("team", "crew")
    here.repository().rename_profile("default", "team")
    said: list[str] = []
    repository = type(here.repository())(notify=said.append)
    monkeypatch.setenv(TEAM, "crew")
    repository.combine_stack("more", {"orchestrator": "default", "artifact_store": "default"})
    repository.restore(before)
    assert "The profile keeps its name 'crew': another one is called 'team' now." in said
    assert "more" not in [it.name for it in repository.list_stacks()]
    assert sorted(urls(here)) == ["crew", "team"]


def test_restore_of_everything_gives_profiles_that_changed_names_theirs_back(here: Machine) -> None:
    repository = here.repository()
    deleted = repository.create_profile("gone")
    assert deleted is not None
    before, names = repository.history(everything=True, limit=1)[0].letters, urls(here)
    repository.delete_profile("gone")
    repository.rename_profile("team", "x")
    repository.rename_profile("default", "team")
    repository.rename_profile("x", "default")
    repository.create_profile("gone")
    repository.restore(before, everything=True)
    assert urls(here) == names
    assert chosen(here) == ("default", "default")
    assert repository.restore(before, everything=True) is None


# --- names ------------------------------------------------------------------------------------------


def test_what_is_typed_is_never_guessed_and_the_hint_says_the_name_of_now(here: Machine) -> None:
    here.repository().rename_profile("team", "crew")
    repository = here.repository()
    for act in (
        lambda: repository.rename_profile("team", "x"),
        lambda: repository.delete_profile("team"),
        lambda: repository.activate_profile("team"),
        lambda: repository.ask(lambda now: now.profile("team")),
        lambda: repository.copy_stack("default", "copy", to_profile="team"),
        lambda: repository.diff("profile:team"),
        lambda: repository.diff("team"),
        lambda: repository.apply(ProfileDocument(), to="team"),
    ):
        with pytest.raises(ProfileNotFoundError) as caught:
            act()
        assert "It is called 'crew' now." in (caught.value.hint or "")


def test_a_taken_name_is_refused_and_its_own_name_changes_nothing(here: Machine) -> None:
    with pytest.raises(ProfileExistsError):
        here.repository().rename_profile("team", "default")
    assert here.repository().rename_profile("team", "team") is None


def test_a_file_for_the_old_name_is_applied_to_the_profile(
    here: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "team.yaml"
    file.write_text(
        "profile: team\nstacks: [{name: applied, components:"
        " {orchestrator: default, artifact_store: default, metadata_store: default}}]\n"
    )
    here.repository().rename_profile("team", "crew")
    monkeypatch.setenv(TEAM, "crew")
    said: list[str] = []
    repository = type(here.repository())(notify=said.append)
    repository.apply(read_document(str(file)))
    assert "applied" in [it.name for it in repository.list_stacks()]
    assert "Profile 'team', which the file names, is called 'crew' now." in said


def test_what_is_recorded_later_has_the_name_of_now(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = here.repository()
    with repository.change():
        repository.activate_profile("team", machine_wide=True)
        repository.rename_profile("team", "crew")
        repository.activate_stack("inner", machine_wide=True)
    (event,) = [it for it in here.events() if it.topic == "zenml:StackActivated"][-1:]
    assert event.fields["profile_name"] == "crew"
