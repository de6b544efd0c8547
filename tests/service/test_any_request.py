"""Whatever is asked, within what ``/openapi.json`` allows and beyond it, the answer is one that it describes.

schemathesis asks: each operation with the least and the most of everything, with something missing, wrong or too
much, with other methods, and then at random.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import quiet_answers
from tests.service.daemons import Daemon, in_the_background
from tests.support.program import Home
from tests.support.sizes import FULL, REQUESTS
from zenml.ledger.ids import utc_now

KEY = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"  # of no secret
BEGIN_RUNS = """
from zenml.api.runs.ledgers import ledger_of_this_year
from zenml.repository import Repository

ledger_of_this_year(Repository())
"""
ROOT = Path(__file__).parents[2]
ASKED = [("/v1", "writer"), ("/t", "reader")]
if FULL:
    ASKED += [("/v1", "reader"), ("/v1", "admin"), ("/t", "writer")]
"""Which routes are tried, and with whose token: an admin may what a writer may, and nothing below ``/t``."""

SECONDS = 600  # at full size; this only ends a test that hangs

SETTINGS = """
cache.enabled = false

[generation]
max-examples = {requests}
deterministic = {deterministic}
database = "none"
allow-extra-parameters = false # a header that nobody knows is no mistake

[parameters]
"path.ledger_id" = "{ledger_id}"
"path.key_id" = "{key_id}"
"path.year" = {year}

[checks]
# what is valid may still be against a rule, or too large
positive_data_acceptance.expected-statuses = ["2xx", 304, 401, 403, 404, 409, 410, 413, 422, 503]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 431, 503]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]
ignored_auth.enabled = false # so many wrong tokens are not answered with 401; test_who_asks.py tries a few
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A service of a profile with a change of its own, and with a ledger of this year's runs."""
    home = Home(tmp_path_factory.mktemp("asked").resolve())
    home.done("stack", "rename", "default", "prod")
    assert home.python(BEGIN_RUNS).exit == 0
    with in_the_background(home) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize(("routes", "role"), ASKED)
def test_each_answer_is_as_described(daemon: Daemon, routes: str, role: str, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(
        SETTINGS.format(
            requests=REQUESTS,
            deterministic=json.dumps("CI" in os.environ),
            ledger_id=daemon.ledger.rpartition("/")[2],
            key_id=KEY,
            year=utc_now()[:4],
        )
    )
    variables = {
        **daemon.home.variables(),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),  # it computes all of Unicode once for a folder
        "SCHEMATHESIS_HOOKS": quiet_answers.__name__,
        quiet_answers.FOLDER: str(daemon.home.config),
    }
    base = f"http://127.0.0.1:{daemon.port}" + (f"/t/{daemon.tokens[role]}" if routes == "/t" else "")
    phases = "coverage,fuzzing" if FULL or role == "writer" else "fuzzing"  # most of what a reader asks is refused
    words = ["run", f"{base}/openapi.json", "--url", base, "--phases", phases]
    if routes == "/v1":
        words += ["--header", f"Authorization: {daemon.authorization(role)}"]
    words += ["--continue-on-failure", "--no-color"]
    done = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", *words],
        cwd=tmp_path,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^  [1-9]\d* generated", done.stdout, re.MULTILINE), done.stdout
    assert "Traceback" not in daemon.log()
