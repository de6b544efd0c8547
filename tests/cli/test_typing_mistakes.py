"""What people type who know other programs, or slip: one sentence, and a line that works when it is pasted."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.docs.reference import commands
from tests.reliability.standing import unchanged
from tests.support.program import Home
from zenml.cli.mistakes import habits
from zenml.cli.sections import HELP

MISTAKES = """
log                                  | zenml history
log -n 2                             | zenml history -n 2
reflog                               | zenml history
ls                                   | zenml stack list
rm dev                               | zenml stack delete dev
mv dev prod                          | zenml stack rename dev prod
checkout dev                         | zenml stack set dev
switch dev                           | zenml stack set dev
use dev                              | zenml stack set dev
revert                               | zenml undo
rollback                             | zenml undo
reset 0                              | zenml restore --to 0
current                              | zenml status
whoami                               | zenml config
info                                 | zenml config
plan                                 | zenml apply --help
plan f.yaml                          | zenml apply --dry-run f.yaml
tag v1                               | zenml label set v1
workspace list                       | zenml profile list
compare 0                            | zenml diff 0
praise stack dev                     | zenml blame stack dev
fsck                                 | zenml audit verify
stacks                               | zenml stack list
profiles                             | zenml profile list
orchestrators                        | zenml orchestrator list
artifact_stores list                 | zenml artifact-store list
data-validators list                 | zenml data-validator list
Stack list                           | zenml stack list
STACK list                           | zenml stack list
ArtifactStore list                   | zenml artifact-store list
container_registry list              | zenml container-registry list
secret-manager list                  | zenml secrets-manager list
'stack list'                         | zenml stack list
stakc describe dev                   | zenml stack describe dev
get stacks                           | zenml stack list
get stack                            | zenml stack get
list stacks                          | zenml stack list
describe stack dev                   | zenml stack describe dev
delete stack dev                     | zenml stack delete dev
create profile new                   | zenml profile create new
register stack new                   | zenml stack register --help
set profile team                     | zenml profile set team
show orchestrator o1                 | zenml orchestrator describe o1
verify                               | zenml audit verify
backup                               | zenml ledger backup --help
flavors                              | zenml orchestrator flavor list
stack ls                             | zenml stack list
stack show                           | zenml stack describe
stack show dev                       | zenml stack describe dev
stack rm dev                         | zenml stack delete dev
stack remove dev                     | zenml stack delete dev
stack use dev                        | zenml stack set dev
stack switch dev                     | zenml stack set dev
stack activate dev                   | zenml stack set dev
stack current                        | zenml stack get
stack create new -a default -o o1    | zenml stack register new -a default -o o1
stack new new                        | zenml stack register --help
stack edit dev -o default            | zenml stack update dev -o default
stack mv dev prod                    | zenml stack rename dev prod
stack clone dev second               | zenml stack copy dev second
stack history dev                    | zenml history --stack dev
stack blame dev                      | zenml blame stack dev
stack regsiter new -a default -o o1  | zenml stack register new -a default -o o1
stack undo                           | zenml undo
profile ls                           | zenml profile list
profile use team                     | zenml profile set team
profile new other                    | zenml profile create other
profile register other               | zenml profile create other
profile rm team                      | zenml profile delete team
profile history team                 | zenml history --profile team
profile current                      | zenml profile get
orchestrator show o1                 | zenml orchestrator describe o1
orchestrator create new              | zenml orchestrator register --help
orchestrator flavors                 | zenml orchestrator flavor list
orchestrator flavor show local       | zenml orchestrator flavor describe local
orchestrator history o1              | zenml history --component orchestrator/o1
orchestrator blame o1                | zenml blame orchestrator/o1
label ls                             | zenml label list
label rm there                       | zenml label delete there
label remove there                   | zenml label delete there
audit log                            | zenml history
audit validate                       | zenml audit verify
ledger verify                        | zenml audit verify
ledger log                           | zenml history
stack list --json                    | zenml stack list --output=json
stack list --yaml                    | zenml stack list --output=yaml
stack list --format json             | zenml stack list --output json
stack list --format=json             | zenml stack list --output=json
stack list --ouput json              | zenml stack list --output json
stack list -o=json                   | zenml stack list -ojson
stack list -o jsn                    | zenml stack list -o json
stack list -o yml                    | zenml stack list -o yaml
stack list -a                        | zenml stack list
stack list --verbose                 | zenml stack list
stack list dev                       | zenml stack describe dev
stack list --profile team            | ZENML_ACTIVATED_PROFILE=team zenml stack list
--profile team stack list            | ZENML_ACTIVATED_PROFILE=team zenml stack list
--profile=team stack list            | ZENML_ACTIVATED_PROFILE=team zenml stack list
--output json stack list             | zenml stack list --output json
--dry-run stack set dev              | zenml stack set dev --dry-run
stack set dev --dry_run              | zenml stack set dev --dry-run
stack set dev --dryrun               | zenml stack set dev --dry-run
stack set dev -m why                 | zenml stack set dev --reason why
orchestrator delete spare --yes      | zenml orchestrator delete spare
orchestrator delete spare -f         | zenml orchestrator delete spare
profile delete team -y               | zenml profile delete team
history -3                           | zenml history -n 3
history --n 3                        | zenml history --limit 3
history --limt 3                     | zenml history --limit 3
history --author tester              | zenml history --actor tester
history --after yesterday            | zenml history --since yesterday
history --oneline                    | zenml history
history --kind undos                 | zenml history --kind undo
history -p                           | zenml show
undo --last 2                        | zenml undo -n 2
status -v                            | zenml config
status dev                           | zenml config
restore 0                            | zenml restore --to 0
export out.yaml                      | zenml export --out out.yaml
export stack dev                     | zenml stack export dev
init .                               | zenml init --path .
watch -f                             | zenml watch
version --short                      | zenml version
""".strip().splitlines()
PAIRS = [tuple(part.strip() for part in line.split(" | ")) for line in MISTAKES]
FORMS = [
    ("stack set", "STACK_NAME"),
    ("stack set a b", "'b'"),
    ("stack register new", "--artifact-store NAME --orchestrator NAME"),
    ("stack rename dev", "zenml stack rename CURRENT_STACK_NAME NEW_STACK_NAME"),
    ("stack list --at", "--at"),
    ("stack list --nonsense", "--nonsense"),
    ("orchestrator register new", "flavor list"),
    ("orchestrator register --flavor local", "NAME --flavor local"),
    ("orchestrator register new --flavor", "--flavor"),
    ("orchestrator register new --flavour local", "Write --flavor;"),
    ("orchestrator register new --flavour=local", "Write --flavor;"),
    ("orchestrator delete", "NAME"),
    ("restore", "--to"),
    ("undo -n", "-n"),
    ("undo -n x", "-n"),
    ("bisect", "--good CHANGE|TIME|LABEL -- COMMAND..."),
    ("blame", "stack|TYPE"),
    ("frobnicate", "frobnicate"),
    ("stack frobnicate", "zenml stack frobnicate"),
    ("''", "zenml "),
    ("-x", "-x"),
    ("--json", "--json"),
]
QUOTED = re.compile(r'"((?:ZENML_\w+=\S+ )?zenml [^"]+)"')


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A machine with the stack `dev`, two orchestrators of its own, the profile `team` and the label `there`."""
    machine = Home(tmp_path_factory.mktemp("typed").resolve())
    for name in ("o1", "spare"):
        machine.done("orchestrator", "register", name, "--flavor=local_docker")
    machine.done("stack", "register", "dev", "-a", "default", "-o", "o1")
    machine.done("export", "--out", "f.yaml")
    machine.done("label", "there")
    machine.done("profile", "create", "team")
    return machine


def refused(machine: Home, line: str) -> tuple[str, str]:
    """Returns the sentence and the hint for a line that is no command."""
    with unchanged(machine):
        answer = machine.run(*shlex.split(line), check=2)
    assert not answer.stdout
    error, hint = answer.stderr.splitlines()
    assert error.startswith("Error: ")
    assert hint.startswith("Hint: ")
    return error, hint


def paste(machine: Home, line: str) -> None:
    """Runs a line that was given as advice; what would change something only rehearses it."""
    words = shlex.split(line)
    env = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    assert words.pop(0) == "zenml"
    if words[-1] == "--help" or words[0] == "watch":
        machine.run(*words[: -1 if words[-1] == "--help" else None], "--help", check=0)
        return
    rehearsed = machine.run(*words, "--dry-run", env=env)
    if rehearsed.exit == 2:
        machine.run(*words, env=env, check=0)
    else:
        rehearsed.exits(0)


@pytest.mark.parametrize(("line", "meant"), PAIRS, ids=[line for line, _ in PAIRS])
def test_what_was_meant_can_be_pasted(machine: Home, line: str, meant: str) -> None:
    _, hint = refused(machine, line)
    assert QUOTED.findall(hint) == [meant]
    paste(machine, meant)


@pytest.mark.parametrize(("line", "said"), FORMS)
def test_what_is_missing_or_too_much_is_said_with_the_form(machine: Home, line: str, said: str) -> None:
    error, hint = refused(machine, line)
    assert said in error + hint
    assert QUOTED.findall(hint)[-1:], hint
    if QUOTED.findall(hint)[-1].endswith("--help"):
        paste(machine, QUOTED.findall(hint)[-1])


@pytest.mark.parametrize("given", ["-h", "help"])
def test_help_is_asked_for_as_elsewhere(machine: Home, given: str) -> None:
    for words in ([], ["stack"], ["stack", "list"], ["orchestrator", "flavor"], ["label"]):
        typed = [*words, "-h"] if given == "-h" else ["help", *words]
        assert machine.done(*typed).stdout == machine.done(*words, "--help").stdout
    assert machine.done("stack", "help", "list").stdout == machine.done("stack", "list", "--help").stdout
    assert machine.done("-V").stdout == machine.done("--version").stdout


def test_a_secret_is_not_repeated(machine: Home) -> None:
    for line in (
        "metadata-store create m --flavor mysql --password geheim",
        "metadata-store new m --password=geheim",
        "use https://geheim@example.com",
        "alerter edit a --slack_token geheim",
        "metadata-store register m --flavour mysql --password geheim",
        "login geheim",
    ):
        error, hint = refused(machine, line)
        assert "geheim" not in error + hint


def test_hidden_options_are_not_suggested(machine: Home) -> None:
    for line in ("stack set dev --att", "stack delete dev --forc", "orchestrator delete o1 --att"):
        error, hint = refused(machine, line)
        assert "--at " not in hint.replace('"', " ")
        assert "--force" not in error + hint


def test_a_label_may_have_the_name_of_a_habit(machine: Home) -> None:
    assert "Label 'current'" in machine.done("label", "current", "-o", "table").stdout
    assert "Label 'add'" in machine.done("label", "set", "add").stdout
    for name in ("current", "add"):
        machine.done("label", "delete", name)


def test_habits_are_no_commands_and_lead_to_commands() -> None:
    offered = {words.removeprefix("zenml").strip() for words, _, _ in commands()}
    assert not habits.COMMANDS.keys() & HELP.keys()
    for meant in habits.COMMANDS.values():
        words = [word for word in meant.split() if not word.startswith("-") and word != "…"]
        assert " ".join(words) in offered
    for group, verbs in habits.WITHIN.items():
        named = group.replace("TYPE", "orchestrator")
        assert not {f"{named} {verb}" for verb in verbs} & offered
