"""Every command has help, an example that works and an entry; every event a line; no generated page is stale."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import get_args

import pytest

from tests.docs.reference import GENERATED, MODEL, commands, events, without_answers
from tests.ledger.machines import Machine, machine
from zenml.cli.app import run
from zenml.cli.mistakes.failures import guarded
from zenml.cli.options.component_examples import example
from zenml.cli.sections import COMPONENTS
from zenml.domain.component_types import MANDATORY
from zenml.domain.events import ChangeBegan, DomainEvent

__all__ = ["machine"]
ROOT = Path(__file__).parents[2]
COMMANDS = {words: (command, text) for words, command, text in commands()}
LEAVES = {words: text for words, (command, text) in COMMANDS.items() if not hasattr(command, "list_commands")}
EXAMPLE = re.compile(r"^  Example: (zenml .+)$", re.MULTILINE)

ELSEWHERE = {
    "zenml watch --limit 10",
    "zenml ui --write",
    'zenml approve plan.json --reason "OPS-7"',
    "zenml audit import record.jsonl",
    "zenml audit anchor add git ../audit --push origin",
    'zenml audit anchor add command "mail audit@example.org"',
    'zenml audit anchor add witness https://w.example.org --vkey "$VKEY"',
    "zenml audit anchor add tsa https://tsa.example.org --ca tsa-ca.pem",
    "zenml profile update team --url postgresql://db.example.com/team",
    "zenml key set < team.key",
    "zenml service up --port 8237",
    "zenml audit proof qpvu --out qpvu.tlog-proof",
    "zenml runs show nightly",
    "zenml runs diff nightly qpvu",
    "zenml runs close 2025 --dry-run",
    "zenml audit key use /etc/zenml/signing.key",
}
"""One has no end, one needs a folder without a ledger, one a shared profile, one a shell, one a port that may be
taken, one a change, three a run, one a key, one somebody else: tests/runs, test_approvals.py, test_time_travel.py,
 tests/audit, test_profile_update.py,
 test_keys.py, tests/service."""
OTHERS = """
zenml init --path .
zenml profile create staging
zenml profile list
zenml profile describe default
zenml profile set staging
zenml profile get
zenml profile explain
zenml profile set default
zenml profile rename staging production
zenml profile rename production staging
zenml profile copy default trial
zenml profile move staging --to sqlite:///team.db
zenml profile upgrade staging --dry-run
zenml profile delete staging
zenml artifact-store register s3_store --flavor=local
zenml orchestrator register kubeflow --flavor=local
zenml metadata-store register mysql_store --flavor=sqlite
zenml stack register prod -a s3_store -o kubeflow -m mysql_store
zenml stack list
zenml stack get
zenml stack set prod
zenml stack set default
zenml stack describe default
zenml stack update default -a s3_store
zenml stack update default -a default
zenml container-registry register images --flavor=default --uri=localhost:5000
zenml stack update default -c images
zenml stack remove-component default -c
zenml stack delete prod --yes
zenml stack register dev -a default -o default
zenml stack rename dev prod
zenml stack rename prod dev
zenml stack export default default.yaml
zenml stack copy default second
zenml stack import third -f default.yaml
zenml stack up
zenml stack down
zenml export --out stacks.yaml
zenml apply stacks.yaml
zenml profile import stacks.yaml --name imported
zenml profile export default --out default-profile.yaml
zenml config
zenml config set user ann
zenml config unset user
zenml status
zenml version
zenml history --limit 20
zenml run --name nightly -- env
zenml runs note nightly --artifact model=s3://models/7
zenml runs list --limit 20
zenml label before-migration
zenml label set release-1
zenml stack delete dev --yes
zenml label list
zenml diff release-1
zenml blame stack default
zenml bisect --good release-1 -- zenml stack describe dev
zenml restore --to release-1 --dry-run
zenml label delete release-1
zenml show
zenml undo -n 2
zenml redo
zenml audit origin ledgers.example.com/team
zenml audit checkpoint --all --out checkpoints
zenml audit key show
zenml audit key rotate
zenml audit checkpoint --out october.note
zenml audit check october.note
zenml audit verify --against october.note
zenml audit bundle evidence.zip --all --withhold host,command
zenml audit verify
zenml audit anchor add file notes.jsonl
zenml audit anchor
zenml audit anchor list
zenml audit anchor remove file-notes
zenml audit redact 1 /session --dry-run
zenml audit report
zenml audit export --all --format csv --out record.csv
zenml runs export --format openlineage --out runs.jsonl
zenml ledger status
zenml ledger rebuild
zenml ledger backup ledger-backup.db
zenml ledger accept --reason "the disk failed, backup of Monday"
zenml experiment-tracker register x --flavor=mlflow --tracking_uri=http://h --tracking_token=t12345
zenml key show
zenml key export --out team.key
zenml key import team.key
zenml key rotate
zenml secret list
zenml secret shred experiment-tracker/x tracking_token --yes
zenml service token create ci --role writer
zenml service token list
zenml service token revoke ci
zenml quickstart --keep tour
zenml service up --port 0
zenml service status
zenml service logs -n 20
zenml service down
zenml stack register prod -a default -o default
zenml approval require --stack prod
zenml approval list
zenml approval lift --stack prod --plan-out lift.json
"""


def lines_of(group: str) -> list[str]:
    """Returns the examples of a type of component with what has to be done between them."""
    component_type = group.replace("-", "_")

    def it(verb: str) -> str:
        return example(component_type, verb)

    reading = [it(verb) for verb in ("list", "explain", "flavor list", "flavor describe")]
    name = it("delete").split()[-1]
    spare = f"stack update default --{group} default"
    out = spare if component_type in MANDATORY else f"stack remove-component default --{group}"
    return [
        it("register"),
        *reading,
        f"zenml stack update default --{group} {name}",
        it("get"),
        f"zenml {out}",
        *(it(verb) for verb in ("up", "logs", "down", "describe", "copy", "update", "remove-attribute", "rename")),
        f"zenml {group} rename {name}_old {name}",
        it("delete"),
        it("flavor register"),
        it("flavor delete"),
    ]


def written(component_type: str) -> dict[str, str]:
    """Returns the files that the examples of a type speak of."""
    own = example(component_type, "flavor register").rpartition(".")[2]
    lines = ("from zenml.stack import StackComponent", f"class {own}(StackComponent):")
    words = (f'    TYPE = "{component_type}"', '    FLAVOR = "own"', "")
    return {"flavors.py": "\n".join([*lines, *words]), "token.txt": "xoxb-1"}


def test_every_command_has_help_and_one_example_on_one_line() -> None:
    for words, text in LEAVES.items():
        about = text.split("\n\n")[1].strip()
        assert len(about.split()) > 1, words
        assert text.count("Example: ") == 1, words
        (found,) = EXAMPLE.findall(text)
        assert found == words or found.startswith(f"{words} "), words
        shlex.split(found)
    for words, (_, text) in COMMANDS.items():
        assert text.startswith(f"Usage: {words} "), words


@pytest.mark.slow
@pytest.mark.parametrize("group", ["others", *COMPONENTS])
def test_every_example_works(machine: Machine, monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    examples = {EXAMPLE.findall(text)[0] for words, text in LEAVES.items() if words.split()[1] == group}
    if group == "others":
        examples = {
            EXAMPLE.findall(text)[0] for words, text in LEAVES.items() if words.split()[1] not in COMPONENTS
        }
    lines = OTHERS.strip().splitlines() if group == "others" else lines_of(group)
    monkeypatch.delitem(sys.modules, "flavors", raising=False)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.syspath_prepend(str(machine.base))  # outside of a repository, flavors are found as PYTHONPATH says
    (machine.base / "features").mkdir()
    for name, text in written(group.replace("-", "_")).items() if group != "others" else ():
        Path(name).write_text(text)
    for line in lines:
        words = shlex.split(line.replace("/tmp/", f"{machine.base}/"))
        monkeypatch.setattr(sys, "argv", words)
        assert guarded(lambda words=words[1:]: run(words)) == 0, line  # type: ignore[misc]
    assert examples <= {*lines, *ELSEWHERE}, "an example is not run: add it to OTHERS, lines_of or ELSEWHERE"


def test_every_command_has_an_entry() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    entries = set(re.findall(r"^#+ (zenml .+)$", page, re.MULTILINE))
    expected = {words for words in COMMANDS if words != "zenml" and words.split()[1] not in COMPONENTS}
    expected |= {words for words in COMMANDS if words.split()[1:2] == [MODEL]}
    assert entries == expected, "run python -m tests.docs"


def test_the_commands_of_one_type_stand_for_those_of_all() -> None:
    def shape(group: str) -> dict[str, str]:
        options = re.compile(r"^  (-.*?)(?:  |$)", re.MULTILINE)
        return {
            " ".join(words.split()[2:]): "\n".join(options.findall(text))
            for words, (_, text) in COMMANDS.items()
            if words.split()[1:2] == [group]
        }

    assert len(shape(MODEL)) > 10
    for group in COMPONENTS:
        assert shape(group) == shape(MODEL)


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_not_stale(name: str) -> None:
    page = (ROOT / name).read_text()
    assert without_answers(page) == without_answers(GENERATED[name]()), "run python -m tests.docs"


def test_every_event_has_a_line_and_every_type_is_explained() -> None:
    page = events()
    for kind in (ChangeBegan, *get_args(DomainEvent)):
        assert f"\n## {kind.__name__}\n" in page
        assert f"`{kind.TOPIC}`" in page
    fields, _, legend = page.partition("## What the fields hold")
    used = {
        word for cell in re.findall(r"\| `(.+)` \|$", fields, re.MULTILINE) for word in re.findall(r"\w+", cell)
    }
    names = {word for cell in re.findall(r"^\| `(\w+)` \| `", fields, re.MULTILINE) for word in [cell]}
    assert used - names == set(re.findall(r"^\| `(\w+)` \|", legend, re.MULTILINE))


def test_the_help_fits_one_screen() -> None:
    lines = COMMANDS["zenml"][1].splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
