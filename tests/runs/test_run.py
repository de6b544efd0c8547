"""``zenml run``: what the command finds, what is said, how it ends."""

from __future__ import annotations

import json
import sys

import pytest

from tests.runs.seen import last_run, runs_of, verifies
from tests.support.program import ZENML, Home


def test_the_command_gets_its_words_as_they_are(used: Home) -> None:
    words = ["--stack", "x", "--", "-n", "", "a b", "--help"]
    ran = used.done("run", "--", sys.executable, "-c", "import sys, json; print(json.dumps(sys.argv[1:]))", *words)
    assert json.loads(ran.stdout) == words
    assert last_run(used).said("command")[3:] == words


def test_output_and_input_are_those_of_the_command(used: Home) -> None:
    ran = used.run("run", "--", "sh", "-c", "cat; echo oops >&2", stdin="typed\n", check=0)
    assert ran.stdout == "typed\n"
    assert "oops\n" in ran.stderr


@pytest.mark.parametrize("code", [0, 1, 2, 42, 124, 255])
def test_the_exit_code_is_that_of_the_command(code: int, used: Home) -> None:
    used.run("run", "--", "sh", "-c", f"exit {code}", check=code)
    end = last_run(used).end
    assert (end["exit_code"], end["signal"]) == (code, None)
    assert end["outcome"] == ("failed" if code else "succeeded")


def test_a_command_that_a_signal_ends_exits_as_a_shell_says(used: Home) -> None:
    ran = used.run("run", "--", "sh", "-c", "kill -KILL $$", check=137)
    assert "was ended by SIGKILL" in ran.stderr
    assert last_run(used).end | {"time": ""} == {
        "run_id": last_run(used).start["run_id"],
        "outcome": "killed",
        "exit_code": 137,
        "signal": "SIGKILL",
        "time": "",
    }


def test_a_program_that_is_not_there_and_one_that_cannot_be_executed(used: Home) -> None:
    missing = used.run("run", "--", "no-such-program", check=127)
    assert "There is no program 'no-such-program'." in missing.stderr
    (used.work / "plain").write_text("x")
    refused = used.run("run", "--", "./plain", check=126)
    assert "cannot be started: Permission denied" in refused.stderr
    assert [run.end["exit_code"] for run in runs_of(used)] == [127, 126]


def test_a_script_that_names_no_interpreter_runs_as_a_shell_runs_it(used: Home) -> None:
    script = used.work / "script"
    script.write_text('echo "$1"\n')
    script.chmod(0o755)
    assert used.done("run", "--", "./script", "it ran").stdout == "it ran\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--stack", "nosuch", "--", "true"], "Stack 'nosuch' does not exist."),
        (["--nosuch", "--", "true"], "has no option --nosuch"),
        ([], "There is no command to run."),
        (["--name", "a/b", "--", "true"], "is not a valid run name"),
        (["--like", "zzzz", "--", "true"], "Run 'zzzz' does not exist."),
        (["--stack"], "--stack"),
    ],
)
def test_what_cannot_begin_exits_with_125_and_runs_nothing(words: list[str], sentence: str, used: Home) -> None:
    ran = used.run("run", *words, check=125)
    assert sentence in ran.stderr
    assert ran.stdout == ""
    assert runs_of(used) == []


@pytest.mark.parametrize(
    ("variable", "named"), [("ZENML_ACTIVATED_PROFILE", "Profile"), ("ZENML_ACTIVATED_STACK", "Stack")]
)
def test_what_a_variable_names_has_to_be_there(variable: str, named: str, used: Home) -> None:
    ran = used.run("run", "--", "true", env={variable: "gone"}, check=125)
    error, hint = ran.stderr.splitlines()
    assert error == f"Error: {named} 'gone', which {variable} names, does not exist."
    assert hint.endswith(f'Or run "unset {variable}" to continue without it.')


def test_it_says_on_which_stack_and_how_it_ended(used: Home) -> None:
    used.done("stack", "register", "prod", "-o", "default", "-a", "default")
    ran = used.run("run", "-s", "prod", "--", "false", check=1)
    first, last = ran.stderr.splitlines()
    assert first.startswith("Running on stack 'prod' as of change ")
    assert last.endswith("failed with exit code 1 after a moment.")
    assert ran.stdout == ""


def test_what_is_recorded_of_a_run(used: Home) -> None:
    used.done("run", "--name", "nightly", "--reason", "the usual", "--", "true")
    run = last_run(used)
    assert run.start["name"] == "nightly"
    assert json.loads(run.start["reason"]["v"]) == "the usual"
    assert run.start["stack_name"] == "default"
    assert run.said("origin")["folder"] == str(used.work)
    assert run.start["code"] is None
    assert run.start["parent_run_id"] is None
    assert verifies(used)


def test_a_run_within_a_run_names_it(used: Home) -> None:
    used.done("run", "--", str(ZENML), "run", "--", "true")
    outer, inner = runs_of(used)
    assert inner.start["parent_run_id"] == outer.start["run_id"]
    assert outer.end["outcome"] == inner.end["outcome"] == "succeeded"


def test_an_unrecorded_run_is_recorded_nowhere_and_says_so(used: Home) -> None:
    ran = used.done(
        "run", "--unrecorded", "--", "env", env={"ZENML_RUN_ID": "01a22b95-7fad-70e8-89ef-930847655f45"}
    )
    assert "ZENML_RUN_ID" not in ran.stdout
    assert "ZENML_RUN_POINT=" in ran.stdout
    assert "unrecorded" in ran.stderr
    assert runs_of(used) == []


def test_variables_that_are_no_text_and_names_of_files_that_are_none_do_no_harm(used: Home) -> None:
    odd = "caf\udce9"
    used.done("run", "--", "true", odd)
    assert last_run(used).said("command") == ["true", "caf\\udce9"]


def test_the_environment_is_otherwise_as_it_was(used: Home) -> None:
    script = "import os, json; print(json.dumps(sorted(os.environ)))"
    plain = json.loads(used.python(script).stdout)
    ran = json.loads(used.done("run", "--", sys.executable, "-c", script, env={"PYTHONUTF8": "0"}).stdout)
    ours = [name for name in ran if name.startswith(("ZENML_RUN_", "ZENML_STACK__", "ZENML_ACTIVATED_"))]
    assert sorted({*plain, *ours, "PYTHONUTF8"}) == ran


def test_the_exit_code_stays_where_standard_error_is_closed(used: Home) -> None:
    import subprocess

    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m zenml run -- sh -c 'exit 7' 2>&-"],
        env=used.variables(),
        cwd=used.work,
        check=False,
        stdout=subprocess.PIPE,
    )
    assert (done.returncode, done.stdout) == (7, b"")


@pytest.mark.parametrize("options", [[], ["--unrecorded"]])
def test_an_empty_word_is_no_command(options: list[str], used: Home) -> None:
    ran = used.run("run", *options, "--", "", check=125)
    assert "There is no command to run." in ran.stderr


@pytest.mark.parametrize("digits", [18, 19, 23, 5000])
def test_a_point_that_somebody_forged_is_none(digits: int, used: Home) -> None:
    point = f"{'0' * 8}-0000-0000-0000-{'0' * 12}@{'9' * digits}"
    used.done("run", "--", "true", env={"ZENML_RUN_POINT": point})
    used.done("stack", "list", env={"ZENML_RUN_POINT": point})


def test_what_is_not_recorded_is_said_to_whoever_asks_for_the_run(used: Home) -> None:
    script = "from zenml.run import current_run\ntry:\n    current_run()\nexcept Exception as e:\n    print(e)"
    ran = used.done("run", "--unrecorded", "--", sys.executable, "-c", script)
    assert "This process was started by a run that is not recorded." in ran.stdout


def test_like_a_run_on_a_named_stack_says_that_it_is_as_of_now(used: Home) -> None:
    used.done("run", "--name", "first", "--", "true")
    ran = used.done("run", "--like", "first", "--stack", "default")
    assert "The stack is 'default' as it is now, and not 'default' as the run had it." in ran.stderr


def test_an_option_before_the_command_is_not_advised_behind_the_dashes(used: Home) -> None:
    ran = used.run("-q", "run", "--", "true", check=2)
    assert 'Hint: Run "zenml run -- true".' in ran.stderr
