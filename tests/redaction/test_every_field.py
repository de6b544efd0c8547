"""Whatever is blanked, every command that looks goes on, and says so where the value was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.support.program import Home, Result
from tests.support.sizes import FULL
from zenml.application.redacting import redact
from zenml.evidence.pointed_values import is_blanked, pointed_values

LOOKING = (
    "stack list",
    "stack list -o json",
    "stack describe",
    "stack get",
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
    "label list",
    "diff",
    "blame stack default",
    "blame metadata-store default",
    "export",
    "ledger status",
    "ledger status -o json",
    "audit verify -o json",
    "audit report",
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


def blanked(machine: Machine, places: Iterable[tuple[str, int, str]]) -> None:
    """Blanks values on a machine, whatever repeats them."""
    by_ledger: dict[str, list[tuple[int, str]]] = {}
    for ledger_id, position, pointer in places:
        by_ledger.setdefault(ledger_id, []).append((position, pointer))
    with machine.repository().change(reason="asked for") as work:
        redact(work, tuple((ledger_id, tuple(values)) for ledger_id, values in by_ledger.items()), None)


def looked(machine: Machine, tmp_path: Path, out: str) -> list[Result]:
    """Returns what each command that looks answers; none shows a traceback."""
    (tmp_path / "home").mkdir(exist_ok=True)
    folders = {"ZENML_CONFIG_PATH": str(machine.config), "XDG_STATE_HOME": str(machine.base / "state")}
    home = Home(tmp_path / "home", folders)
    commands = [command.format(out=tmp_path / out).split(" ") for command in LOOKING]
    return [home.run(*words, stdin="something else\n", check=0) for words in commands]


def test_everything_is_looked_at_with_all_values_blank(lived: Machine, tmp_path: Path) -> None:
    values = [
        (row.ledger_id, row.position, pointer, value["v"])
        for row in lived.events()
        for pointer, value in pointed_values(row.fields)
        if not is_blanked(value)
    ]
    again = {"/actor/actor_id", "/actor/host", "/session"}  # the next command records them again
    gone = {
        text
        for *_, pointer, value in values
        if pointer not in again and isinstance(text := json.loads(value), str) and len(text) > 5
    }
    blanked(lived, [value[:3] for value in values])
    verdicts = lived.repository().verify().verdicts
    assert {name: verdict.problems for name, verdict in verdicts.items() if verdict.problems} == {}
    answers = [text for result in looked(lived, tmp_path, "out") for text in (result.stdout, result.stderr)]
    answers += [path.read_text(errors="replace") for path in tmp_path.glob("out.*") if path.suffix != ".zip"]
    # the folders of this test are in every answer
    shown = {text for text in gone for answer in answers if text in answer and text not in str(lived.config)}
    assert shown <= {"default"}


def test_everything_is_looked_at_with_one_value_blank(lived: Machine, tmp_path: Path) -> None:
    places = fields(lived)
    assert len(places) > 35, "the history does not have everything"
    shapes = sorted(places)
    kept = tmp_path / "kept"
    shutil.copytree(lived.config, kept)
    for number, one in enumerate(shapes if FULL else Random(7).sample(shapes, 3)):
        shutil.rmtree(lived.config)
        shutil.copytree(kept, lived.config)
        shutil.rmtree(lived.base / "state")
        blanked(lived, [places[one]])
        verdicts = lived.repository().verify().verdicts
        assert {name: verdict.problems for name, verdict in verdicts.items() if verdict.problems} == {}, one
        looked(lived, tmp_path, f"out{number}")
