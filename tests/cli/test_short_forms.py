"""Commands as people type them first: with fewer words, or with the file right behind."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.cli.test_completion import offered
from tests.support.program import Home

PARTS = ("-a", "default", "-o", "default")


def test_a_profile_is_made_and_chosen_as_one_change(used: Home) -> None:
    made = used.done("profile", "create", "team", "--set")
    assert made.stdout.splitlines()[-2:] == [
        "Profile 'team' successfully created.",
        "Active profile changed to: 'team'",
    ]
    assert used.done("status").stdout == "team/default\n"
    used.done("undo")
    assert used.done("profile", "list", "-o", "name").stdout == "profile/default\n"
    assert used.done("status").stdout == "default/default\n"
    used.done("redo")
    assert used.done("status").stdout == "team/default\n"


def test_it_is_the_repositorys_choice_inside_of_one(used: Home) -> None:
    folder = used.folder("project")
    used.done("init", cwd=folder)
    used.done("profile", "create", "team", "--set", cwd=folder)
    assert used.done("status", cwd=folder).stdout == "team/default\n"
    assert used.done("status").stdout == "default/default\n"


def test_a_variable_that_decides_otherwise_is_named(used: Home) -> None:
    made = used.run("profile", "create", "team", "--set", env={"ZENML_ACTIVATED_PROFILE": "default"}, check=0)
    assert "ZENML_ACTIVATED_PROFILE still says 'default'" in made.stderr


def test_any_profile_is_exported_by_its_name(used: Home) -> None:
    used.done("profile", "create", "team")
    used.done("label", "before")
    used.run("stack", "register", "theirs", *PARTS, env={"ZENML_ACTIVATED_PROFILE": "team"}, check=0)
    exported = yaml.safe_load(used.done("profile", "export", "team").stdout)
    assert exported["profile"] == "team"
    assert [stack["name"] for stack in exported["stacks"]] == ["default", "theirs"]
    then = yaml.safe_load(used.done("profile", "export", "team", "--at", "before").stdout)
    assert [stack["name"] for stack in then["stacks"]] == ["default"]
    assert used.done("profile", "export").stdout == used.done("export").stdout
    assert used.done("export", "--out", "-").stdout == used.done("export").stdout
    said = used.done("profile", "export", "team", "--out", "team.yaml").stdout
    assert said == "Exported profile 'team' to file 'team.yaml'.\n"
    assert "Did you mean 'team'?" in used.run("profile", "export", "taem", check=1).stderr
    assert offered(used, "profile export t") == ["team"]
    used.done("profile", "import", "team.yaml", "--name", "again")


def test_files_to_apply_need_no_option(used: Home) -> None:
    used.done("stack", "register", "s", *PARTS)
    used.done("export", "--out", "all.yaml")
    used.done("undo")
    rehearsed = used.done("apply", "all.yaml", "--dry-run")
    assert "register stack 's'" in rehearsed.stdout
    used.done("apply", "all.yaml")
    for given in (["-f", "all.yaml"], ["all.yaml", "-f", "all.yaml"], ["all.yaml", "--prune"]):
        assert used.run("apply", *given, "--dry-run").exit != 2
    mistaken: list[tuple[str, ...]] = [(), ("all.yaml", "--plan", "all.yaml")]
    for words in mistaken:
        error, hint = used.run("apply", *words, check=2).stderr.splitlines()
        assert error.startswith("Error: ")
        assert '"zenml apply FILE"' in hint


def test_a_difference_alone_is_that_of_the_newest_change(used: Home) -> None:
    assert "There are no differences." in used.done("diff").stderr
    used.done("stack", "register", "s", *PARTS)
    used.done("stack", "rename", "s", "t")
    shown = used.done("diff")
    assert "- name  s" in shown.stdout
    assert "+ name  t" in shown.stdout
    assert "From " in shown.stderr
    used.run("diff", "--exit-code", check=1)
    assert json.loads(used.done("diff", "-o", "json").stdout) == json.loads(
        used.done("diff", used.done("history", "-o", "name").stdout.split()[1], "-o", "json").stdout
    )
    used.done("undo")
    assert "+ name  s" in used.done("diff").stdout
    assert len(used.done("diff", "--log").rows) == 1


@pytest.mark.parametrize("words", [("audit", "report"), ("audit", "report", "--controls")])
def test_the_report_needs_no_option(used: Home, words: tuple[str, ...]) -> None:
    assert "PCI DSS" in used.done(*words).stdout
