"""A variable that names nothing refuses what works with that, and nothing else: each command, each variable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.docs.reference import commands
from tests.support.program import Home
from zenml.cli.sections import COMPONENTS

PROFILE, STACK = "ZENML_ACTIVATED_PROFILE", "ZENML_ACTIVATED_STACK"
TYPE = "artifact-store"

# What each command works with of what is active: its stack (and so the profile too), its profile, or nothing.
WORKS_WITH_THE_STACK = {
    "init": "",
    "stack get": "",
    "stack describe": "",
    "stack update": "-o default",
    "stack remove-component": "-c",
    "stack export": "",
    "stack up": "",
    "stack down": "",
    f"{TYPE} get": "",
    f"{TYPE} describe": "",
    f"{TYPE} update": "--path /tmp/there",
    f"{TYPE} remove-attribute": "--path",
    f"{TYPE} up": "",
    f"{TYPE} down": "",
    f"{TYPE} logs": "",
    "status": "",
}
WORKS_WITH_THE_PROFILE = {
    "profile get": "",
    "profile describe": "",
    "stack register": "new -a default -o default --set",
    "stack list": "",
    "stack set": "default",
    "stack describe default": "",
    "stack update default": "-a spare",
    "stack remove-component extra": "-c",
    "stack rename": "extra other",
    "stack delete": "extra --yes",
    "stack copy": "extra copied",
    "stack export extra": "{base}/out.yaml --overwrite",
    "stack import": "brought -f {base}/extra.yaml",
    "apply": "-f {base}/all.yaml --prune",
    "export": "",
    "profile export": "",
    f"{TYPE} register": "new --flavor local --path /tmp/there",
    f"{TYPE} list": "",
    f"{TYPE} describe default": "",
    f"{TYPE} update default": "--path /tmp/there",
    f"{TYPE} remove-attribute spare": "--path",
    f"{TYPE} rename": "spare other",
    f"{TYPE} delete": "spare",
    f"{TYPE} copy": "spare copied",
    f"{TYPE} up default": "",
    f"{TYPE} down default": "",
    f"{TYPE} logs default": "",
    f"{TYPE} flavor list": "",
    f"{TYPE} flavor describe": "local",
    f"{TYPE} flavor register": "own_flavor.Own",
    f"{TYPE} flavor delete": "own",
    "history": "",
    "watch": "",
    "ui": "",
    "show": "",
    "diff": "",
    "diff there": "",
    "blame": "stack extra",
    "bisect": "--good 0 -- true",
    "undo": "",
    "redo": "",
    "restore": "--to there",
    "label set": "here",
    "label list": "",
    "runs list": "",
    "runs show": "none",
    "runs diff": "none none",
    "runs note": "none --link a=b",
    "runs export": "",
    "runs close": "2020",
    "label delete": "there",
    "approval require": "",
    "approval lift": "",
    "approval list": "",
    "approve": "{base}/plan.json",
    "secret list": "",
    "secret shred": "experiment-tracker/x tracking_token",
    "audit origin": "",
    "audit key show": "",
    "audit export": "",
    "audit redact": "1 /session",
    "audit bundle b.zip --overwrite": "",
    "audit checkpoint": "",
    "service up": "--port 0",
}
WORKS_WITH_NOTHING = {
    "run": "-- true",  # with the stack, but with an exit code of its own: tests/runs/test_run.py
    "quickstart": "",
    "profile create": "new",
    "profile list": "",
    "profile list --at now": "",
    "profile set": "team",
    "profile describe default": "",
    "profile rename": "team crew",
    "profile update": "team --url postgresql://db/team",
    "profile delete": "team",
    "profile move": "team --to sqlite:///{base}/team.db",
    "profile copy": "team trial",
    "profile upgrade": "team",
    "profile import": "{base}/all.yaml --name brought",
    "profile explain": "",
    "profile export default": "",
    f"{TYPE} explain": "",
    "history --all": "",
    "history --profile team": "",
    "diff profile:default profile:team": "",
    "config set": "user ann",
    "config unset": "user",
    "audit export --all": "",
    "audit redact --machine": "1 /session",
    "audit checkpoint --all": "",
    "audit checkpoint --profile default": "",
    "audit proof": "",
    "audit check": "",
    "audit import": "{base}/none.jsonl",
    "audit key use": "{base}/signing.key",
    "audit key rotate": "",
    "audit report": "",
    "audit verify": "",
    "audit anchor add git": "nowhere",
    "audit anchor add file": "notes.jsonl",
    "audit anchor add command": "true",
    "audit anchor add witness": "https://w.test --vkey x",
    "audit anchor add tsa": "https://t.test --ca x",
    "audit anchor list": "",
    "audit anchor remove": "file-notes",
    "ledger status": "",
    "ledger rebuild": "",
    "ledger backup": "{base}/backup.db --overwrite",
    "ledger accept": "",
    "secret list --all": "",
    "secret list --profile team": "",
    "key show": "",
    "key set": "",
    "key import": "{base}/own.key",
    "key export": "",
    "key rotate": "",
    "service up --profile default": "--port 0",
    "service status": "",
    "service down": "",
    "service logs": "",
    "service token create": "ci --role writer",
    "service token list": "",
    "service token revoke": "ours",
    "version": "",
}
# Endless, slow, refused whatever is active, of what is nowhere, in the way of others: these are not tried.
NOT_TRIED = {"watch", "ui", "bisect", "quickstart", "audit import", "profile update", "key set", "key rotate"}
NOT_TRIED |= {"audit anchor remove"} | {
    f"audit anchor add {kind}" for kind in ("git", "file", "command", "witness", "tsa")
}
NOT_TRIED |= {"audit proof", "audit check", "audit key use", "audit key rotate"}
NOT_TRIED |= {"service up", "service up --profile default", "service status", "service logs"}
NOT_TRIED |= {"runs show", "runs diff", "runs close", "runs note", "run"}  # of runs that are there: tests/runs
NOT_TRIED |= {"approve", "profile upgrade", f"{TYPE} flavor register", f"{TYPE} flavor delete"}
TREE = {words.removeprefix("zenml").strip(): command for words, command, _ in commands()}
LEAVES = {
    words: command
    for words, command in TREE.items()
    if not hasattr(command, "list_commands") and words.split()[0] not in COMPONENTS.keys() - {TYPE}
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A machine whose active profile `default` has the stacks `default` and `extra`; another profile is `team`."""
    home = Home(tmp_path_factory.mktemp("machine").resolve())
    for words in (
        f"{TYPE} register spare --flavor local --path /tmp/elsewhere",
        "container-registry register reg --flavor default --uri localhost:5000",
        "profile create team",
        "experiment-tracker register x --flavor mlflow --tracking_uri http://h --tracking_token=t12345",
        f"key export --out {home.base}/own.key",
        "stack register extra -a default -o default -c reg",
        "label there",
        "service token create ours --role reader",
        "stack register gone -a default -o default",
        "undo",
        f"stack export extra {home.base}/extra.yaml",
        f"export --out {home.base}/all.yaml",
        f"stack rename extra other --plan-out {home.base}/plan.json",
    ):
        home.done(*words.split())
    return home


def command_of(words: str) -> str:
    """Returns the command of some words, some of which may be arguments."""
    *_, found = sorted((name for name in LEAVES if f"{words} ".startswith(f"{name} ")), key=len)
    return found


def run_with(home: Home, words: str, given: str, variable: str, check: int) -> str:
    """Runs a command under a variable that names nothing, without a trace, and returns what it said on stderr."""
    writes = any("--dry-run" in parameter.opts for parameter in LEAVES[command_of(words)].params)
    typed = [*words.split(), *(["--dry-run"] if writes else []), *given.format(base=home.base).split()]
    answer = home.run(*typed, env={variable: "gone"}, check=check)
    assert check == 0 or answer.stdout == ""
    return answer.stderr


def test_every_command_is_in_one_of_the_tables() -> None:
    tables = [*WORKS_WITH_THE_STACK, *WORKS_WITH_THE_PROFILE, *WORKS_WITH_NOTHING]
    assert len(tables) == len(set(tables))
    missing = LEAVES.keys() - {command_of(words) for words in tables}
    assert not missing, "add it to the table above of what it works with, with the words that it takes"


@pytest.mark.parametrize(
    ("words", "variable"),
    [
        *((words, PROFILE) for words in {**WORKS_WITH_THE_STACK, **WORKS_WITH_THE_PROFILE}),
        *((words, STACK) for words in WORKS_WITH_THE_STACK),
    ],
)
def test_what_works_with_it_is_refused_and_nothing_else_is_said(home: Home, words: str, variable: str) -> None:
    given = {**WORKS_WITH_THE_STACK, **WORKS_WITH_THE_PROFILE}[words]
    error, hint, *rest = run_with(home, words, given, variable, 1).splitlines()
    named = "Profile" if variable == PROFILE else "Stack"
    assert error == f"Error: {named} 'gone', which {variable} names, does not exist."
    assert hint.endswith(f'Or run "unset {variable}" to continue without it.')
    assert rest == []


@pytest.mark.parametrize(
    ("words", "variable"),
    [
        *((words, PROFILE) for words in WORKS_WITH_NOTHING if words not in NOT_TRIED),
        *((words, STACK) for words in {**WORKS_WITH_THE_PROFILE, **WORKS_WITH_NOTHING} if words not in NOT_TRIED),
    ],
)
def test_what_does_not_work_with_it_goes_on(home: Home, words: str, variable: str) -> None:
    given = {**WORKS_WITH_THE_PROFILE, **WORKS_WITH_NOTHING}[words]
    said = run_with(home, words, given, variable, 0).splitlines()
    assert len([line for line in said if "'gone', which" in line]) <= 1, said


def test_the_first_run_happens_before_the_refusal(tmp_path: Path) -> None:
    home = Home(tmp_path.resolve())
    answer = home.run("stack", "list", env={PROFILE: "defualt"}, check=1)
    assert "Created and activated default profile." in answer.stderr
    assert "Hint: Did you mean 'default'?" in answer.stderr
    assert home.done("status").stdout == "default/default\n"


def test_a_job_may_set_the_variables_and_make_what_they_name(tmp_path: Path) -> None:
    home, job = Home(tmp_path.resolve()), {PROFILE: "job", STACK: "its"}
    made = home.done("profile", "create", "job", "-o", "json", env=job)
    assert json.loads(made.stdout)["change"]["summary"] == "create profile 'job'"
    home.done("stack", "register", "its", "-a", "default", "-o", "default", env=job)
    assert home.done("status", env=job).stdout == "job/its\n"


def test_choosing_under_a_variable_says_that_it_still_decides(home: Home) -> None:
    wins = "still says '{}' and takes precedence: run"
    for words, variable in (("profile set team", PROFILE), ("stack set default", STACK)):
        for wanted in ("default", "extra", "gone"):
            if (words, wanted) in {("profile set team", "extra"), ("stack set default", "default")}:
                continue
            said = home.run(*words.split(), "--dry-run", env={variable: wanted}, check=0).stderr
            assert said.count(wins.format(wanted)) == 1
        chosen = words.split()[-1]
        assert "takes precedence" not in home.done(*words.split(), "--dry-run", env={variable: chosen}).stderr


def test_the_tab_key_is_silent(home: Home) -> None:
    for variable in (PROFILE, STACK):
        env = {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": "zenml stack describe ", "COMP_CWORD": "3"}
        answer = home.run(env={**env, variable: "gone"})
        assert answer.stderr == ""
        assert answer.stdout.split() == ([] if variable == PROFILE else ["default", "extra"])


@pytest.mark.parametrize("name", [" ", "a b", "x\ny", "\x1b[31m", "DEFAULT", "\udcff", "it's", "名"])
def test_odd_names_are_names_of_nothing(home: Home, name: str) -> None:
    for variable, words in ((PROFILE, "stack list"), (STACK, "stack get")):
        error, hint = home.run(*words.split(), env={variable: name}, check=1).stderr.splitlines()
        assert error.endswith(f"', which {variable} names, does not exist.")
        assert error.isprintable()
        assert "Did you mean 'default'?" in hint or name != "DEFAULT"
        assert home.done("profile", "list", env={variable: name}).rows


def test_a_label_of_no_profile_is_refused_for_the_variable(home: Home) -> None:
    answer = home.run("profile", "list", "--at", "there", env={PROFILE: "gone"}, check=1)
    assert answer.stderr.startswith(f"Error: Profile 'gone', which {PROFILE} names, does not exist.")
