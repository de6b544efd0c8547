"""A dry run decides everything as it would be, shows it, and leaves every byte as it was."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.program import Home
from zenml.cli.sections import COMPONENTS, HELP

LOCAL = ("--flavor", "local")
PAST = (
    ("artifact-store", "register", "data", *LOCAL, "--path", "{base}/data"),
    ("orchestrator", "register", "kf", *LOCAL),
    ("service", "token", "create", "ours", "--role", "reader"),
    ("label", "before the stacks"),
    ("stack", "register", "dev", "-a", "data", "-o", "default"),
    ("stack", "register", "spare", "-a", "data", "-o", "default"),
    ("profile", "create", "team"),
    ("container-registry", "register", "reg", "--flavor", "default", "--uri", "localhost:5000"),
    ("stack", "update", "dev", "-c", "reg"),
    ("orchestrator", "register", "docker", "--flavor", "local_docker", "--docker_parent_image", "python:3.11"),
    ("orchestrator", "rename", "kf", "kubeflow"),
    ("stack", "export", "dev", "{base}/dev.yaml"),
    ("export", "--out", "{base}/all.yaml"),
    ("undo",),
)
MORE = """\
components:
  - {type: orchestrator, name: more, flavor: local}
  - {type: orchestrator, name: kf, flavor: airflow}
"""
COMMANDS = {
    "label set": ("release 1", "now"),
    "approval require": ("--stack", "dev"),
    "restore": ("--to", "before the stacks"),
    "artifact-store register": ("s3", *LOCAL, "--path", "{base}/elsewhere"),
    "artifact-store update": ("data", "--path", "{base}/moved"),
    "orchestrator remove-attribute": ("docker", "--docker_parent_image"),
    "orchestrator rename": ("kf", "kubeflow"),
    "orchestrator delete": ("kf",),
    "orchestrator copy": ("docker", "docker2", "--to", "team"),
    "orchestrator flavor register": ("own_flavor.Own",),
    "stack copy": ("dev", "dev", "--to", "team"),
    "stack import": ("again", "-f", "{base}/dev.yaml"),
    "apply": ("-f", "{base}/more.yaml"),
    "profile import": ("{base}/all.yaml", "--name", "copy"),
    "stack register": ("prod", "-a", "data", "-o", "kf", "--set"),
    "stack update": ("dev", "-o", "kf"),
    "stack remove-component": ("dev", "-c"),
    "stack rename": ("dev", "prod"),
    "stack set": ("dev",),
    "stack delete": ("spare",),
    "profile create": ("other",),
    "profile set": ("team",),
    "profile rename": ("team", "crew"),
    "profile delete": ("team",),
    "service token revoke": ("ours",),
    "init": (),
    "undo": (),
    "redo": (),
}
REFUSED = {
    "artifact-store register": ("data", *LOCAL, "--path", "/tmp/x"),
    "orchestrator delete": ("default",),
    "stack delete": ("default",),
    "profile delete": ("default",),
    "stack set": ("none",),
}


def everything(home: Home) -> dict[str, bytes | None]:
    """Returns every file and folder below a home with its bytes."""
    return {
        str(path.relative_to(home.base)): path.read_bytes() if path.is_file() else None
        for path in sorted(home.base.rglob("*"))
        if not path.name.endswith(
            ("-shm", "-wal")
        )  # a reader of the database makes these, empty, and may leave them
    }


def without_ids(differences: object) -> str:
    """Returns differences as text, without the ids that are drawn anew: the folders of local stores have them."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", json.dumps(differences))


def words(home: Home, command: str, given: tuple[str, ...]) -> list[str]:
    return [*command.split(), *(word.format(base=home.base) for word in given)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Home:
    base = tmp_path_factory.mktemp("lived").resolve() / "home"
    base.mkdir()
    home = Home(base)
    for given in PAST:
        home.done(*(word.format(base=base) for word in given))
    (base / "more.yaml").write_text(MORE)
    lines = (
        "from zenml.orchestrators import BaseOrchestrator",
        "class Own(BaseOrchestrator):",
        "    FLAVOR = 'own'",
    )
    (base / "own_flavor.py").write_text("\n".join(lines))
    return home


@pytest.fixture
def home(lived: Home, tmp_path: Path) -> Home:
    """A machine with a past."""
    base = tmp_path.resolve() / "copy"
    shutil.copytree(lived.base, base)
    return Home(base, {"PYTHONPATH": str(base)})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_shows_what_the_command_then_does_and_writes_nothing(home: Home, command: str) -> None:
    home.done("stack", "list")
    given, before = words(home, command, COMMANDS[command]), everything(home)
    any_session = ["--any-actor", "--reason", "it is a test"] if command in ("undo", "redo") else []
    shown = home.done(*given, *any_session, "--dry-run")
    assert everything(home) == before
    assert "Would be recorded:\n" in shown.stdout
    assert "\nWould change:\n" in shown.stdout
    assert shown.stderr.endswith("Dry run: nothing was written.\n")
    told = json.loads(home.done(*given, *any_session, "--dry-run", "--output", "json").stdout)
    assert everything(home) == before
    assert told["dry_run"] is True
    yes = ["--yes"] if command == "stack delete" else []
    done = json.loads(home.done(*given, *any_session, *yes, "--output", "json").stdout)
    assert everything(home) != before
    assert (done["change"]["kind"], done["change"]["summary"]) == (
        told["change"]["kind"],
        told["change"]["summary"],
    )
    recorded = json.loads(home.done("show", done["change"]["change"], "-o", "json").stdout)
    assert without_ids(recorded["change"]["differences"]) == without_ids(told["differences"])


@pytest.mark.parametrize("command", REFUSED)
def test_what_would_be_refused_is_refused_in_a_dry_run_too(home: Home, command: str) -> None:
    given, before = words(home, command, REFUSED[command]), everything(home)
    dry = home.run(*given, "--dry-run", check=1)
    assert everything(home) == before
    assert dry.stdout == ""
    assert home.run(*given, "--yes" if command == "stack delete" else "--reason=x", check=1).stderr == dry.stderr


def test_a_conflict_is_met_in_a_dry_run_too(home: Home) -> None:
    name = next(row["CHANGE"] for row in home.done("history").rows if "store 'data'" in row["SUMMARY"])
    before = everything(home)
    assert "cannot be undone" in home.run("undo", name, "--dry-run", check=3).stderr
    assert everything(home) == before


def test_a_dry_run_on_a_new_machine_leaves_it_new(tmp_path: Path) -> None:
    home = Home(tmp_path.resolve())
    before = everything(home)
    shown = home.done("stack", "register", "prod", "-a", "default", "-o", "default", "--dry-run")
    assert "register stack 'prod'" in shown.stdout
    assert everything(home) == before
    assert "register" in home.done("artifact-store", "register", "x", *LOCAL, "--dry-run").stdout
    assert everything(home) == before


def test_a_secret_is_not_shown_and_no_key_is_made(home: Home) -> None:
    before = everything(home)
    given = ("container-registry", "update", "reg", "--secret", "uri=hunter2-canary", "--dry-run")
    shown = home.done(*given)
    assert "hunter2" not in shown.output
    assert everything(home) == before


def test_every_command_that_writes_has_a_dry_run() -> None:
    """The commands of the help that are not in the table only read, look after files and keys, or tour."""
    reading = {"export", "history", "show", "version", "ledger", "audit", "config", "status", "quickstart"}
    reading |= {"diff", "blame", "bisect", "watch", "ui", "key", "runs", "run"}
    reading |= {"approve", "secret"}  # test_approvals.py and test_secret.py: a plan of others, a key
    nouns = {"artifact-store" if name in COMPONENTS else name for name in HELP} - reading
    assert {command.split()[0] for command in COMMANDS} - {"orchestrator", "container-registry"} == nouns
