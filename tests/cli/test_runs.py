"""`zenml runs list`, `show` and `diff`: what they print, and what they say when something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.cli.test_output import answered, check
from tests.support.program import Home
from tests.support.terminal import ESCAPE, on_terminal

_ID = r"[k-z]{4,18}"


@pytest.fixture
def ran(home: Home) -> Home:
    """A machine with a run, a change with a reason, and another run that failed."""
    home.done("run", "--name", "nightly", "--", "true")
    home.done("artifact-store", "update", "default", "--path", "/data/two", "--reason", "moved the data")
    home.run("run", "--reason", "OPS-7", "--", "sh", "-c", "exit 3", check=3)
    return home


def _newest(home: Home) -> str:
    return home.done("runs", "list", "-n", "1", "-o", "name").stdout.strip()


def test_a_list_has_what_ran_and_how_it_ended(ran: Home) -> None:
    header, failed, done = (
        [cell.strip() for cell in re.split("[┃│]", line)[1:-1]]
        for line in ran.done("runs", "list").stdout.splitlines()
        if line.startswith("┃")
    )
    assert header == [
        *("RUN", "STARTED (UTC)", "ENDED (UTC)", "OUTCOME", "EXIT CODE", "NAME", "STACK", "ACTOR"),
        *("COMMAND", "REASON"),
    ]
    assert failed[3:] == ["failed", "3", "", "default", failed[7], "sh -c 'exit 3'", "OPS-7"]
    assert done[3:] == ["succeeded", "0", "nightly", "default", failed[7], "true", ""]
    assert re.fullmatch(_ID, failed[0])


def test_programs_get_the_same_as_json_and_line_by_line(ran: Home) -> None:
    runs = json.loads(ran.done("runs", "list", "-o", "json").stdout)["runs"]
    lines = [json.loads(line) for line in ran.done("runs", "list", "-o", "jsonl").stdout.splitlines()]
    assert [{key: value for key, value in line.items() if key != "version"} for line in lines] == runs
    assert [(run["name"], run["outcome"], run["exit_code"]) for run in runs] == [
        (None, "failed", 3),
        ("nightly", "succeeded", 0),
    ]
    assert ran.done("runs", "list", "-o", "name").stdout.split() == [run["run"] for run in runs]
    shown = json.loads(ran.done("runs", "show", "nightly", "-o", "json").stdout)["run"]
    assert {key: shown[key] for key in runs[1]} == runs[1]
    assert shown["notes"] == []
    assert ran.done("runs", "show", "nightly", "-o", "name").stdout.strip() == runs[1]["run"]


def test_every_answer_is_what_the_page_says(ran: Home) -> None:
    ran.done("runs", "note", "nightly", "--artifact", "model=s3://models/7", "--link", "ui=https://ui.example.com")
    for words, key, is_a in (
        (("runs", "list"), "runs", "list of [run]"),
        (("runs", "show", "nightly"), "run", "[shown run]"),
        (("runs", "diff", "nightly", _newest(ran)), "comparison", "[compared runs]"),
    ):
        answer = ran.done(*words, "-o", "json")
        found = answered(answer)
        assert list(found) == [key]
        check(found[key], is_a)
        assert yaml.safe_load(ran.done(*words, "-o", "yaml").stdout) == json.loads(answer.stdout)


def test_runs_that_used_a_value_are_listed(ran: Home) -> None:
    newest = _newest(ran)
    assert ran.done("runs", "list", "--with", "path=/data/two", "-o", "name").stdout.split() == [newest]
    assert len(ran.done("runs", "list", "--with", "path", "-o", "name").stdout.split()) == 2
    named = "artifact-store/default.path=/data/two"
    assert ran.done("runs", "list", "--with", named, "-o", "name").stdout.split() == [newest]
    (ran.work / "value.txt").write_text("/data/two\n")
    assert ran.done("runs", "list", "--with", "path=@value.txt", "-o", "name").stdout.split() == [newest]
    assert "No runs found." in ran.done("runs", "list", "--with", "path=/elsewhere").stderr


@pytest.mark.parametrize(
    ("words", "exit", "said"),
    [
        (("list", "--outcome", "late"), 2, "'late' is not one of running, succeeded, failed, killed, lost."),
        (("list", "--with", "path", "--with", "path=1"), 2, "'path' is given twice."),
        (("list", "--with", "=1"), 2, "The parameter is missing before the equals sign."),
        (("list", "--with", "pth=1"), 1, "Did you mean 'path'?"),
        (("list", "--component", "default"), 1, "does not say of which type the component is."),
        (("list", "--stack", "absent"), 1, "Stack 'absent' does not exist."),
        (("list", "--before", "absent"), 1, "Run 'absent' does not exist."),
        (("list", "--at", "monday"), 2, 'run "zenml runs list --until monday"'),
        (("show", "nightly", "--at", "monday"), 2, "Runs are not looked at as of a point in the past"),
        (("diff", "nightly", "nightly", "--at", "monday"), 2, "Runs are not looked at as of a point in the past"),
        (("show", "absent"), 1, 'Run "zenml runs list" to see the runs.'),
        (("diff", "nightly", "absent"), 1, "Run 'absent' does not exist."),
    ],
)
def test_what_is_wrong_is_said(ran: Home, words: tuple[str, ...], exit: int, said: str) -> None:
    assert said in ran.run("runs", *words, check=exit).stderr


def test_a_run_is_shown_with_what_it_ran_with(ran: Home) -> None:
    out = ran.done("runs", "show", _newest(ran)).stdout
    for line in (
        rf"run {_ID}: sh -c 'exit 3'",
        r"  outcome   failed \(exit code 3\)",
        r"  why       OPS-7",
        rf"  stack default, as of change {_ID}: set path of artifact store 'default'",
        r"  artifact-store/default \(local\)",
        r"    path  /data/two",
    ):
        assert re.search(f"^{line}$", out, re.MULTILINE), (line, out)
    (line,) = re.findall('"zenml (stack describe .*)" shows the stack as it was', out)
    assert "/data/two" not in ran.done(*line.split()).stdout  # components are described by themselves
    assert "default" in ran.done(*line.split()).stdout


def test_two_runs_are_compared_and_the_change_between_is_named(ran: Home) -> None:
    out = ran.done("runs", "diff", "nightly", _newest(ran)).stdout
    assert "  The configuration is different:" in out.splitlines()
    assert "    + path  /data/two" in out.splitlines()
    assert re.search(rf"^  {_ID}  set path of artifact store 'default'$", out, re.MULTILINE)
    assert ": moved the data" in out
    assert "The command is different:\n  - true\n  + sh -c 'exit 3'\n" in out
    assert "The outcome is different:\n  - succeeded (exit code 0)\n  + failed (exit code 3)\n" in out
    document = json.loads(ran.done("runs", "diff", "nightly", _newest(ran), "-o", "json").stdout)["comparison"]
    assert [cause["reason"] for cause in document["changes"]] == ["moved the data"]
    assert document["command"] == {"same": False, "first": ["true"], "second": ["sh", "-c", "exit 3"]}
    same = ran.done("runs", "diff", "nightly", "nightly").stdout
    assert "  The configuration is the same.\n" in same
    assert "The command is the same: true\n" in same


def test_a_run_that_goes_on_and_one_that_was_lost_are_listed_as_that(home: Home) -> None:
    script = """
        from tests.runs.past_runs import going_on
        from zenml.repository import Repository
        going_on(Repository(notify=lambda sentence: None), name="left")
    """
    root = str(Path(__file__).parents[2])
    assert home.python(script, env={"PYTHONPATH": root}).exit == 0
    assert "lost: its process is gone" in home.done("runs", "show", "left").stdout
    assert home.done("runs", "list", "--outcome", "running", "-o", "name").stdout == ""
    assert len(home.done("runs", "list", "--outcome", "lost", "-o", "name").stdout.split()) == 1


def test_a_list_fits_a_narrow_terminal(ran: Home) -> None:
    drawn = ESCAPE.sub("", on_terminal(ran, "runs", "list", columns=60))
    table = [line for line in drawn.splitlines() if line.startswith(("┏", "┃", "┗"))]
    assert max(map(len, table)) <= 60
    assert any("failed (3)" in line and "sh -c 'exit 3'" in line for line in table), drawn


def test_the_tab_key_offers_names_and_letters_of_runs(ran: Home) -> None:
    def offered(*words: str) -> list[str]:
        variables = {
            "_ZENML_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(["zenml", *words]),
            "COMP_CWORD": str(len(words)),
        }
        return ran.done(env=variables).stdout.split()

    newest = _newest(ran)
    assert set(offered("runs", "show", "")) >= {newest, "nightly"}
    assert offered("runs", "show", "night") == ["nightly"]
    assert offered("runs", "diff", "nightly", newest[:3]) == [newest]
    assert offered("runs", "list", "--name", "n") == ["nightly"]
    assert offered("runs", "show", "absent") == []


def test_other_runs_are_shown_by_their_letters(ran: Home) -> None:
    ran.done("run", "--like", "nightly", "--name", "again")
    (whole,) = re.findall("id +([k-z]{18}), ", ran.done("runs", "show", "nightly").stdout)
    assert re.search(f"like +{whole}$", ran.done("runs", "show", "again").stdout, re.MULTILINE)
