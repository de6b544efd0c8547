"""What ZenML left is brought over once, and as a whole, whoever else runs then and whatever is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from tests.documents.fixtures import expected, unpacked
from tests.reliability.states import check_whole
from tests.support.fixtures import home
from tests.support.program import ZENML, Home
from tests.support.sizes import KILLED_IMPORTS

__all__ = ["home"]
pytestmark = pytest.mark.slow


@pytest.fixture
def there(home: Home) -> Home:
    """A machine with ZenML's configuration folder in the place of ours."""
    unpacked("config_sqlite", home.base)
    home.config.parent.mkdir(parents=True, exist_ok=True)
    (home.base / "zenml").rename(home.config)
    config = home.config / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("/tmp/ref/shared.db", f"{home.base}/shared.db"), "utf-8")
    return home


def started(home: Home, *words: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(ZENML), *words],
        cwd=folder or home.work,
        env=home.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kinds(home: Home) -> list[str]:
    changes = json.loads(home.done("history", "--all", "--reverse", "-o", "json").stdout)["changes"]
    return [change["kind"] for change in changes]


def stacks(home: Home) -> set[str]:
    return {row["STACK NAME"] for row in home.done("stack", "list").rows}


def test_many_first_runs_bring_it_over_once(there: Home) -> None:
    everybody = [started(there, *words) for words in [("stack", "list"), ("stack", "rename", "kube", "k8s")] * 4]
    codes = []
    for process in everybody:
        _, said = process.communicate(timeout=120)
        codes.append(process.returncode)
        assert b"Traceback" not in said, said.decode()
    assert codes[::2] == [0] * 4
    assert sorted(codes[1::2]) == [0, 1, 1, 1]  # one renames it; the others find no such stack
    assert kinds(there) == ["init", "import", "change"]
    assert stacks(there) == {
        "k8s" if it == "kube" else it for it in expected("config_sqlite")["profiles"]["team"]["stacks"]
    }
    check_whole(there)


def test_whenever_it_is_killed_the_next_command_has_all_of_it(there: Home) -> None:
    random, killed = Random(20261127), 0
    for _ in range(KILLED_IMPORTS):
        for file in (*there.config.glob("ledger*"), *there.config.glob("profiles/*/profile.yaml")):
            file.unlink()
        process = started(there, "stack", "list")
        time.sleep(random.uniform(0.02, 0.5))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.communicate()
        assert stacks(there) == set(expected("config_sqlite")["profiles"]["team"]["stacks"])
        assert kinds(there) == ["init", "import"]
    assert killed > KILLED_IMPORTS // 5
    check_whole(there)


def test_a_legacy_repository_is_brought_over_once(home: Home) -> None:
    home.done("stack", "list")
    project = home.folder("project")
    unpacked("legacy_zen", project)
    everybody = [started(home, "stack", "list", folder=project) for _ in range(6)]
    for process in everybody:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0
        assert b"Traceback" not in said, said.decode()
        assert b"was not migrated" not in said, said.decode()
    assert kinds(home) == ["init", "migrate"]
    assert [row["ACTIVE"] for row in home.run("stack", "list", cwd=project).rows].count("👉") == 1
