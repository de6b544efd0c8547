"""Random ledgers and filters: what the maker opens is what verify.py wants, and at least what an export has."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.audit.bundles.altering import Members, alter, lines, manifest, opened, report
from tests.ledger.histories import Wanderer
from tests.ledger.machines import Machine
from tests.support.sizes import BUNDLES
from zenml.domain.errors import NotFoundError
from zenml.repository import Repository

_FILTERS = 3  # of each ledger


def _which(random: Random, repository: Repository) -> dict[str, Any]:
    """Returns a random filter."""
    which: dict[str, Any] = {"everything": random.random() < 0.7}
    changes = list(repository.history(everything=True))
    times = sorted(datetime.fromisoformat(change.time) for change in random.sample(changes, 2))
    if random.random() < 0.5:
        which["stack"] = f"s{random.choice('abcd')}"
        which["own"] = random.random() < 0.3
    if random.random() < 0.3:
        which["component"] = f"orchestrator/c{random.choice('abcd')}"
    if random.random() < 0.3:
        which["kinds"] = random.sample(("change", "undo", "redo", "init", "export"), 2)
    if random.random() < 0.3:
        which["since"] = times[0]
    if random.random() < 0.3:
        which["until"] = times[1]
    if random.random() < 0.1:
        which["actor"] = random.choice((repository.history(limit=1)[0].actor, "nobody"))
    return which


@pytest.mark.parametrize("seed", range(BUNDLES))
def test_nothing_that_is_wanted_can_be_left_out(machine: Machine, seed: int) -> None:
    random, wanderer = Random(seed), Wanderer(machine, seed)
    wanderer.walk(20)
    out = machine.base / "evidence.zip"
    made = 0
    while made < _FILTERS:
        which = _which(random, wanderer.here)
        exported = io.BytesIO()
        try:
            wanderer.here.make_bundle(out, overwrite=True, **which)
        except NotFoundError:
            continue
        made += 1
        wanderer.here.export_record(exported, **which)
        assert report(out).holds(["selection", "content", "root", "order"]), (which, report(out).verdicts)
        _compare_with_export(out, exported.getvalue(), which)
        _leave_out_one(random, machine, out)


def _compare_with_export(out: Path, exported: bytes, which: dict[str, Any]) -> None:
    """Checks that a bundle opens at least what an export of the same has."""
    sizes = {ledger["ledger"]: ledger["size"] for ledger in manifest(out)["ledgers"]}
    facts = [line for line in map(json.loads, exported.splitlines()) if line.get("position")]
    # an export is also of what concerns the machine and of all exports, unless something else is asked for
    everything = which["everything"] or "stack" in which or "component" in which
    places = {
        (line["ledger"], line["position"]) for line in facts if line["position"] <= (sizes[line["ledger"]] or 0)
    }
    assert not everything or places <= opened(out), which


def _leave_out_one(random: Random, machine: Machine, out: Path) -> None:
    """Leaves out a line that opens an event, or blanks a value: each is named."""
    ledgers = [ledger["ledger"] for ledger in manifest(out)["ledgers"] if ledger["left_out"] is None]
    candidates = [(ledger, line) for ledger in ledgers for line in lines(out, ledger, "opened.jsonl")]
    if not candidates:
        return
    ledger, line = random.choice(candidates)
    name, text = f"ledgers/{ledger}/opened.jsonl", _canonical(line)

    def left_out(files: Members) -> None:
        files[name] = files[name].replace(text, b"")

    def blanked(files: Members) -> None:
        values = [{"redacted": True} if "s" in value else value for value in line["values"]]
        files[name] = files[name].replace(text, _canonical({**line, "values": values}))

    bad = _bad(alter(out, left_out, machine.config))
    assert bad == {"selection"}
    if any("s" in value for value in line["values"]):
        bad = _bad(alter(out, blanked, machine.config))
        assert "redaction" in bad
        assert bad <= {"redaction", "selection"}  # who made a change decides whether it is wanted


def _bad(path: Path) -> set[str]:
    return {verdict.name for verdict in report(path).verdicts if verdict.state == "BAD"}


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
