"""Whatever is blanked, every command that looks goes on, and says so where the value was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.support.program import Home, Result
from zenml.application.redacting import redact
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.repository import Repository

LOOKING = (
    "stack list",
    "stack list -o json",
    "stack describe",
    "stack get",
    "stack explain",
    "artifact-store list",
    "artifact-store list -o yaml",
    "metadata-store list -o json",
    "container-registry list",
    "orchestrator list",
    "artifact-store describe default",
    "metadata-store describe default -o json",
    "metadata-store flavor list",
    "profile list",
    "profile list -o json",
    "profile describe",
    "profile describe default",
    "profile describe команда -o json",
    "config",
    "config -o json",
    "status",
    "history --all",
    "history --all -o json",
    "history --mine",
    "history --actor nobody",
    "history --grep something",
    "history --all --at now",
    "stack list --at release",
    "label list",
    "diff",
    "blame stack default",
    "blame metadata-store default",
    "export",
    "export -o json",
    "ledger status",
    "ledger status -o json",
    "audit verify -o json",
    "audit report --all",
    "audit export --all --format jsonl --out {out}.jsonl",
    "audit export --all --format csv --out {out}.csv",
    "audit export --all --format html --out {out}.html",
    "audit export --all --format cloudevents --out {out}.ce",
    "audit export --all --format ocsf --out {out}.ocsf",
    "audit bundle {out}.zip",
    "audit check {out}.zip",
    "undo --dry-run",
    "redo --dry-run",
    "restore --to now --dry-run",
    "profile export {out}.profile",
    "audit redact --value-from-stdin --dry-run",
    "stack copy default another --dry-run",
    "stack rename default other --dry-run",
)


@pytest.fixture
def lived(machine: Machine) -> Machine:
    everything(machine)
    return machine


def shape(topic: str, pointer: str) -> str:
    """Returns what the places of one field of one kind of event have in common."""
    return topic + re.sub(r"(?<=/parameters/)[^/]+", "*", re.sub(r"/\d+(?=/|$)", "/N", pointer))


def fields(machine: Machine) -> dict[str, tuple[str, int, str]]:
    """Returns a value of each field of each event that can have one: ledger, position, pointer."""
    found: dict[str, tuple[str, int, str]] = {}
    for row in machine.events():
        for pointer, value in pointed_values(row.fields):
            if not is_blanked(value):
                found.setdefault(shape(row.topic, pointer), (row.ledger_id, row.position, pointer))
    return found


def test_all_of_them_at_once(lived: Machine, tmp_path: Path) -> None:
    by_ledger: dict[str, list[tuple[int, str]]] = {}
    for row in lived.events():
        for pointer, value in pointed_values(row.fields):
            if not is_blanked(value):
                by_ledger.setdefault(row.ledger_id, []).append((row.position, pointer))
    here = Repository(notify=lambda sentence: None)
    here._recorded(redact, kind="evidence")(
        tuple((ledger_id, tuple(values)) for ledger_id, values in by_ledger.items()), "all of it"
    )
    for result in looked(lived, tmp_path):
        print(result.report()[:3000])


def looked(machine: Machine, tmp_path: Path) -> Iterator[Result]:
    """Yields what each command that looks answers; none shows a traceback."""
    (tmp_path / "home").mkdir(exist_ok=True)
    home = Home(
        tmp_path / "home",
        {"ZENML_CONFIG_PATH": str(machine.config), "XDG_STATE_HOME": str(machine.base / "state")},
    )
    for command in LOOKING:
        words = [word.format(out=tmp_path / "out") for word in command.split(" ")]
        yield home.run(*words, stdin="something else\n")
