from __future__ import annotations

import subprocess
from pathlib import Path

import zenml
from tests.support.program import ZENML, Home


def test_the_program_under_test_is_this_checkout(home: Home) -> None:
    """Else every test that runs the installed program would speak of another one."""
    found = home.python("import zenml; print(zenml.__file__)").stdout.strip()
    assert Path(found) == Path(zenml.__file__)
    assert Path(found).is_relative_to(Path(__file__).parents[2])


def test_a_parameter_that_was_given_as_a_secret_stays_one(used: Home) -> None:
    registered = ("register", "r", "--flavor=default", "--uri=localhost:5000")
    used.done("container-registry", *registered, "--secret", "authentication_secret=first-canary")
    used.done("container-registry", "update", "r", "--authentication_secret=second-canary")
    shown = used.done("container-registry", "describe", "r").output
    assert "***" in shown
    assert "canary" not in shown
    for path in used.base.rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path


def test_a_lost_key_is_missed_and_not_replaced(used: Home) -> None:
    mysql = ("--flavor=mysql", "--host=h", "--database=d")
    used.done("metadata-store", "register", "one", *mysql, "--password=hidden-1")
    (used.config / "ledger.key").rename(used.config / "elsewhere")
    refused = used.run("metadata-store", "register", "two", *mysql, "--password=hidden-2").exits(5)
    assert "ledger.key is missing" in refused.stderr
    assert not (used.config / "ledger.key").exists()
    used.done("stack", "register", "plain", "-a", "default", "-o", "default")  # needs no key


def test_nobody_listening_is_no_mistake(used: Home) -> None:
    closed = subprocess.run(
        f"'{ZENML}' stack list >&- 2>&-", shell=True, cwd=used.work, env={"HOME": str(used.home)}, check=False
    )
    assert closed.returncode == 0
