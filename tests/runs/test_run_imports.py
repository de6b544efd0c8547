"""What ``zenml run`` imports and records: it stands before whatever somebody runs, each time."""

from __future__ import annotations

import pytest

from tests.cli.test_imports import imported
from tests.runs.seen import last_run
from tests.support.program import Home

HEAVY = {
    "typer",
    "rich",
    "pydantic",
    "eventsourcing",
    "orjson",
    "yaml",
    "platformdirs",
    "dataclasses",
    "cryptography",
    "enum",
    "json",
    "re",
    "sqlite3",
    "typing",
    "warnings",
    "signal",
    "inspect",
    "shlex",
    "subprocess",
    "threading",
    "tempfile",
    "uuid",
    "urllib.parse",
    "pathlib",
    "http.client",
    "zenml.application",
    "zenml.api.repository",
    "zenml.domain.events",
    "zenml.domain.commands",
    "zenml.ledger.secrets.keyring",
    "zenml.unit_of_work.work",
    "zenml.runs.running.rerun",
    "zenml.stores.protocol",
    "zenml.projections.errors",
    "zenml.projections.stored_events",
    "zenml.domain.missing",
}
MOST = 131
"""Modules of ours: each costs a hundredth of a bare Python, whatever is in it."""


@pytest.mark.parametrize("options", [[], ["--name", "nightly", "--reason", "why"], ["--unrecorded"]])
def test_a_run_imports_nothing_of_what_changes_a_profile(options: list[str], used: Home) -> None:
    used.done("run", "--", "true")
    _, count, *heavy = imported(used, ["run", *options, "--", "true"], HEAVY)
    assert heavy == []
    assert int(count) <= MOST


def test_what_is_recorded_of_a_usual_run_is_short(used: Home) -> None:
    import json
    import subprocess

    for words in (
        ["init", "-q"],
        ["remote", "add", "origin", "git@github.com:team/pipelines.git"],
        ["-c", "user.name=t", "-c", "user.email=t@e", "commit", "-q", "--allow-empty", "-m", "m"],
    ):
        subprocess.run(["git", "-C", str(used.work), *words], check=True)
    used.done("run", "--", "python", "-c", "pass")
    start = last_run(used).start
    assert start["code"]["dirty"] is False
    text = json.dumps(start, separators=(",", ":"), ensure_ascii=False)
    folder = len(str(used.work))  # of which others have shorter ones
    assert len(text) - folder <= 1_250
